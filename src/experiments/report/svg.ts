import type { Chart, Charts, Figure, LegendEntry } from "./document.ts";
import { escapeText, type Html, html, trusted } from "./html.ts";
import { LIGHT } from "./style.ts";

/** A chart within the page, whose variables colour it. */
export function inlineSvg({ width, height, body, description }: Chart): Html {
  return html`<svg viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${description}">${trusted(body)}</svg>`;
}

/** The short line of a legend's entry. */
export function legendLine({ colour, dash }: LegendEntry["look"]): string {
  const dashes = dash === "solid" ? "" : ` stroke-dasharray="${dash.join(" ")}"`;
  return `<path d="M0 6H22" stroke="${escapeText(colour)}" stroke-width="5"${dashes}/>`;
}

const MARGIN = 12;
const GAP = 16;
const LINE_HEIGHT = 18;
const MOST_COLUMNS = 4;
export const FILE_FONT = "Helvetica, Arial, 'DejaVu Sans', sans-serif";

/** A figure of charts as a file of its own: title, legend and all panels on white, for papers and slides. */
export function standaloneSvg(figure: Figure, { panels, legend }: Charts): string {
  const title = figure.context === undefined ? figure.title : `${figure.title}: ${figure.context}`;
  const columns = Math.min(MOST_COLUMNS, panels.length);
  const cellWidth = Math.max(0, ...panels.map(({ chart }) => chart.width));
  const titleHeight = panels.some((panel) => panel.title !== undefined) ? LINE_HEIGHT : 0;
  const cellHeight = Math.max(0, ...panels.map(({ chart }) => chart.height)) + titleHeight;
  const width = 2 * MARGIN + columns * cellWidth + (columns - 1) * GAP;
  const entries = placeLegend(legend, width);
  const top = MARGIN + LINE_HEIGHT + 6 + entries.height;
  const height = top + Math.ceil(panels.length / columns) * (cellHeight + GAP);
  const cells = panels.map((panel, i) => {
    const x = MARGIN + (i % columns) * (cellWidth + GAP);
    const y = top + Math.floor(i / columns) * (cellHeight + GAP);
    const label = panel.title === undefined ? "" : text(x, y + 12, 12, "var(--muted)", panel.title);
    return `${label}<g transform="translate(${x} ${y + titleHeight})">${panel.chart.body}</g>`;
  });
  const description = panels.map(({ chart }) => chart.description).join(". ");
  const svg = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" font-family="${FILE_FONT}">`,
    `<title>${escapeText(plain(title))}</title>`,
    `<desc>${escapeText(plain(description))}</desc>`,
    `<rect width="${width}" height="${height}" fill="var(--paper)"/>`,
    text(MARGIN, MARGIN + 13, 14, "var(--ink)", title, "bold"),
    entries.markup,
    ...cells,
    "</svg>\n",
  ];
  return plain(svg.join("\n")).replace(/var\(--([\w-]+)\)/g, (all, name: string) => LIGHT[name] ?? all);
}

function placeLegend(legend: readonly LegendEntry[], width: number): { markup: string; height: number } {
  let [x, y] = [MARGIN, MARGIN + LINE_HEIGHT + 6];
  const parts = legend.map(({ label, look }) => {
    const needed = 22 + 8 + label.length * 7 + 18;
    if (x > MARGIN && x + needed > width - MARGIN) [x, y] = [MARGIN, y + LINE_HEIGHT];
    const entry = `<g transform="translate(${x} ${y})">${legendLine(look)}${text(30, 10, 12, "var(--ink)", label)}</g>`;
    x += needed;
    return entry;
  });
  return {
    markup: parts.join("\n"),
    height: legend.length === 0 ? 0 : y + LINE_HEIGHT + 2 - (MARGIN + LINE_HEIGHT + 6),
  };
}

function text(x: number, y: number, size: number, fill: string, content: string, weight = "normal"): string {
  return `<text x="${x}" y="${y}" font-size="${size}" font-weight="${weight}" fill="${fill}">${escapeText(content)}</text>`;
}

/** Without the control characters that XML forbids, however they are written. */
function plain(content: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  return content.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "");
}
