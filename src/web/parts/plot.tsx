import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";

/** A line of a plot. */
export interface PlotLine {
  readonly label: string;
  /** A CSS variable's name, so that light and dark each have their colour. */
  readonly colour: string;
  readonly steps: readonly number[];
  readonly values: readonly number[];
  readonly dash?: readonly number[];
  /** Thin and pale, without a word in the key: what another line is the mean of. */
  readonly pale?: boolean;
}

interface PlotProps {
  /** What the plot shows, for those who do not see it; its last values are added. */
  readonly title: string;
  readonly lines: readonly PlotLine[];
  readonly height?: number;
  /** Fixed range of the values, such as 0 to 1. */
  readonly range?: readonly [number, number];
  readonly xLabel?: string;
}

/** Lines over steps, drawn anew as they grow. */
export function Plot({ title, lines, height = 180, range, xLabel = "step" }: PlotProps) {
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | undefined>(undefined);
  const shown = useRef(lines);
  shown.current = lines;
  const named = lines.filter(({ pale }) => !pale);
  const look = lines.map(({ label, colour }) => `${label} ${colour}`).join();

  useEffect(() => {
    const place = host.current!;
    const build = () => {
      plot.current?.destroy();
      plot.current = new uPlot(options(place, shown.current, height, range, xLabel), joined(shown.current), place);
    };
    build();
    const resized = new ResizeObserver(() => plot.current?.setSize({ width: place.clientWidth, height }));
    resized.observe(place);
    const scheme = matchMedia("(prefers-color-scheme: dark)");
    scheme.addEventListener("change", build);
    return () => {
      scheme.removeEventListener("change", build);
      resized.disconnect();
      plot.current?.destroy();
      plot.current = undefined;
    };
    // Built anew only where lines come or go; their points follow below.
  }, [look, height]);

  useEffect(() => plot.current?.setData(joined(lines)), [lines]);

  const last = named
    .filter(({ values }) => values.length > 0)
    .map(({ label, values }) => `${label} ${values.at(-1)!.toFixed(3)}`);
  return (
    <figure class="plot">
      <figcaption>
        <strong>{title}</strong>
        {named.map(({ label, colour, values, dash }) => (
          <span key={label} class="key">
            <svg viewBox="0 0 20 8" width="20" height="8" aria-hidden="true">
              <path d="M0 4H20" stroke={`var(${colour})`} stroke-width="3" stroke-dasharray={dash?.join(" ")} />
            </svg>
            {label} <b>{values.at(-1)?.toFixed(3) ?? ""}</b>
          </span>
        ))}
      </figcaption>
      <div ref={host} role="img" aria-label={`${title}: ${last.join(", ") || "nothing yet"}`} />
    </figure>
  );
}

/** Distances of grid lines: steps are whole numbers. */
const WHOLE_STEPS = [1, 10, 100, 1000, 10_000].flatMap((scale) => [scale, 2 * scale, 5 * scale]);

function options(
  place: HTMLElement,
  lines: readonly PlotLine[],
  height: number,
  range: readonly [number, number] | undefined,
  xLabel: string,
): uPlot.Options {
  const style = getComputedStyle(place);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const axis: uPlot.Axis = {
    stroke: colour("--ink-muted"),
    grid: { stroke: colour("--rule"), width: 1 },
    ticks: { stroke: colour("--rule"), width: 1, size: 4 },
    font: "12px system-ui, sans-serif",
    labelFont: "12px system-ui, sans-serif",
  };
  return {
    width: Math.max(100, place.clientWidth),
    height,
    legend: { show: false },
    cursor: { show: false },
    scales: {
      // Axes are there before the first point is.
      x: {
        time: false,
        range: (_plot, first, last) => (first < last ? [first, last] : [first || 0, (first || 0) + 10]),
      },
      y: range ? { range: [range[0], range[1]] } : {},
    },
    axes: [
      { ...axis, label: xLabel, labelSize: 18, size: 28, incrs: WHOLE_STEPS },
      { ...axis, size: 44 },
    ],
    series: [
      {},
      ...lines.map(({ label, colour: name, dash, pale }) => ({
        label,
        stroke: colour(name),
        width: pale ? 1 : 2,
        alpha: pale ? 0.3 : 1,
        spanGaps: true,
        // A single point makes no line.
        points: {
          show: ({ data }: uPlot, line: number) => [...data[line]!].filter((value) => value != null).length === 1,
        },
        ...(dash ? { dash: [...dash] } : {}),
      })),
    ],
  };
}

/** Lines that were measured at different steps, over the steps of all. */
function joined(lines: readonly PlotLine[]): uPlot.AlignedData {
  if (lines.length === 0) return [[]];
  return uPlot.join(lines.map(({ steps, values }) => [[...steps], [...values]]));
}
