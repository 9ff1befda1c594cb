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

/** What flows from box to box, as points of a line. */
export interface LayerEdge {
  readonly from: string;
  readonly to: string;
  readonly kind: "forward" | "kept" | "backward";
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

/** A plan as a drawing. Places are of the boxes' middles. */
export interface PlanGraph {
  readonly boxes: readonly LayerBox[];
  readonly edges: readonly LayerEdge[];
  readonly width: number;
  readonly height: number;
}

export const BOX_WIDTH = 190;
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
  const graph = new Graph({ directed: true });
  graph.setGraph({ rankdir: "TB", nodesep: 28, ranksep: 34, marginx: 8, marginy: 8 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const id of groups.keys()) graph.setNode(id, { width: BOX_WIDTH, height: BOX_HEIGHT });
  const links = new Map<string, { from: string; to: string; kind: LayerEdge["kind"] }>();
  for (const { part } of parts) {
    for (const need of part.needs) {
      const source = parts[need]!.part;
      const [from, to] = [boxId(source), boxId(part)];
      if (from === to) continue;
      const kind = source.backward ? "backward" : part.backward ? "kept" : "forward";
      links.set(`${from} ${to}`, { from, to, kind });
    }
  }
  for (const { from, to, kind } of links.values()) {
    const weight = kind === "kept" ? 0 : 3;
    if (kind === "backward") graph.setEdge(to, from, { weight });
    else graph.setEdge(from, to, { weight });
  }
  layout(graph);
  const { width = 0, height = 0 } = graph.graph();
  const boxes = [...groups].map(([id, members]): LayerBox => {
    const { x, y } = graph.node(id) as { x: number; y: number };
    const [{ part }] = members as [PlacedPart];
    const flops = members.reduce((total, member) => total + member.part.flops, 0);
    return { id, scope: part.scope, backward: part.backward, title: titleOf(members), parts: members, flops, x, y };
  });
  const edges = [...links.values()].map(({ from, to, kind }): LayerEdge => {
    const turned = kind === "backward";
    const { points } = graph.edge(turned ? to : from, turned ? from : to) as { points: { x: number; y: number }[] };
    return { from, to, kind, points: turned ? [...points].reverse() : points };
  });
  return { boxes, edges, width, height };
}

function boxId({ scope, backward }: PartRow): string {
  return `${scope || "other"}${backward ? " back" : ""}`;
}

/** The kernel with most operations, or else with most bytes; how many others there are. */
function titleOf(members: readonly PlacedPart[]): string {
  const work = ({ part }: PlacedPart) => part.flops * 1e6 + part.bytes;
  const main = members.reduce((a, b) => (work(b) > work(a) ? b : a));
  return main.part.kernel;
}
