import assert from "node:assert/strict";
import fc from "fast-check";
import { type DemoCurves, type DemoData, type DemoRow, demoReport } from "../../../src/experiments/report/demo.ts";
import { renderPage } from "../../../src/experiments/report/page.ts";
import { reportStyle } from "../../../src/experiments/report/style.ts";
import { checkMarkup } from "../markup.ts";
import { byteMutators } from "../mutate.ts";
import type { Reader } from "../reader.ts";

const NUMBERS = [0, 1, 0.5, -1, -0, 1e308, -1e308, 5e-324, Number.NaN, Number.POSITIVE_INFINITY, 6000, 2 ** 53];
const TEXTS = [
  "none",
  "",
  "</style><script>alert(1)</script>",
  '" onmouseover="alert(1)',
  "' onfocus='x",
  "<img src=x onerror=alert(1)>",
  "</svg><a href=javascript:alert(1)>",
  "<!--",
  "-->",
  "]]>",
  "&lt;script&gt;",
  "&",
  "`id`",
  "{a|b}",
  "$& $1 $' $`",
  "url(http://x)",
  "\u0000\u0008\u001b[2J",
  "a\nb\r\n",
  "\u2028\u202e",
  "__proto__",
  "constructor",
  "x".repeat(300),
];

/** Makes a report's data of an input's bytes: whatever they are, there is a report. */
class Source {
  #at = 0;
  constructor(readonly bytes: Uint8Array) {}

  /** The next byte; zeros after the end. */
  byte(): number {
    return this.bytes[this.#at++] ?? 0;
  }

  text(): string {
    const which = this.byte();
    if (which < 4 * TEXTS.length) return TEXTS[which % TEXTS.length]!;
    const from = this.#at;
    this.#at += which % 16;
    return new TextDecoder().decode(this.bytes.subarray(from, this.#at));
  }

  number(): number {
    const which = this.byte();
    return which < 64 ? NUMBERS[which % NUMBERS.length]! : (which * 256 + this.byte()) / 65_536;
  }

  list<T>(make: () => T, most = 4): T[] {
    return Array.from({ length: this.byte() % most }, make);
  }
}

export const report: Reader = {
  name: "report",
  names: "",
  seeds: fc.uint8Array({ minLength: 8, maxLength: 160 }),
  mutators: byteMutators,
  open: () => ({
    read(input) {
      const data = dataOf(new Source(input));
      const page = renderPage(demoReport(data));
      // The style is the one text that stands between tags as it is.
      const [before, after, ...more] = page.split(reportStyle);
      assert.ok(before !== undefined && after !== undefined && more.length === 0, "one style sheet");
      const texts = checkMarkup(before + after);
      if (data.subtitle !== "") assert.ok(texts.has(data.subtitle), "the subtitle as it was given");
    },
    close() {},
  }),
};

function dataOf(source: Source): DemoData {
  // A chart takes thousands of times as long as the rest.
  const charts = source.byte() === 7;
  const text = () => source.text();
  const number = () => source.number();
  const curves = (): DemoCurves => ({
    name: "curves",
    title: text(),
    xLabel: text(),
    yLabel: text(),
    series: source.list(() => ({
      label: text(),
      points: source.list((): [number, number] => [number(), number()], 6),
    })),
  });
  return {
    subtitle: text(),
    adapter: { description: text(), software: source.byte() > 127 },
    command: text(),
    generatedAt: text(),
    rows: source.list(() => rowOf(source)),
    classNames: charts ? source.list(text) : [],
    distributions: charts
      ? source.list(
          () => ({
            label: text(),
            counts: source.list(number),
            added: {
              kind: source.byte() > 127 ? ("copies" as const) : ("synthetic" as const),
              counts: source.list(number),
            },
          }),
          2,
        )
      : [],
    grids: source.list(() => ({ name: "grid", title: text(), caption: text(), png: Uint8Array.of(source.byte()) }), 2),
    curves: charts ? source.list(curves, 2) : [],
    notes: source.list(text),
  };
}

function rowOf(source: Source): DemoRow {
  const number = () => source.number();
  return {
    label: source.text(),
    loss: number(),
    accuracy: number(),
    f1Weighted: number(),
    f1Macro: number(),
    gMean: number(),
    recall: source.list(number),
    headRecall: number(),
    middleRecall: number(),
    tailRecall: number(),
    steps: number(),
    seconds: number(),
  };
}
