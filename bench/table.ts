/** Rows of text in columns; the first one is flush left, the others flush right. A line break in the heading makes it two lines. */
export function textTable(rows: readonly (readonly string[])[]): string {
  const [first = [], ...body] = rows;
  const lines = first.some((cell) => cell.includes("\n"))
    ? [first.map((cell) => upper(cell)), first.map((cell) => cell.split("\n").at(-1)!), ...body]
    : rows;
  const columns = Math.max(...lines.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, i) => Math.max(...lines.map((row) => (row[i] ?? "").length)));
  return lines
    .map((row) =>
      row
        .map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** What stands above the last line of a cell. */
const upper = (cell: string) => (cell.includes("\n") ? cell.split("\n")[0]! : "");

/** The same as a Markdown table, whose first row is its heading. */
export function markdownTable(rows: readonly (readonly string[])[]): string {
  const [heading, ...body] = rows;
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|").replaceAll("\n", " ")).join(" | ")} |`;
  return [line(heading!), line(heading!.map((_, i) => (i === 0 ? "---" : "---:"))), ...body.map(line)].join("\n");
}

/** Three significant digits, whole from 100 on. */
export function threeDigits(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

/** A ratio with two significant digits, whole from 10 on. */
export function ratioText(ratio: number): string {
  return `${ratio >= 10 ? ratio.toFixed(0) : ratio.toPrecision(2)}x`;
}

/** A share as whole percent, with one decimal below ten. */
export function percent(share: number): string {
  return `${(100 * share).toFixed(share < 0.0995 ? 1 : 0)}%`;
}

/** Behind a mean ratio: how many rows it is of. */
export function meanOf(rows: number): string {
  return rows === 1 ? "in 1 row" : `on average of ${rows} rows`;
}

/** GFLOP/s of so many operations in so many milliseconds. */
export function gflops(flops: number, ms: number): number {
  return flops / ms / 1e6;
}
