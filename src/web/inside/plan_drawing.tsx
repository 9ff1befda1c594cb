import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { BOX_HEIGHT, BOX_WIDTH, type LayerBox, type LayerEdge, type PlanGraph } from "./plan_graph.ts";
import { type Measured, measured, showBox, shownBox } from "./store.ts";

/** Below this the names in a drawing made smaller cannot be read: it is shown in full size, to scroll. */
const LEAST_SCALE = 0.7;

/** A plan as a drawing; each box is a button. */
export function PlanDrawing({ graph }: { readonly graph: PlanGraph }) {
  const { boxes, edges, width, height } = graph;
  const frame = useRef<HTMLDivElement>(null);
  const [room, setRoom] = useState(width);
  const [asked, setAsked] = useState<"whole" | "full size" | undefined>(undefined);
  useLayoutEffect(() => {
    const watch = new ResizeObserver(() => setRoom(frame.current!.clientWidth));
    watch.observe(frame.current!);
    return () => watch.disconnect();
  }, []);
  const narrow = room < width;
  const whole = asked ? asked === "whole" : room / width >= LEAST_SCALE;
  const scale = narrow && whole ? room / width : 1;
  useEffect(() => {
    // The chosen layer is in sight at first, also where the drawing is wider than its frame.
    const box = boxes.find(({ id }) => id === shownBox.value);
    const { clientWidth, clientHeight } = frame.current!;
    if (box) frame.current!.scrollTo(box.x * scale - clientWidth / 2, box.y * scale - clientHeight / 2);
  }, [boxes, scale]);
  const longest = Math.max(...boxes.map((box) => msOf(box, measured.value) ?? 0));
  return (
    <>
      {narrow && (
        <p class="drawing-size">
          <button type="button" class="outline" onClick={() => setAsked(whole ? "full size" : "whole")}>
            {whole ? "Show in full size" : "Show the whole width"}
          </button>
          {!whole && <span class="hint">Wider than its frame: scroll it sideways.</span>}
        </p>
      )}
      <div class="drawing-frame" ref={frame}>
        <svg viewBox={`0 0 ${width} ${height}`} width={width * scale} height={height * scale}>
          <title>Layers of the step</title>
          <defs>
            {(["forward", "backward", "kept", "update"] as const).map((kind) => (
              <marker
                key={kind}
                id={`tip-${kind}`}
                viewBox="0 0 8 8"
                refX="7"
                refY="4"
                markerWidth="7"
                markerHeight="7"
                orient="auto"
              >
                <path class={`tip ${kind}`} d="M0 0L8 4L0 8Z" />
              </marker>
            ))}
          </defs>
          {edges.filter(isDrawn).map((edge) => (
            <path
              key={`${edge.from} ${edge.to}`}
              class={`edge ${edge.kind}${touches(edge) ? " shown" : ""}`}
              d={pathOf(edge)}
              marker-end={`url(#tip-${edge.kind})`}
            />
          ))}
          {boxes.map((box) => (
            <Box key={box.id} box={box} ms={msOf(box, measured.value)} longest={longest} />
          ))}
        </svg>
      </div>
    </>
  );
}

/** What was kept and what is updated crosses the drawing, so that it is shown for the chosen box only. */
function isDrawn(edge: LayerEdge): boolean {
  return edge.kind === "forward" || edge.kind === "backward" || touches(edge);
}

function touches({ from, to }: LayerEdge): boolean {
  return shownBox.value === from || shownBox.value === to;
}

function Box({
  box,
  ms,
  longest,
}: {
  readonly box: LayerBox;
  readonly ms: number | undefined;
  readonly longest: number;
}) {
  const { id, scope, backward, title, x, y } = box;
  const chosen = shownBox.value === id;
  return (
    // biome-ignore lint/a11y/useSemanticElements: an SVG has no button element
    <g
      class={`box${backward ? " back" : ""}${chosen ? " chosen" : ""}`}
      transform={`translate(${x - BOX_WIDTH / 2} ${y - BOX_HEIGHT / 2})`}
      role="button"
      tabindex={0}
      aria-pressed={chosen}
      onClick={() => showBox(box)}
      onKeyDown={(event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        showBox(box);
      }}
    >
      <rect width={BOX_WIDTH} height={BOX_HEIGHT} rx="6" />
      {ms !== undefined && longest > 0 && (
        <rect class="heat" x="2" y={BOX_HEIGHT - 6} width={((BOX_WIDTH - 4) * ms) / longest} height="4" rx="2" />
      )}
      <text x="10" y="18" class="name">
        {cut(title, 25)}
      </text>
      <text x="10" y="34" class="scope">
        {cut(`${backward ? "↑ " : ""}${scope}`, ms === undefined ? 30 : 18)}
      </text>
      {ms !== undefined && (
        <text x={BOX_WIDTH - 8} y="34" class="scope" text-anchor="end">
          {showMs(ms)}
        </text>
      )}
    </g>
  );
}

/** Time of a box's dispatches; of a dispatch that several boxes share, the share of its parts by bytes and operations. */
export function msOf(box: LayerBox, times: Measured | undefined): number | undefined {
  if (!times) return undefined;
  return box.parts.reduce((total, { part, dispatch, at }) => {
    const weight = (one: { readonly flops: number; readonly bytes: number }) => one.flops + one.bytes + 1;
    const all = dispatch.parts.reduce((sum, one) => sum + weight(one), 0);
    return total + (times.profile.dispatches[at]!.ms * weight(part)) / all;
  }, 0);
}

export function showMs(ms: number): string {
  if (ms < 0.01) return "< 0.01 ms";
  return `${ms >= 100 ? ms.toFixed(0) : ms.toPrecision(2)} ms`;
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}

/** A line from box to box, from and to the sides that face each other. */
function crossing(from: LayerEdge["points"][number], to: LayerEdge["points"][number]): string {
  const side = (BOX_WIDTH / 2) * Math.sign(to.x - from.x);
  const above = side === 0 ? (BOX_HEIGHT / 2) * Math.sign(to.y - from.y) : 0;
  const [x1, x2] = [from.x + side, to.x - side];
  const middle = (x1 + x2) / 2;
  return `M${x1} ${from.y + above}C${middle} ${from.y} ${middle} ${to.y} ${x2} ${to.y - above}`;
}

/** A smooth line through an edge's points. */
function pathOf({ points }: LayerEdge): string {
  if (points.length === 2) return crossing(points[0]!, points[1]!);
  const [first, ...rest] = points;
  const last = rest.at(-1)!;
  let path = `M${first!.x} ${first!.y}`;
  for (let i = 0; i + 1 < rest.length; i++) {
    const [a, b] = [rest[i]!, rest[i + 1]!];
    path += `Q${a.x} ${a.y} ${(a.x + b.x) / 2} ${(a.y + b.y) / 2}`;
  }
  return `${path}L${last.x} ${last.y}`;
}
