import { linesChart } from "../charts.ts";
import type { Figure, Look } from "../document.ts";
import { showCount, showMeasure } from "../numbers.ts";
import type { Point } from "./smoothed.ts";

/** Lines over a common axis. Without a caption the figure says where the lines end. */
export interface Curves {
  name: string;
  title: string;
  xLabel: string;
  yLabel: string;
  series: readonly { label: string; points: readonly Point[]; look: Look }[];
  caption?: string;
}

/** One chart of lines, with a legend. */
export function curvesFigure({ name, title, xLabel, yLabel, series, caption }: Curves): Figure {
  const ends = endSentence(series, xLabel);
  const chart = linesChart(`${title}: ${yLabel} by ${xLabel}. ${ends}`, series, { xLabel, yLabel });
  const legend = series.map(({ label, look }) => ({ label, look }));
  return {
    kind: "figure",
    name,
    title,
    caption: caption ?? ends,
    content: { kind: "charts", panels: [{ chart }], legend },
  };
}

/** Where the lines end: each value for a few, the range for many. */
export function endSentence(series: readonly { label: string; points: readonly Point[] }[], xLabel: string): string {
  const ends = series.flatMap(({ label, points }) => {
    const last = points.findLast(([, y]) => Number.isFinite(y));
    return last === undefined ? [] : [{ label, x: last[0], y: last[1] }];
  });
  if (ends.length === 0) return "Nothing was measured.";
  const x = Math.max(...ends.map((end) => end.x));
  const at = `At the end (${xLabel} ${showCount(x)})`;
  if (ends.length <= 3) return `${at}: ${ends.map(({ label, y }) => `${label} ${showMeasure(y)}`).join(", ")}.`;
  ends.sort((a, b) => a.y - b.y);
  const [low, high] = [ends[0], ends.at(-1)];
  return `${at} the lines run from ${showMeasure(low?.y ?? 0)} (${low?.label}) to ${showMeasure(high?.y ?? 0)} (${high?.label}).`;
}
