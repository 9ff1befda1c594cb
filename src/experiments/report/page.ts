import type {
  Cell,
  Charts,
  Column,
  Fact,
  Figure,
  Fold,
  Mark,
  Part,
  Picture,
  Report,
  Section,
  Table,
} from "./document.ts";
import { type Html, html, trusted } from "./html.ts";
import { reportStyle } from "./style.ts";
import { inlineSvg, legendLine } from "./svg.ts";

/**
 * A report as one self-contained HTML page: no script, no font, no request to anywhere (its own policy forbids them).
 * The same data gives the same text.
 */
export function renderPage(report: Report): string {
  const sections = report.sections.filter(({ parts }) => parts.length > 0);
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${report.title}</title>
<style>${trusted(reportStyle)}</style>
</head>
<body>
<header>
<h1>${report.title}</h1>
<p class="subtitle">${report.subtitle}</p>
<dl>
${report.facts.map(factHtml)}</dl>
${sections.length > 4 ? contents(sections) : undefined}</header>
<main>
${sections.map(sectionHtml)}</main>
</body>
</html>
`;
  return page.markup;
}

function factHtml({ term, text, code }: Fact): Html {
  return html`<dt>${term}</dt><dd>${code ? html`<code>${text}</code>` : text}</dd>\n`;
}

function contents(sections: readonly Section[]): Html {
  const entries = sections.map(({ title }, i) => html`<li><a href="#part-${i + 1}">${title}</a></li>`);
  return html`<nav aria-label="Contents"><ol>${entries}</ol></nav>\n`;
}

function sectionHtml({ title, lead, parts }: Section, index: number): Html {
  return html`<section id="part-${index + 1}"><h2>${title}</h2>
${lead === undefined ? undefined : html`<p class="lead">${lead}</p>\n`}${grouped(parts)}</section>
`;
}

/** Figures that follow each other stand side by side where there is room. */
function grouped(parts: readonly Part[]): Html[] {
  const out: Html[] = [];
  let row: Html[] = [];
  const endRow = () => {
    if (row.length > 0) out.push(html`<div class="figures">${row}</div>\n`);
    row = [];
  };
  for (const part of parts) {
    if (part.kind === "figure") {
      row.push(figureHtml(part));
      continue;
    }
    endRow();
    if (part.kind === "table") out.push(tableHtml(part));
    else if (part.kind === "heading") out.push(html`<h3>${part.text}</h3>\n`);
    else if (part.kind === "fold") out.push(foldHtml(part));
    else if (part.kind === "text") out.push(html`<p>${part.text}</p>\n`);
    else out.push(html`<ul class="notes">${part.items.map((item) => html`<li>${item}</li>\n`)}</ul>\n`);
  }
  endRow();
  return out;
}

function foldHtml({ title, parts, elsewhere }: Fold): Html {
  return html`<details><summary>${title}</summary>${grouped(parts)}</details>\n<p class="elsewhere">${title}: ${elsewhere}</p>\n`;
}

function figureHtml({ title, caption, content, wide }: Figure): Html {
  const inner = content.kind === "charts" ? chartsHtml(content) : pictureHtml(content);
  return html`<figure${wide ? trusted(' class="wide"') : undefined}><h3>${title}</h3>${inner}<figcaption>${caption}</figcaption></figure>\n`;
}

/** Wider charts than this have small type, and get more room. */
const SMALL_PANEL = 260;

/** A chart of few columns is not blown up beyond this, so that the type of all charts is about the same. */
const LARGEST_SCALE = 1.6;

function chartsHtml({ panels, legend }: Charts): Html {
  const entries = legend.map(
    ({ label, look }) =>
      html`<li><svg viewBox="0 0 22 12" aria-hidden="true">${trusted(legendLine(look))}</svg>${label}</li>`,
  );
  const key = legend.length > 0 ? html`<ul class="legend">${entries}</ul>` : undefined;
  const [first] = panels;
  if (first !== undefined && panels.length === 1 && first.title === undefined)
    return html`${key}<div style="max-width: ${Math.round(LARGEST_SCALE * first.chart.width)}px">${inlineSvg(first.chart)}</div>`;
  const charts = panels.map(
    ({ title, chart }) =>
      html`<div>${title === undefined ? undefined : html`<h4>${title}</h4>`}${inlineSvg(chart)}</div>\n`,
  );
  const large = panels.some(({ chart }) => chart.width > SMALL_PANEL);
  return html`${key}<div class="panels${large ? " large" : ""}">${charts}</div>`;
}

function pictureHtml({ png, description, rowLabels }: Picture): Html {
  const source = `data:image/png;base64,${base64(png)}`;
  if (rowLabels === undefined) return html`<img class="picture" src="${source}" alt="${description}">`;
  const labels = html`<ol aria-hidden="true">${rowLabels.map((label) => html`<li>${label}</li>`)}</ol>`;
  const text = `${description} Rows from the top: ${rowLabels.join(", ")}.`;
  return html`<div class="grid">${labels}<img src="${source}" alt="${text}"></div>`;
}

function tableHtml({ name, title, columns, rows, caption, folded }: Table): Html {
  const head = columns.map((column) => html`<th scope="col"${wordsClass(column)}>${breakable(column.title)}</th>`);
  const body = rows.map((row) => html`<tr>${row.map((cell, i) => cellHtml(cell, columns[i], i === 0))}</tr>\n`);
  const table = html`<div class="scroll" tabindex="0" role="region" aria-label="${title}"><table>
<thead><tr>${head}</tr></thead>
<tbody>
${body}</tbody></table></div>${caption === undefined ? undefined : html`<p class="lead">${caption}</p>`}`;
  // Print has no room for it, and says where it is.
  if (folded)
    return html`<details><summary>${title}</summary>${table}</details>\n<p class="elsewhere">${title}: tables/${name}.csv</p>\n`;
  return html`<div class="table"><h3>${title}</h3>${table}</div>\n`;
}

/** Marks are told by words too, for those who do not see colours. */
const markTexts: Readonly<Record<Mark, string>> = {
  best: "the best of its column",
  above: "above the paper's",
  below: "below the paper's",
  significant: "significant: p below 0.05",
  alert: "",
};

function cellHtml({ text, mark }: Cell, column: Column | undefined, first: boolean): Html {
  if (first) return html`<th scope="row">${text}</th>`;
  const classes = [mark, column?.words && "words", text.length > LONG && "long"].filter(Boolean).join(" ");
  const meaning = mark === undefined ? "" : markTexts[mark];
  return html`<td${classes && html` class="${classes}"`}${meaning && html` title="${meaning}"`}>${stacked(text)}</td>`;
}

/** Words of a cell beyond this may go over several lines. */
const LONG = 44;

/** A mean above its standard deviation: side by side they would make a table of many measures too wide. */
function stacked(text: string): Html {
  const [mean = "", spread] = text.split(" \u00b1 ");
  return spread === undefined ? html`${text}` : html`${mean}<span class="spread"> \u00b1 ${spread}</span>`;
}

/** A name that may break after its underscores. */
function breakable(text: string): Html[] {
  return text.split(/(?<=_)/).map((part, i) => html`${i > 0 ? trusted("<wbr>") : undefined}${part}`);
}

function wordsClass(column: Column | undefined): Html | undefined {
  return column?.words ? trusted(' class="words"') : undefined;
}

function base64(bytes: Uint8Array): string {
  let binary = "";
  // In chunks: all at once would be too many arguments.
  for (let at = 0; at < bytes.length; at += 8192) binary += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(binary);
}
