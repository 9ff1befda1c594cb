import { describe, expect, it } from "vitest";
import { html, trusted } from "../../../src/experiments/report/html.ts";

describe("html", () => {
  it("escapes texts, keeps Html, joins lists and leaves out undefined", () => {
    const inner = html`<b>${"<&>\"'"}</b>`;
    expect(inner.markup).toBe("<b>&lt;&amp;&gt;&quot;&#39;</b>");
    expect(html`${[inner, "x", 3]}${undefined}${trusted("<i>")}`.markup).toBe(`${inner.markup}x3<i>`);
  });
});
