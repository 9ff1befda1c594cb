/** How a column stands: words to the left, numbers to the right. */
export type Align = "left" | "right";

/** Rows of cells as lines, columns aligned and two spaces apart; without `align` the first is left, the others right. */
export function textTable(rows: readonly (readonly string[])[], align: readonly Align[] = ["left"]): string {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    widths
      .map((width, i) =>
        (align[i] ?? "right") === "left" ? (row[i] ?? "").padEnd(width) : (row[i] ?? "").padStart(width),
      )
      .join("  ")
      .trimEnd();
  return rows.map(line).join("\n");
}

/** Lines cut to a terminal's width, so that a table stays a table; unchanged where there is no terminal. */
export function cutLines(text: string, columns: number | undefined): string {
  if (!columns) return text;
  return text
    .split("\n")
    .map((line) => (line.length > columns ? `${line.slice(0, columns - 1)}…` : line))
    .join("\n");
}

/** Columns of the longest names of kernels. */
export const KERNEL_WIDTH = 48;
export const VARIANT_WIDTH = 28;

/** Names of what one dispatch does, equal ones counted, cut to a column; --json has them in full. */
export function joinedNames(text: string, width: number): string {
  const counts = new Map<string, number>();
  for (const name of text.split(" + ")) counts.set(name, (counts.get(name) ?? 0) + 1);
  const short = [...counts].map(([name, count]) => (count > 1 ? `${count} ${name}` : name)).join(" + ");
  return short.length > width ? `${short.slice(0, width - 1)}…` : short;
}
