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

/** A row of lists as rows of cells in which no list is wider than `width`, short of an item that is: the rest stands below. */
export function wrappedRow(row: readonly (readonly string[])[], width: readonly number[]): string[][] {
  const cells = row.map((items, i) => {
    const lines: string[] = [];
    for (const item of items) {
      const last = lines.at(-1);
      if (last === undefined || last.length + 1 + item.length > (width[i] ?? Number.POSITIVE_INFINITY))
        lines.push(item);
      else lines[lines.length - 1] = `${last} ${item}`;
    }
    return lines;
  });
  const height = Math.max(...cells.map((lines) => lines.length));
  return Array.from({ length: height }, (_, line) => cells.map((lines) => lines[line] ?? ""));
}

/** Columns of the longest names of kernels. */
export const KERNEL_WIDTH = 48;
export const VARIANT_WIDTH = 28;

/** Names of what one dispatch does, equal ones counted, cut to a column; --json has them in full. */
export function joinedNames(text: string, width: number): string {
  const short = countedNames(text).join(" + ");
  return short.length > width ? `${short.slice(0, width - 1)}…` : short;
}

/** Names joined by " + ", equal ones counted: "2 random", "full". */
export function countedNames(text: string): string[] {
  const counts = new Map<string, number>();
  for (const name of text.split(" + ")) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].map(([name, count]) => (count > 1 ? `${count} ${name}` : name));
}
