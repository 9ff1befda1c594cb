import { comparisonChart, curvesChart, distributionChart, type SeriesLook, seriesLook } from "./report_charts.ts";
import type { ReportCurves, ReportData, ReportDistribution, ReportGrid, ReportRow } from "./report_data.ts";
import { escapeText, type Html, html, showCount, showMeasure, trusted } from "./report_html.ts";
import { reportStyle } from "./report_style.ts";
import { recallTable, resultTable } from "./report_table.ts";

/** The look of a label, the same wherever it occurs on the page. */
type LookOf = (label: string) => SeriesLook;

/**
 * A report as one self-contained HTML page: no script, no font, no request to anywhere (its own policy forbids them).
 * The same data gives the same text.
 */
export function renderReport(data: ReportData): string {
  const lookOf = looks();
  for (const { label } of data.rows) lookOf(label);
  const sections = [
    resultsSection(data.rows),
    recallSection(data.rows, data.classNames, lookOf),
    distributionSection(data.distributions, data.classNames),
    gridSection(data.grids, data.classNames),
    curvesSection(data.curves, lookOf),
    notesSection(data.notes),
  ];
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${data.title}</title>
<style>${trusted(reportStyle)}</style>
</head>
<body>
${header(data)}
<main>
${sections.filter((section) => section !== undefined)}
</main>
</body>
</html>
`;
  return page.markup;
}

function header({ title, subtitle, adapter, command, generatedAt }: ReportData): Html {
  const kind = adapter.software ? "software adapter: computed on the processor, no GPU" : "GPU";
  return html`<header>
<h1>${title}</h1>
<p class="subtitle">${subtitle}</p>
<dl>
<dt>Adapter</dt><dd>${adapter.description} (${kind})</dd>
<dt>Command</dt><dd><code>${command}</code></dd>
<dt>Generated</dt><dd>${generatedAt}</dd>
</dl>
</header>`;
}

function resultsSection(rows: readonly ReportRow[]): Html | undefined {
  if (rows.length === 0) return undefined;
  const marked = rows.length > 1 ? " The best value of each column is marked." : "";
  return section("Results", `${tailSentence(rows)}${marked}`, resultTable(rows));
}

function recallSection(rows: readonly ReportRow[], classNames: readonly string[], lookOf: LookOf): Html | undefined {
  if (rows.length === 0 || classNames.length === 0) return undefined;
  const series = rows.map(({ label, recall }) => ({ label, values: recall, look: lookOf(label) }));
  const chart = comparisonChart("Recall per class, one bar per training set", classNames, series);
  const text = "The share of each class's test images that was recognised; short bars are classes that were missed.";
  const figure = html`<figure>${legend(series)}${chart}<figcaption>${recallSentence(rows, classNames)}</figcaption></figure>`;
  const table = recallTable(rows, classNames);
  // A narrow table stands beside the chart; a wide one would only scroll there.
  const content =
    rows.length <= 4
      ? html`<div class="figures">${figure}${table}</div>`
      : html`${figure}<details><summary>The same numbers as a table</summary>${table}</details>`;
  return section("Recall per class", text, content);
}

function distributionSection(all: readonly ReportDistribution[], classNames: readonly string[]): Html | undefined {
  if (all.length === 0) return undefined;
  const totals = all.flatMap(({ counts, synthetic }) => counts.map((count, c) => count + (synthetic?.[c] ?? 0)));
  const maximum = Math.max(1, ...totals);
  const figures = all.map(({ label, counts, synthetic }) => {
    const chart = distributionChart(`Training images per class: ${label}`, classNames, counts, synthetic, maximum);
    return html`<figure><h3>${label}</h3>${chart}<figcaption>${distributionSentence(counts, synthetic)}</figcaption></figure>`;
  });
  const swatches = [
    { label: "real images", look: { colour: "var(--real)", dash: "solid" as const } },
    { label: "synthetic images", look: { colour: "var(--synthetic)", dash: "solid" as const } },
  ];
  const anySynthetic = all.some(({ synthetic }) => synthetic !== undefined);
  const key = anySynthetic ? legend(swatches) : undefined;
  return section(
    "Training images",
    "How many images of each class the classifiers were trained on; all charts have the same axis.",
    html`${key}<div class="figures">${figures}</div>`,
  );
}

function gridSection(grids: readonly ReportGrid[], classNames: readonly string[]): Html | undefined {
  if (grids.length === 0) return undefined;
  const figures = grids.map(({ title, caption, png, rowLabels = classNames }) => {
    const labels = html`<ol aria-hidden="true">${rowLabels.map((label) => html`<li>${label}</li>`)}</ol>`;
    const source = `data:image/png;base64,${base64(png)}`;
    const description = `${title}. Rows from the top: ${rowLabels.join(", ")}.`;
    return html`<figure><h3>${title}</h3>
<div class="grid">${labels}<img src="${source}" alt="${description}"></div>
<figcaption>${caption}</figcaption></figure>`;
  });
  return section("Samples", "Each row is a class.", html`<div class="figures">${figures}</div>`);
}

function curvesSection(curves: readonly ReportCurves[], lookOf: LookOf): Html | undefined {
  if (curves.length === 0) return undefined;
  const figures = curves.map(({ title, xLabel, yLabel, series, caption }) => {
    const lines = series.map(({ label, points }) => ({ label, points, look: lookOf(label) }));
    const chart = curvesChart(`${title}: ${yLabel} by ${xLabel}`, xLabel, yLabel, lines);
    const text = caption ?? endSentence(series, xLabel);
    return html`<figure><h3>${title}</h3>${legend(lines)}${chart}<figcaption>${text}</figcaption></figure>`;
  });
  return section("Training", "What was measured on the way.", html`<div class="figures">${figures}</div>`);
}

function notesSection(notes: readonly string[]): Html | undefined {
  if (notes.length === 0) return undefined;
  return section("Notes", undefined, html`<ul class="notes">${notes.map((note) => html`<li>${note}</li>`)}</ul>`);
}

function section(title: string, lead: string | undefined, content: Html): Html {
  return html`<section><h2>${title}</h2>
${lead === undefined ? undefined : html`<p class="lead">${lead}</p>`}
${content}
</section>
`;
}

function legend(series: readonly { label: string; look: SeriesLook }[]): Html {
  const entries = series.map(({ label, look: { colour, dash } }) => {
    const dashes = dash === "solid" ? "" : ` stroke-dasharray="${dash.join(" ")}"`;
    const line = `<path d="M0 6H22" stroke="${escapeText(colour)}" stroke-width="5"${dashes}/>`;
    return html`<li><svg viewBox="0 0 22 12" aria-hidden="true">${trusted(line)}</svg>${label}</li>`;
  });
  return html`<ul class="legend">${entries}</ul>`;
}

/** Which training set finds the rare classes best, and what it is worth against the one that does worst. */
function tailSentence(rows: readonly ReportRow[]): string {
  const sorted = rows.filter(({ tailRecall }) => Number.isFinite(tailRecall));
  sorted.sort((a, b) => b.tailRecall - a.tailRecall);
  const [best] = sorted;
  const worst = sorted.at(-1);
  if (best === undefined || worst === undefined) return "";
  const first = `The rare classes (the third with fewest training images) are recognised in ${percent(best.tailRecall)}`;
  if (showMeasure(best.tailRecall) === showMeasure(worst.tailRecall)) return `${first} of cases.`;
  return `${first} of cases by ${best.label}, in ${percent(worst.tailRecall)} by ${worst.label}.`;
}

function recallSentence(rows: readonly ReportRow[], classNames: readonly string[]): string {
  let widest = { name: "", low: Number.NaN, high: Number.NaN };
  for (const [c, name] of classNames.entries()) {
    const values = rows.map(({ recall }) => recall[c] ?? Number.NaN).filter(Number.isFinite);
    const [low, high] = [Math.min(...values), Math.max(...values)];
    if (values.length > 0 && !(high - low <= widest.high - widest.low)) widest = { name, low, high };
  }
  if (rows.length === 1 || widest.name === "") return "Bars run from 0, never recognised, to 1, always.";
  return `The training sets differ most on ${widest.name}: from ${percent(widest.low)} to ${percent(widest.high)}.`;
}

function distributionSentence(counts: readonly number[], synthetic: readonly number[] | undefined): string {
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  const spread =
    least === most ? `${showCount(most)} of each class` : `from ${showCount(least)} to ${showCount(most)} per class`;
  const real = `${showCount(sum(counts))} real images, ${spread}`;
  return synthetic === undefined ? `${real}.` : `${real}, and ${showCount(sum(synthetic))} synthetic ones.`;
}

/** Where the lines end: each value for a few, the range for many. */
function endSentence(series: ReportCurves["series"], xLabel: string): string {
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

function percent(share: number): string {
  return `${(share * 100).toFixed(0)}%`;
}

/** Gives each new label the next look. */
function looks(): LookOf {
  const known = new Map<string, SeriesLook>();
  return (label) => {
    const look = known.get(label) ?? seriesLook(known.size);
    known.set(label, look);
    return look;
  };
}

function base64(bytes: Uint8Array): string {
  let binary = "";
  // In chunks: all at once would be too many arguments.
  for (let at = 0; at < bytes.length; at += 8192) binary += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(binary);
}
