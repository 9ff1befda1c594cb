import type { ReportRow } from "./report_data.ts";
import { type Html, html, showCount, showMeasure, showSeconds } from "./report_html.ts";

interface Column {
  title: string;
  show: (row: ReportRow) => string;
  /** The measure whose best value is marked, and whether more is better. */
  best?: { value: (row: ReportRow) => number; higher: boolean };
}

const measure = (title: string, value: (row: ReportRow) => number, higher = true): Column => ({
  title,
  show: (row) => showMeasure(value(row)),
  best: { value, higher },
});

const columns: readonly Column[] = [
  measure("Accuracy", (row) => row.accuracy),
  measure("F1 macro", (row) => row.f1Macro),
  measure("F1 weighted", (row) => row.f1Weighted),
  measure("G-mean", (row) => row.gMean),
  measure("Head recall", (row) => row.headRecall),
  measure("Tail recall", (row) => row.tailRecall),
  measure("Loss", (row) => row.loss, false),
  { title: "Steps", show: (row) => showCount(row.steps) },
  { title: "Time", show: (row) => showSeconds(row.seconds) },
];

/** The classifiers as a table, the best value of each measure marked; equal as shown is equally good. */
export function resultTable(rows: readonly ReportRow[]): Html {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Results"><table>
<thead><tr><th scope="col">Training set</th>${columns.map(({ title }) => html`<th scope="col">${title}</th>`)}</tr></thead>
<tbody>${rows.map(
    (row) => html`
<tr><th scope="row">${row.label}</th>${columns.map((column) => cell(column, row, rows))}</tr>`,
  )}
</tbody></table></div>`;
}

/** Recall of each class for each classifier: the numbers behind the comparison bars. */
export function recallTable(rows: readonly ReportRow[], classNames: readonly string[]): Html {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Recall per class"><table>
<thead><tr><th scope="col">Class</th>${rows.map(({ label }) => html`<th scope="col">${label}</th>`)}</tr></thead>
<tbody>${classNames.map(
    (name, c) => html`
<tr><th scope="row">${name}</th>${rows.map((row) => html`<td>${showMeasure(row.recall[c] ?? Number.NaN)}</td>`)}</tr>`,
  )}
</tbody></table></div>`;
}

function cell({ show, best }: Column, row: ReportRow, rows: readonly ReportRow[]): Html {
  const text = show(row);
  const finite = best === undefined ? [] : rows.map(best.value).filter(Number.isFinite);
  // With one row, or all alike, there is no best.
  const apart = new Set(finite.map(showMeasure)).size > 1;
  const top = best?.higher ? Math.max(...finite) : Math.min(...finite);
  return apart && text === showMeasure(top) ? html`<td class="best">${text}</td>` : html`<td>${text}</td>`;
}
