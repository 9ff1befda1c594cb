import { expect, it } from "vitest";
import { figure, type Table, words } from "../../../src/experiments/report/document.ts";
import { showMeasure } from "../../../src/experiments/report/numbers.ts";
import { csvText, jsonRows, latexText, markdownText } from "../../../src/experiments/report/table_text.ts";

const table: Table = {
  kind: "table",
  name: "table-1",
  title: "A & B, 100%",
  columns: [
    { title: "Set", words: true },
    { title: "F1", spread: true },
    { title: "Seeds", unit: "runs" },
  ],
  rows: [
    [
      words("mlp_cgan"),
      { text: "0.812 \u00b1 0.004", value: 0.8123456, spread: 0.0041, mark: "best" },
      figure(2, String),
    ],
    [words('=cmd|"x",\n1'), figure(Number.NaN, showMeasure), figure(-1, String, "below")],
  ],
};

it("CSV: full numbers, deviations in a column of their own, quotes doubled, no formula", () => {
  expect(csvText(table)).toBe(
    `Set,F1,"F1, standard deviation","Seeds, runs"\r\nmlp_cgan,0.8123456,0.0041,2\r\n"'=cmd|""x"",\n1",,,-1\r\n`,
  );
  for (const sign of ["=", "+", "-", "@", "\t"]) {
    expect(csvText({ ...table, rows: [[words(`${sign}1`)]] })).toContain(`\n'${sign}1`);
  }
});

it("JSON: one object per row, null where nothing was measured", () => {
  expect(jsonRows(table)).toEqual([
    { Set: "mlp_cgan", F1: 0.8123456, "F1, standard deviation": 0.0041, "Seeds, runs": 2 },
    { Set: '=cmd|"x",\n1', F1: null, "F1, standard deviation": null, "Seeds, runs": -1 },
  ]);
});

it("Markdown: signs that mean something are escaped, and a cell stays on its line", () => {
  expect(markdownText(table)).toBe(`A \\& B, 100%

| Set | F1 | Seeds |
| --- | ---: | ---: |
| mlp\\_cgan | **0.812 \u00b1 0.004** | 2 |
| =cmd\\|"x", 1 | \u2013 | **-1** |
`);
  expect(markdownText({ ...table, rows: [[words("<b>[x](y)`*\\")]] })).toContain("| \\<b\\>\\[x\\](y)\\`\\*\\\\ |");
});

it("LaTeX: every sign that it would act on is escaped", () => {
  const text = latexText(table);
  expect(text).toContain("\\caption{A \\& B, 100\\%}\n\\label{tab:table-1}\n\\begin{tabular}{lrr}");
  expect(text).toContain("mlp\\_cgan & \\textbf{0.812 $\\pm$ 0.004} & 2 \\\\\n");
  expect(text).toContain("-- & \\textbf{-1} \\\\\n");
  const evil = latexText({ ...table, rows: [[words("\\input{x}$#^~%\n\\end{table}")]] });
  expect(evil).toContain(
    "\\textbackslash{}input\\{x\\}\\$\\#\\textasciicircum{}\\textasciitilde{}\\% \\textbackslash{}end\\{table\\} \\\\\n",
  );
});
