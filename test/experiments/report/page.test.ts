import { describe, expect, it } from "vitest";
import { encodeGreyPng, imageGrid } from "../../../src/experiments/pictures.ts";
import { type DemoData, type DemoRow, demoReport } from "../../../src/experiments/report/demo.ts";
import type { Report } from "../../../src/experiments/report/document.ts";
import { renderPage } from "../../../src/experiments/report/page.ts";

const row = (label: string, value: number): DemoRow => ({
  label,
  loss: 1 - value,
  accuracy: value,
  f1Weighted: value,
  f1Macro: value,
  gMean: value,
  recall: [1, value],
  headRecall: 1,
  middleRecall: 1,
  tailRecall: value,
  steps: 1500,
  seconds: 200,
});

const png = encodeGreyPng(imageGrid(new Uint8Array(2 * 784), { columns: 1 }));
const line = (label: string, ...ys: number[]) => ({ label, points: ys.map((y, i): [number, number] => [i * 1500, y]) });
const data: DemoData = {
  subtitle: "of made-up numbers",
  adapter: { description: "llvmpipe", software: true },
  command: "tailgrad demo --seed 1",
  generatedAt: "2025-01-01",
  rows: [row("none", 0.25), row("gan", 0.75)],
  classNames: ["Trouser", "Bag"],
  distributions: [{ label: "rebalanced", counts: [6000, 12], added: { kind: "synthetic", counts: [0, 5988] } }],
  grids: [{ name: "samples", title: "Samples", caption: "As generated.", png }],
  curves: [{ name: "loss", title: "Loss", xLabel: "step", yLabel: "nats", series: [line("none", 2, 0.5)] }],
  notes: ["One seed."],
};
const pageOf = (changes: Partial<DemoData> = {}) => renderPage(demoReport({ ...data, ...changes }));

describe("renderPage", () => {
  const page = pageOf();

  it("is one page that asks nobody for anything", () => {
    expect(page).toMatch(/^<!doctype html>\n<html lang="en">/);
    expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'; img-src data:"`);
    expect(page).not.toMatch(/https?:|<script|<link|@import|url\((?!#)|src="(?!data:image\/png;base64,)|href="(?!#)/);
  });

  it("gives the same text for the same data", () => expect(pageOf()).toBe(page));

  it("says what it is of", () => {
    for (const text of ["of made-up numbers", "tailgrad demo --seed 1", "2025-01-01", "One seed."]) {
      expect(page).toContain(text);
    }
    expect(page).toContain("llvmpipe (software adapter: computed on the processor, no GPU)");
    expect(pageOf({ adapter: { description: "Some card", software: false } })).toContain("Some card (GPU)");
  });

  it("marks the best value of each measure: the lowest loss, the highest of all else", () => {
    const cells = [...page.matchAll(/<td class="best" title="the best of its column">([^<]*)<\/td>/g)];
    expect(cells.map(([, text]) => text)).toEqual(["0.750", "0.750", "0.750", "0.750", "0.750", "0.250"]);
    expect(page).toContain("<td>1,500</td><td>3 min 20 s</td>");
    expect(pageOf({ rows: [row("none", 0.5)] })).not.toContain('class="best"');
  });

  it("says in a sentence what there is to see", () => {
    expect(page).toContain("are recognised in 75% of cases by gan, in 25% by none.");
    expect(page).toContain("The training sets differ most on Bag: from 25% to 75%.");
    expect(page).toContain("6,012 real images, from 12 to 6,000 per class, and 5,988 synthetic ones.");
    expect(page).toContain("At the end (step 1,500): none 0.500.");
    expect(page).toContain("As generated.");
  });

  it("draws shades, counts, lines and pictures with a description for each", () => {
    const described = [...page.matchAll(/role="img" aria-label="([^"]*)"/g)].map(([, text]) => text);
    expect(described).toEqual([
      "Recall per class. The training sets differ most on Bag: from 25% to 75%.",
      "Training images per class: rebalanced. 6,012 real images, from 12 to 6,000 per class, and 5,988 synthetic ones.",
      "Loss: nats by step. At the end (step 1,500): none 0.500.",
    ]);
    expect(page).toContain(">12 + 5,988</text>");
    expect(page).toContain('alt="Samples. Rows from the top: Trouser, Bag."');
    const encoded = page.match(/base64,([^"]+)"/)?.[1] ?? "";
    expect(new Uint8Array(Buffer.from(encoded, "base64"))).toEqual(new Uint8Array(png));
  });

  it("shows text as text, wherever it stands", () => {
    const bad = `<img src=x onerror=alert(1)> & "quotes" 'too' </style></svg>`;
    const evil = pageOf({
      subtitle: bad,
      adapter: { description: bad, software: false },
      command: bad,
      generatedAt: bad,
      rows: [row(bad, 0.5), row("b", 0.25)],
      classNames: [bad, "Bag"],
      distributions: [{ label: bad, counts: [1, 2], added: { kind: "copies", counts: [1, 0] } }],
      grids: [{ name: "a", title: bad, caption: bad, png }],
      curves: [{ name: "b", title: bad, xLabel: bad, yLabel: bad, series: [line(bad, 1)], caption: bad }],
      notes: [bad],
    });
    expect(evil).not.toContain("<img src=x");
    expect(evil).not.toContain('"quotes"');
    expect(evil.match(/<\/style>/g)).toHaveLength(1);
    expect(evil.match(/<svg/g)?.length).toBe(evil.match(/<\/svg>/g)?.length);
    expect(evil).toContain("&lt;img src=x onerror=alert(1)&gt; &amp; &quot;quotes&quot;");
  });

  it("leaves out sections without parts, and lists the others where there are many", () => {
    const section = (title: string) => ({ title, parts: [{ kind: "list" as const, items: [title] }] });
    const report: Report = { title: "A report", subtitle: "", facts: [], sections: [{ title: "Empty", parts: [] }] };
    expect(renderPage(report)).toContain("<h1>A report</h1>");
    expect(renderPage(report)).not.toMatch(/<section|<svg|<nav/);
    const many = renderPage({ ...report, sections: [..."abcdef"].map(section) });
    for (const [, id] of many.matchAll(/<a href="#([^"]+)"/g)) expect(many).toContain(`<section id="${id}">`);
    expect(many.match(/<a href="#/g)).toHaveLength(6);
  });

  it("shows a dash for what is not a number, and marks it nowhere", () => {
    const broken = { ...row("broken", Number.NaN), recall: [], seconds: Number.NaN };
    const curves = [{ ...data.curves[0]!, series: [line("a", Number.NaN)] }];
    const page = pageOf({ rows: [broken, row("fine", 0.5)], curves });
    expect(page).not.toContain("NaN");
    expect(page).toContain("<td>\u2013</td>");
    expect(page).toContain("Nothing was measured.");
  });

  it("gives a label the same colour in each chart, and many labels different looks", () => {
    const series = Array.from({ length: 18 }, (_, i) => line(`set ${i}`, 1, i));
    const page = pageOf({ curves: [{ ...data.curves[0]!, series }] });
    const looks = [...page.matchAll(/<path d="M0 6H22" ([^/]*)\/>/g)].map(([, look]) => look).slice(-18);
    expect(new Set(looks).size).toBe(18);
    const both = pageOf({ curves: [{ ...data.curves[0]!, series: [line("gan", 1, 2)] }] });
    expect(both).toMatch(/<path d="[^"]*" fill="none"[^>]*stroke="var\(--series-2\)"/);
  });

  it("uses only colours that the style defines, light, dark and print", () => {
    const style = page.match(/<style>([\s\S]*?)<\/style>/)?.[1] ?? "";
    const names = new Set([...page.matchAll(/var\((--[\w-]+)\)/g)].map(([, name]) => name));
    expect(names.size).toBeGreaterThan(8);
    for (const name of names) expect(style.split(`${name}:`).length - 1, `${name}`).toBe(3);
  });

  it("folds a table away, and says in print where it is", () => {
    const folded: Report = {
      title: "t",
      subtitle: "s",
      facts: [],
      sections: [
        {
          title: "Runs",
          parts: [{ kind: "table", name: "runs", title: "All runs", columns: [], rows: [], folded: true }],
        },
      ],
    };
    expect(renderPage(folded)).toMatch(/<details>.*<\/details>\n<p class="elsewhere">All runs: tables\/runs.csv<\/p>/s);
  });
});
