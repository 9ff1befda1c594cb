import { describe, expect, it } from "vitest";
import { encodeGreyPng, imageGrid } from "../../src/experiments/pictures.ts";
import { renderReport } from "../../src/experiments/report.ts";
import type { ReportData, ReportRow } from "../../src/experiments/report_data.ts";

const row = (label: string, value: number): ReportRow => ({
  label,
  loss: 1 - value,
  accuracy: value,
  f1Weighted: value,
  f1Macro: value,
  gMean: value,
  recall: [1, value],
  headRecall: 1,
  tailRecall: value,
  steps: 1500,
  seconds: 200,
});

const png = encodeGreyPng(imageGrid(new Uint8Array(2 * 784), { columns: 1 }));
const data: ReportData = {
  title: "A report",
  subtitle: "of made-up numbers",
  adapter: { description: "llvmpipe", software: true },
  command: "tailgrad demo --seed 1",
  generatedAt: "2025-01-01",
  rows: [row("none", 0.25), row("gan", 0.75)],
  classNames: ["Trouser", "Bag"],
  distributions: [{ label: "rebalanced", counts: [6000, 12], synthetic: [0, 5988] }],
  grids: [{ title: "Samples", caption: "As generated.", png }],
  curves: [
    {
      title: "Loss",
      xLabel: "step",
      yLabel: "nats",
      series: [
        {
          label: "none",
          points: [
            [0, 2],
            [1500, 0.5],
          ],
        },
      ],
    },
  ],
  notes: ["One seed."],
};
const empty: ReportData = { ...data, rows: [], classNames: [], distributions: [], grids: [], curves: [], notes: [] };

describe("renderReport", () => {
  const page = renderReport(data);

  it("is one page that asks nobody for anything", () => {
    expect(page).toMatch(/^<!doctype html>\n<html lang="en">/);
    expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'; img-src data:"`);
    expect(page).not.toMatch(/https?:|<script|<link|@import|url\((?!#)|src="(?!data:image\/png;base64,)/);
  });

  it("gives the same text for the same data", () => expect(renderReport(data)).toBe(page));

  it("says what it is of", () => {
    for (const text of ["A report", "of made-up numbers", "tailgrad demo --seed 1", "2025-01-01", "One seed."]) {
      expect(page).toContain(text);
    }
    expect(page).toContain("llvmpipe (software adapter: computed on the processor, no GPU)");
    expect(renderReport({ ...data, adapter: { description: "Some card", software: false } })).toContain(
      "Some card (GPU)",
    );
  });

  it("marks the best value of each measure: the lowest loss, the highest of all else", () => {
    const cells = [...page.matchAll(/<td class="best">([^<]*)<\/td>/g)].map(([, text]) => text);
    expect(cells).toEqual(["0.750", "0.750", "0.750", "0.750", "0.750", "0.250"]);
    expect(page).toContain("<td>1,500</td><td>3 min 20 s</td>");
    expect(renderReport({ ...data, rows: [row("none", 0.5)] })).not.toContain('class="best"');
  });

  it("says in a sentence what there is to see", () => {
    expect(page).toContain("are recognised in 75% of cases by gan, in 25% by none.");
    expect(page).toContain("The training sets differ most on Bag: from 25% to 75%.");
    expect(page).toContain("6,012 real images, from 12 to 6,000 per class, and 5,988 synthetic ones.");
    expect(page).toContain("At the end (step 1,500): none 0.500.");
    expect(page).toContain("As generated.");
  });

  it("draws bars, counts, lines and pictures with a description for each", () => {
    const described = [...page.matchAll(/role="img" aria-label="([^"]*)"/g)].map(([, text]) => text);
    expect(described).toEqual([
      "Recall per class, one bar per training set",
      "Training images per class: rebalanced",
      "Loss: nats by step",
    ]);
    expect(page).toContain(">12 + 5,988</text>");
    expect(page).toContain('alt="Samples. Rows from the top: Trouser, Bag."');
    const encoded = page.match(/base64,([^"]+)"/)?.[1] ?? "";
    expect(new Uint8Array(Buffer.from(encoded, "base64"))).toEqual(new Uint8Array(png));
  });

  it("shows text as text, wherever it stands", () => {
    const bad = `<img src=x onerror=alert(1)> & "quotes" 'too' </style></svg>`;
    const evil = renderReport({
      title: bad,
      subtitle: bad,
      adapter: { description: bad, software: false },
      command: bad,
      generatedAt: bad,
      rows: [row(bad, 0.5), row("b", 0.25)],
      classNames: [bad, "Bag"],
      distributions: [{ label: bad, counts: [1, 2], synthetic: [1, 0] }],
      grids: [{ title: bad, caption: bad, png, rowLabels: [bad] }],
      curves: [{ title: bad, xLabel: bad, yLabel: bad, series: [{ label: bad, points: [[0, 1]] }], caption: bad }],
      notes: [bad],
    });
    expect(evil).not.toContain("<img src=x");
    expect(evil).not.toContain('"quotes"');
    expect(evil.match(/<\/style>/g)).toHaveLength(1);
    expect(evil.match(/<svg/g)?.length).toBe(evil.match(/<\/svg>/g)?.length);
    expect(evil).toContain("&lt;img src=x onerror=alert(1)&gt; &amp; &quot;quotes&quot;");
  });

  it("leaves out the parts without data", () => {
    const page = renderReport(empty);
    expect(page).not.toContain("<section>");
    expect(page).not.toContain("<svg");
    expect(page).toContain("<h1>A report</h1>");
  });

  it("shows a dash for what is not a number, and marks it nowhere", () => {
    const broken = { ...row("broken", Number.NaN), recall: [], seconds: Number.NaN };
    const curves = [
      {
        title: "Loss",
        xLabel: "step",
        yLabel: "nats",
        series: [{ label: "a", points: [[0, Number.NaN]] as [number, number][] }],
      },
    ];
    const page = renderReport({ ...data, rows: [broken, row("fine", 0.5)], curves });
    expect(page).not.toContain("NaN");
    expect(page).toContain("<td>\u2013</td>");
    expect(page).toContain("Nothing was measured.");
  });

  it("gives a label the same colour in each chart, and many labels different looks", () => {
    const rows = Array.from({ length: 18 }, (_, i) => row(`set ${i}`, i / 18));
    const page = renderReport({ ...data, rows });
    const looks = [...page.matchAll(/<path d="M0 6H22" ([^/]*)\/>/g)].map(([, look]) => look).slice(0, 18);
    expect(new Set(looks).size).toBe(18);
    expect(page).toContain("<summary>The same numbers as a table</summary>");
    const both = renderReport({
      ...data,
      curves: [
        {
          ...data.curves[0]!,
          series: [
            {
              label: "gan",
              points: [
                [0, 1],
                [1, 2],
              ],
            },
          ],
        },
      ],
    });
    expect(both).toMatch(/<path d="[^"]*" fill="none"[^>]*stroke="var\(--series-2\)"/);
  });

  it("uses only colours that the style defines, light and dark", () => {
    const style = page.match(/<style>([\s\S]*?)<\/style>/)?.[1] ?? "";
    for (const [, name] of page.matchAll(/var\((--[\w-]+)\)/g)) {
      expect(style.split(`${name}:`).length - 1, `${name} for light, dark and print`).toBe(3);
    }
    const drawn = page.slice(page.indexOf("</style>")).replace(/<clipPath[\s\S]*?<\/clipPath>/g, "");
    expect(drawn).not.toMatch(/(fill|stroke)="(#|rgb)/);
  });
});
