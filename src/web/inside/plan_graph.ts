import { Graph, layout } from "@dagrejs/dagre";
import type { DispatchRow, Explanation, PartRow } from "../../autograd/explain.ts";

/** A part of a dispatch, and where it stands. */
export interface PlacedPart {
  readonly part: PartRow;
  readonly dispatch: DispatchRow;
  /** Number of the dispatch, from 0, of the part in it, and of the part among all. */
  readonly at: number;
  readonly within: number;
  readonly index: number;
}

/** What one layer does on the way forward or back: a box of the drawing. */
export interface LayerBox {
  readonly id: string;
  readonly scope: string;
  readonly backward: boolean;
  /** What most of its work is. */
  readonly title: string;
  readonly parts: readonly PlacedPart[];
  readonly flops: number;
  readonly x: number;
  readonly y: number;
}

/**
 * What flows from box to box, as points of a line: values forward, gradients back, values that were kept for a gradient, and what an
 * optimizer takes and changes. The last two run across the drawing.
 */
export interface LayerEdge {
  readonly from: string;
  readonly to: string;
  readonly kind: "forward" | "backward" | "kept" | "update";
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

/** A plan as a drawing. Places are of the boxes' middles. */
export interface PlanGraph {
  readonly boxes: readonly LayerBox[];
  readonly edges: readonly LayerEdge[];
  readonly width: number;
  readonly height: number;
}

export const BOX_WIDTH = 200;
export const BOX_HEIGHT = 46;

/** All parts of a plan in order. */
export function partsOf({ dispatches }: Explanation): PlacedPart[] {
  let index = 0;
  return dispatches.flatMap((dispatch, at) =>
    dispatch.parts.map((part, within) => ({ part, dispatch, at, within, index: index++ })),
  );
}

/**
 * Draws a plan with a box per layer and direction. What goes forward runs down, gradients run up beside it: for the layout, lines out
 * of a backward box are turned round, so that a layer's gradient stands about where the layer does.
 */
export function planGraph(explanation: Explanation): PlanGraph {
  const parts = partsOf(explanation);
  const groups = new Map<string, PlacedPart[]>();
  for (const placed of parts) {
    const id = boxId(placed.part);
    groups.set(id, [...(groups.get(id) ?? []), placed]);
  }
  const optimizers = new Set(parts.filter(({ part }) => updates(part, parts)).map(({ part }) => boxId(part)));
  const links = new Map<string, { from: string; to: string; kind: LayerEdge["kind"] }>();
  for (const { part } of parts) {
    for (const need of part.needs) {
      const source = parts[need]!.part;
      const [from, to] = [boxId(source), boxId(part)];
      if (from === to) continue;
      const update = optimizers.has(from) || optimizers.has(to);
      const kind = update ? "update" : source.backward ? "backward" : part.backward ? "kept" : "forward";
      links.set(`${from} ${to}`, { from, to, kind });
    }
  }
  const { places, lines, width, height } = arrange([...groups.keys()], [...links.values()]);
  const boxes = [...groups].map(([id, members]): LayerBox => {
    const { x, y } = places.get(id)!;
    const [{ part }] = members as [PlacedPart];
    const flops = members.reduce((total, member) => total + member.part.flops, 0);
    return { id, scope: part.scope, backward: part.backward, title: titleOf(members), parts: members, flops, x, y };
  });
  const edges = [...links].map(([key, { from, to, kind }]): LayerEdge => {
    const points = lines.get(key) ?? [places.get(from)!, places.get(to)!];
    return { from, to, kind, points };
  });
  return { boxes, edges, width, height };
}

/** Whether a part of the forward pass reads gradients, as an optimizer does. */
function updates(part: PartRow, parts: readonly PlacedPart[]): boolean {
  return !part.backward && part.needs.some((need) => parts[need]!.part.backward);
}

/** Places of boxes, and lines of the edges that the layout goes by. */
function arrange(ids: readonly string[], links: readonly Pick<LayerEdge, "from" | "to" | "kind">[]) {
  const graph = new Graph({ directed: true });
  graph.setGraph({ rankdir: "TB", nodesep: 20, edgesep: 10, ranksep: 30, marginx: 8, marginy: 8 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const id of ids) graph.setNode(id, { width: BOX_WIDTH, height: BOX_HEIGHT });
  const fed = new Set(links.filter(({ kind }) => kind === "backward").map(({ to }) => to));
  for (const link of links) {
    // Where the way back begins, it follows what it begins from; elsewhere what was kept does not count.
    const begins = link.kind === "kept" && !fed.has(link.to);
    if (link.kind === "backward") graph.setEdge(link.to, link.from);
    else if (link.kind === "forward" || begins) graph.setEdge(link.from, link.to);
  }
  layout(graph);
  const { width = 0, height = 0 } = graph.graph();
  const places = new Map(ids.map((id) => [id, graph.node(id) as Point]));
  const lines = new Map<string, Point[]>();
  for (const { from, to, kind } of links) {
    if (kind === "forward") lines.set(`${from} ${to}`, (graph.edge(from, to) as { points: Point[] }).points);
    if (kind === "backward") {
      lines.set(`${from} ${to}`, [...(graph.edge(to, from) as { points: Point[] }).points].reverse());
    }
  }
  return { places, lines, width, height };
}

interface Point {
  readonly x: number;
  readonly y: number;
}

const BACK = " back";

function boxId({ scope, backward }: PartRow): string {
  return `${scope || "other"}${backward ? BACK : ""}`;
}

/** The kernel with most operations, or else with most bytes; constants are never what a layer is about. */
function titleOf(members: readonly PlacedPart[]): string {
  const work = ({ part }: PlacedPart) => (part.kernel === "full" ? 0 : part.flops * 1e6 + part.bytes);
  const main = members.reduce((a, b) => (work(b) > work(a) ? b : a));
  return main.part.kernel;
}
