/** Colours of the page by name. Series colours are told apart by people with any colour vision, and have 3:1 against their ground. */
export type Palette = Readonly<Record<string, string>>;

export const LIGHT: Palette = {
  paper: "#ffffff",
  ink: "#1d2125",
  muted: "#5d656e",
  rule: "#e2e5e9",
  mark: "#e9f1fb",
  above: "#1f7a45",
  below: "#b3361f",
  alert: "#8a5a00",
  real: "#2f6db3",
  copies: "#a9c4e2",
  synthetic: "#d98a3d",
  // Ink on the fullest shade has 4.5:1.
  heat: "#6393cb",
  reference: "#9aa1a9",
  "series-1": "#2f6db3",
  "series-2": "#c4551c",
  "series-3": "#2e8555",
  "series-4": "#8a4fa6",
  "series-5": "#a2780f",
  "series-6": "#1a8892",
  "series-7": "#b83c6c",
  "series-8": "#69707a",
};

const DARK: Palette = {
  paper: "#14171a",
  ink: "#e6e8ea",
  muted: "#a0a8b1",
  rule: "#2c3238",
  mark: "#1c2c3f",
  above: "#6cc68f",
  below: "#f08c78",
  alert: "#e0b45a",
  real: "#6ca8e6",
  copies: "#3d5f85",
  synthetic: "#e3a55f",
  heat: "#3b6894",
  reference: "#7b838c",
  "series-1": "#6ca8e6",
  "series-2": "#ee8d58",
  "series-3": "#62bd88",
  "series-4": "#c08ed8",
  "series-5": "#d4ad4c",
  "series-6": "#54c0cb",
  "series-7": "#ea80a6",
  "series-8": "#a3a9b2",
};

const PRINT: Palette = { ...LIGHT, ink: "#000000", muted: "#444444", rule: "#cccccc", mark: "#eeeeee" };

/** How many series colours there are: --series-1 and so on. */
export const SERIES_COLOURS = Object.keys(LIGHT).filter((name) => name.startsWith("series-")).length;

export const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif';

const variables = (palette: Palette) =>
  Object.entries(palette)
    .map(([name, colour]) => `--${name}: ${colour};`)
    .join(" ");

/** The page's style sheet: system fonts, one column of text, two of figures, one on a phone. */
export const reportStyle = `
:root { color-scheme: light dark; ${variables(LIGHT)} }
@media (prefers-color-scheme: dark) { :root { ${variables(DARK)} } }
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 3.5rem 1.5rem 4rem; max-width: 70rem;
  background: var(--paper); color: var(--ink);
  font: 1rem/1.55 ${FONT};
}
header { border-bottom: 1px solid var(--rule); padding-bottom: 1.5rem; }
h1 { margin: 0; font-size: 1.9rem; line-height: 1.2; font-weight: 650; letter-spacing: -0.012em; text-wrap: balance; }
.subtitle { margin: 0.5rem 0 0; max-width: 46rem; font-size: 1.1rem; color: var(--muted); text-wrap: pretty; }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 0.2rem 1.25rem; margin: 1.5rem 0 0; font-size: 0.875rem; }
dt { color: var(--muted); }
dd { margin: 0; overflow-wrap: anywhere; }
a { color: inherit; text-decoration-color: var(--muted); text-underline-offset: 0.15em; }
nav ol { display: flex; flex-wrap: wrap; gap: 0.2rem 1.2rem; margin: 1.25rem 0 0; padding: 0; list-style: none; font-size: 0.875rem; }
code { font: 0.92em ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; }
section { margin-top: 3rem; }
h2 { margin: 0 0 0.35rem; font-size: 1.25rem; line-height: 1.3; font-weight: 650; letter-spacing: -0.006em; }
h3 { margin: 0; font-size: 0.95rem; font-weight: 600; }
section > h3 { margin: 2rem 0 0.6rem; font-size: 1.05rem; }
h4 { margin: 0; font-size: 0.8125rem; font-weight: 500; color: var(--muted); overflow-wrap: anywhere; }
p { margin: 0 0 0.75rem; max-width: 46rem; text-wrap: pretty; }
.lead { color: var(--muted); margin-bottom: 1.25rem; }
.scroll { overflow-x: auto; }
.table { margin: 0 0 1.5rem; min-width: 0; }
.table > h3 { margin-bottom: 0.3rem; }
table { border-collapse: collapse; width: 100%; font-size: 0.875rem; font-variant-numeric: tabular-nums; }
th, td { padding: 0.45rem 0.55rem; text-align: right; white-space: nowrap; border-bottom: 1px solid var(--rule); }
thead th { color: var(--muted); font-weight: 500; vertical-align: bottom; white-space: normal; border-bottom: 1px solid var(--muted); }
.words { text-align: left; }
th:first-child { text-align: left; padding-left: 0; position: sticky; left: 0; background: var(--paper); }
th:last-child, td:last-child { padding-right: 0.2rem; }
tbody th { font-weight: 500; }
td.best, td.significant { font-weight: 700; background: var(--mark); }
td.above { color: var(--above); font-weight: 600; }
td.below { color: var(--below); font-weight: 600; }
td.alert { color: var(--alert); font-weight: 600; }
td.long { white-space: normal; min-width: 14rem; overflow-wrap: anywhere; }
.spread { display: block; font-size: 0.85em; font-weight: 400; color: var(--muted); line-height: 1.1; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 25rem), 1fr)); gap: 2rem 2.5rem; }
.figures + *, .table + .figures { margin-top: 2rem; }
figure { margin: 0; min-width: 0; max-width: 34rem; break-inside: avoid; }
figure.wide { grid-column: 1 / -1; max-width: none; break-inside: auto; }
figcaption { margin-top: 0.4rem; font-size: 0.875rem; color: var(--muted); max-width: 46rem; text-wrap: pretty; }
figure svg { display: block; width: 100%; height: auto; margin-top: 0.5rem; font-family: inherit; }
.panels { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 13.5rem), 1fr)); gap: 1.1rem 1.25rem; margin-top: 0.6rem; }
.panels.large { grid-template-columns: repeat(auto-fill, minmax(min(100%, 18rem), 1fr)); }
.panels > div { min-width: 0; max-width: 24rem; break-inside: avoid; }
.panels svg { margin-top: 0.1rem; }
.legend { display: flex; flex-wrap: wrap; gap: 0.15rem 1.1rem; margin: 0.3rem 0 0; padding: 0; list-style: none; font-size: 0.8125rem; }
.legend li { display: flex; align-items: center; gap: 0.45rem; }
.legend svg { width: 1.4rem; height: 0.75rem; margin: 0; flex: none; }
.grid { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 0 0.7rem; margin-top: 0.5rem; }
.grid ol { display: grid; grid-auto-rows: 1fr; margin: 0; padding: 0; list-style: none; font-size: 0.75rem; line-height: 1.1; text-align: right; }
.grid li { display: flex; align-items: center; justify-content: flex-end; min-height: 0; max-width: 6.5rem; }
.grid img, .picture { display: block; width: 100%; height: auto; border-radius: 3px; }
.figures > .table { align-self: center; margin: 0; }
details { margin: 1rem 0; font-size: 0.875rem; }
summary { cursor: pointer; color: var(--muted); }
.elsewhere { display: none; font-size: 0.875rem; color: var(--muted); }
.notes { margin: 0 0 1rem; padding-left: 1.1rem; max-width: 46rem; }
.notes li { margin-bottom: 0.35rem; overflow-wrap: anywhere; }
@media (max-width: 40rem) {
  body { padding: 2rem 1rem 3rem; }
  h1 { font-size: 1.5rem; }
  dl { grid-template-columns: 1fr; gap: 0; }
  dd { margin-bottom: 0.5rem; }
  section { margin-top: 2.25rem; }
  .panels { grid-template-columns: 1fr 1fr; gap: 0.9rem 0.75rem; }
  .panels.large { grid-template-columns: 1fr; }
}
@page { margin: 16mm 14mm; }
@media print {
  :root { font-size: 11px; color-scheme: light; ${variables(PRINT)} print-color-adjust: exact; }
  body { padding: 0; max-width: none; }
  section { margin-top: 1.5rem; }
  h2, h3, .lead, .legend { break-after: avoid; }
  tr { break-inside: avoid; }
  .figures { grid-template-columns: 1fr 1fr; gap: 1.2rem 1.6rem; }
  .panels { grid-template-columns: repeat(4, 1fr); gap: 0.8rem; }
  .panels.large { grid-template-columns: repeat(3, 1fr); }
  .scroll { overflow: visible; }
  th, td { padding: 0.25rem 0.35rem; }
  th { white-space: normal; position: static; }
  nav, details { display: none; }
  .elsewhere { display: block; }
}
`;
