import { describe, expect, it } from "vitest";
import { markdownTable, percent, ratioText, textTable, threeDigits } from "../../bench/table.ts";

describe("tables", () => {
  it("aligns columns, the first one to the left, and fills missing cells", () => {
    expect(textTable([["work", "ms"], ["a long name", "1.25", "x"], ["b"]])).toBe(
      "work           ms\na long name  1.25  x\nb",
    );
  });

  it("gives a heading with a line break two lines", () => {
    expect(
      textTable([
        ["work", "tfjs\nwasm"],
        ["a", "1x"],
      ]),
    ).toBe("      tfjs\nwork  wasm\na       1x");
    expect(markdownTable([["work", "tfjs\nwasm"]])).toContain("| work | tfjs wasm |");
  });

  it("writes Markdown with figures to the right", () => {
    expect(
      markdownTable([
        ["work", "ms"],
        ["a|b", "1"],
      ]),
    ).toBe("| work | ms |\n| --- | ---: |\n| a\\|b | 1 |");
  });

  it("rounds to what a reader can use", () => {
    expect([0.01234, 1.234, 99.94, 123.4, 12345.6].map(threeDigits)).toEqual([
      "0.0123",
      "1.23",
      "99.9",
      "123",
      "12346",
    ]);
    expect([0.512, 4.56, 12.3, 250].map(ratioText)).toEqual(["0.51x", "4.6x", "12x", "250x"]);
    expect([0.004, 0.0999, 0.38].map(percent)).toEqual(["0.4%", "10%", "38%"]);
  });
});
