/** A table as text for other programs: CSV and JSON with full numbers, Markdown and LaTeX as it is read. */
import type { Cell, Table } from "./document.ts";

/** RFC 4180. A text that a spreadsheet would take for a formula gets an apostrophe, which makes it text there. */
export function csvText(table: Table): string {
  const rows = [fieldNames(table), ...table.rows.map((row) => fieldValues(table, row).map(csvField))];
  return rows.map((row) => `${row.map(quoted).join(",")}\r\n`).join("");
}

/** One object per row, by the columns' titles. */
export function jsonRows(table: Table): Record<string, unknown>[] {
  const names = fieldNames(table);
  return table.rows.map((row) => {
    const values = fieldValues(table, row);
    return Object.fromEntries(names.map((name, i) => [name, values[i] ?? null]));
  });
}

/** A table of GitHub's Markdown, with what explains its marks below. */
export function markdownText({ title, columns, rows, caption }: Table): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |\n`;
  const head = line(columns.map((column) => markdown(column.title)));
  const rule = line(columns.map(({ words }, i) => (words || i === 0 ? "---" : "---:")));
  const body = rows.map((row) =>
    line(row.map(({ text, mark }) => (strong(mark) && text !== "" ? `**${markdown(text)}**` : markdown(text)))),
  );
  const legend = caption === undefined ? "" : `\n${markdown(caption)}\n`;
  return `${markdown(title)}\n\n${head}${rule}${body.join("")}${legend}`;
}

/** A table environment; it needs \usepackage{booktabs}. */
export function latexText({ name, title, columns, rows, caption }: Table): string {
  const line = (cells: readonly string[]) => `${cells.join(" & ")} \\\\\n`;
  const align = columns.map(({ words }, i) => (words || i === 0 ? "l" : "r")).join("");
  const head = line(columns.map((column) => latex(column.title)));
  const body = rows.map((row) =>
    line(row.map(({ text, mark }) => (strong(mark) && text !== "" ? `\\textbf{${latex(text)}}` : latex(text)))),
  );
  return `% Needs \\usepackage{booktabs}.
\\begin{table}
\\centering
\\caption{${latex(caption === undefined ? title : `${title}. ${caption}`)}}
\\label{tab:${name}}
\\begin{tabular}{${align}}
\\toprule
${head}\\midrule
${body.join("")}\\bottomrule
\\end{tabular}
\\end{table}
`;
}

function strong(mark: Cell["mark"]): boolean {
  return mark !== undefined && mark !== "alert";
}

function fieldNames({ columns }: Table): string[] {
  return columns.flatMap(({ title, spread, unit }) => {
    const name = unit === undefined ? title : `${title}, ${unit}`;
    return spread ? [name, `${name}, standard deviation`] : [name];
  });
}

function fieldValues({ columns }: Table, row: readonly Cell[]): (string | number | null)[] {
  return columns.flatMap(({ spread }, i) => {
    const cell = row[i];
    const value = cell === undefined ? null : cell.value === undefined ? cell.text : cell.value;
    return spread ? [value, cell?.spread ?? null] : [value];
  });
}

function csvField(value: string | number | null): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  return /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
}

function quoted(field: string): string {
  return /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}

/** Text that Markdown shows as it is, within a cell. */
function markdown(text: string): string {
  return text.replace(/[\\`*_{}[\]<>#|~$&]/g, "\\$&").replace(/[\r\n\u2028\u2029]+/g, " ");
}

const latexSigns: Readonly<Record<string, string>> = {
  "\\": "\\textbackslash{}",
  "{": "\\{",
  "}": "\\}",
  $: "\\$",
  "&": "\\&",
  "#": "\\#",
  _: "\\_",
  "%": "\\%",
  "~": "\\textasciitilde{}",
  "^": "\\textasciicircum{}",
  "<": "\\textless{}",
  ">": "\\textgreater{}",
  "\u00b1": "$\\pm$",
  "\u2212": "$-$",
  "\u2013": "--",
  "\u2191": "$\\uparrow$",
  "\u2193": "$\\downarrow$",
};

/** Text that LaTeX sets as it is. */
function latex(text: string): string {
  return text
    .replace(/[\\{}$&#_%~^<>\u00b1\u2212\u2013\u2191\u2193]/g, (sign) => latexSigns[sign] ?? sign)
    .replace(/[\r\n\u2028\u2029]+/g, " ");
}
