import type { Timing } from "./measure.ts";
import type { Row } from "./report.ts";

/** Rows of text in columns; the first one is flush left, the others flush right. */
export function textTable(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map((row) =>
      row
        .map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** Milliseconds with three significant digits. */
export function milliseconds(ms: number): string {
  return ms >= 1000 ? ms.toFixed(0) : ms.toPrecision(3);
}

/** GFLOP/s of so many operations in so many milliseconds. */
export function gflops(flops: number, ms: number): number {
  return flops / ms / 1e6;
}

const HEADINGS = [
  "work",
  "tailgrad ms",
  "(quartiles)",
  "GFLOP/s",
  "tfjs webgpu ms",
  "(quartiles)",
  "GFLOP/s",
  "ratio",
] as const;

/** The report's table: a ratio above 1 says how many times faster tailgrad is. */
export function resultTable(rows: readonly Row[]): string {
  return textTable([HEADINGS, ...rows.map(resultCells)]);
}

/** One row of {@link resultTable} as text. */
function resultCells({ name, flops, ours, tfjs, ratio }: Row): string[] {
  return [name, ...timingCells(flops, ours), ...timingCells(flops, tfjs), ratio ? `${ratio.toFixed(1)}x` : "-"];
}

function timingCells(flops: number | undefined, result: Timing | { readonly failure: string }): string[] {
  if ("failure" in result)
    return [result.failure.length > 40 ? `${result.failure.slice(0, 40)}...` : result.failure, "", ""];
  const [low, high] = result.quartilesMs;
  return [
    milliseconds(result.medianMs),
    `(${milliseconds(low)} to ${milliseconds(high)})`,
    flops ? gflops(flops, result.medianMs).toFixed(1) : "",
  ];
}
