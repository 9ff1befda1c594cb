/**
 * The report's style sheet: system fonts, one column of text, two of figures, one on a phone. Series colours are told apart
 * by people with any colour vision and have 3:1 against their ground or more, light and dark.
 */
export const reportStyle = `
:root {
  color-scheme: light dark;
  --paper: #ffffff; --ink: #1d2125; --muted: #5d656e; --rule: #e2e5e9; --mark: #e9f1fb;
  --real: #2f6db3; --synthetic: #d98a3d;
  --series-1: #2f6db3; --series-2: #c4551c; --series-3: #2e8555; --series-4: #8a4fa6;
  --series-5: #a2780f; --series-6: #1a8892; --series-7: #b83c6c; --series-8: #69707a;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14171a; --ink: #e6e8ea; --muted: #a0a8b1; --rule: #2c3238; --mark: #1c2c3f;
    --real: #6ca8e6; --synthetic: #e3a55f;
    --series-1: #6ca8e6; --series-2: #ee8d58; --series-3: #62bd88; --series-4: #c08ed8;
    --series-5: #d4ad4c; --series-6: #54c0cb; --series-7: #ea80a6; --series-8: #a3a9b2;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 3.5rem 1.5rem 4rem; max-width: 66rem;
  background: var(--paper); color: var(--ink);
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif;
}
header { border-bottom: 1px solid var(--rule); padding-bottom: 1.5rem; }
h1 { margin: 0; font-size: 1.9rem; line-height: 1.2; font-weight: 650; letter-spacing: -0.012em; text-wrap: balance; }
.subtitle { margin: 0.5rem 0 0; max-width: 46rem; font-size: 1.1rem; color: var(--muted); text-wrap: pretty; }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 0.2rem 1.25rem; margin: 1.5rem 0 0; font-size: 0.875rem; }
dt { color: var(--muted); }
dd { margin: 0; overflow-wrap: anywhere; }
code { font: 0.92em ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; }
section { margin-top: 3rem; }
h2 { margin: 0 0 0.35rem; font-size: 1.25rem; line-height: 1.3; font-weight: 650; letter-spacing: -0.006em; }
h3 { margin: 0; font-size: 0.95rem; font-weight: 600; }
p { margin: 0 0 0.75rem; max-width: 46rem; text-wrap: pretty; }
.lead { color: var(--muted); margin-bottom: 1.25rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 0.875rem; font-variant-numeric: tabular-nums; }
th, td { padding: 0.45rem 0.7rem; text-align: right; white-space: nowrap; border-bottom: 1px solid var(--rule); }
thead th { color: var(--muted); font-weight: 500; vertical-align: bottom; border-bottom: 1px solid var(--muted); }
th:first-child, td:first-child { text-align: left; padding-left: 0; position: sticky; left: 0; background: var(--paper); }
th:last-child, td:last-child { padding-right: 0.2rem; }
tbody th { font-weight: 500; }
td.best { font-weight: 700; background: var(--mark); }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 25rem), 1fr)); gap: 2rem 2.5rem; }
figure { margin: 0; min-width: 0; max-width: 34rem; break-inside: avoid; }
figcaption { margin-top: 0.4rem; font-size: 0.875rem; color: var(--muted); text-wrap: pretty; }
figure svg { display: block; width: 100%; height: auto; margin-top: 0.5rem; font-family: inherit; }
.legend { display: flex; flex-wrap: wrap; gap: 0.15rem 1.1rem; margin: 0.3rem 0 0; padding: 0; list-style: none; font-size: 0.8125rem; }
.legend + .figures { margin-top: 1rem; }
.legend li { display: flex; align-items: center; gap: 0.45rem; }
.legend svg { width: 1.4rem; height: 0.75rem; margin: 0; flex: none; }
.grid { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 0 0.7rem; margin-top: 0.5rem; }
.grid ol { display: grid; grid-auto-rows: 1fr; margin: 0; padding: 0; list-style: none; font-size: 0.75rem; line-height: 1.1; text-align: right; }
.grid li { display: flex; align-items: center; justify-content: flex-end; min-height: 0; max-width: 6.5rem; }
.grid img { display: block; width: 100%; height: auto; border-radius: 3px; }
.figures > .scroll { align-self: center; }
details { margin-top: 1rem; font-size: 0.875rem; }
summary { cursor: pointer; color: var(--muted); }
details .scroll { margin-top: 0.5rem; }
.notes { margin: 0; padding-left: 1.1rem; max-width: 46rem; }
.notes li { margin-bottom: 0.35rem; }
@media (max-width: 40rem) {
  body { padding: 2rem 1rem 3rem; }
  h1 { font-size: 1.5rem; }
  dl { grid-template-columns: 1fr; gap: 0; }
  dd { margin-bottom: 0.5rem; }
  section { margin-top: 2.25rem; }
}
@page { margin: 16mm 14mm; }
@media print {
  :root {
    font-size: 12px;
    color-scheme: light;
    --paper: #ffffff; --ink: #000000; --muted: #444444; --rule: #cccccc; --mark: #eeeeee;
    --real: #2f6db3; --synthetic: #d98a3d;
    --series-1: #2f6db3; --series-2: #c4551c; --series-3: #2e8555; --series-4: #8a4fa6;
    --series-5: #a2780f; --series-6: #1a8892; --series-7: #b83c6c; --series-8: #69707a;
    print-color-adjust: exact;
  }
  body { padding: 0; max-width: none; }
  section { margin-top: 1.5rem; }
  h2, h3, .lead, .legend { break-after: avoid; }
  .figures { grid-template-columns: 1fr 1fr; gap: 1.2rem 1.6rem; }
  .scroll { overflow: visible; }
  th, td { padding: 0.3rem 0.4rem; }
  th { white-space: normal; }
}
`;
