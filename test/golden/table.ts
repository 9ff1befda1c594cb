import type { Plan, Row } from "./compare.ts";

/** Steps whose losses are printed, and the last one. */
const SHOWN = [1, 2, 5, 10, 20, 50, 100, 150, 200];

/** Prints the rows of a table of losses as they come. */
export function lossTable(
  columns: readonly string[],
  reference: string,
  { steps, oneUlp }: Pick<Plan, "steps" | "oneUlp">,
): (row: Row) => void {
  const heads = columns.flatMap((column) => [`${column}, ours`, `${column}, ${reference}`]);
  console.log(line(["step", ...heads, "relative gap", oneUlp ? "one ulp's gap" : ""]));
  return (row) => {
    if (!SHOWN.includes(row.step) && row.step !== steps && row.step % 100 !== 0) return;
    const losses = row.ours.flatMap((loss, i) => [loss.toFixed(8), row.reference[i]!.toFixed(8)]);
    console.log(line([String(row.step), ...losses, row.gap.toExponential(1), row.ulp?.toExponential(1) ?? ""]));
  };
}

function line(cells: readonly string[]): string {
  return cells
    .map((cell, i) => cell.padStart(i === 0 ? 4 : 16))
    .join("  ")
    .trimEnd();
}
