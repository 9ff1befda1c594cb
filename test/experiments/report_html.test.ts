import { describe, expect, it } from "vitest";
import { html, showCount, showMeasure, showSeconds, trusted } from "../../src/experiments/report_html.ts";

describe("html", () => {
  it("escapes texts, keeps Html, joins lists and leaves out undefined", () => {
    const inner = html`<b>${"<&>\"'"}</b>`;
    expect(inner.markup).toBe("<b>&lt;&amp;&gt;&quot;&#39;</b>");
    expect(html`${[inner, "x", 3]}${undefined}${trusted("<i>")}`.markup).toBe(`${inner.markup}x3<i>`);
  });
});

describe("numbers for people", () => {
  it.each([
    [showCount(48010), "48,010"],
    [showCount(Number.NaN), "\u2013"],
    [showMeasure(0.9205), "0.920"],
    [showMeasure(Number.POSITIVE_INFINITY), "\u2013"],
    [showSeconds(8.44), "8.4 s"],
    [showSeconds(59.94), "59.9 s"],
    [showSeconds(59.96), "1 min 00 s"],
    [showSeconds(200), "3 min 20 s"],
    [showSeconds(3599.6), "1 h 00 min"],
    [showSeconds(7500), "2 h 05 min"],
    [showSeconds(Number.NaN), "\u2013"],
  ])("%s", (shown, wanted) => expect(shown).toBe(wanted));
});
