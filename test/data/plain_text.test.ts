import { describe, expect, it } from "vitest";
import { isPlainText, oneLine, shortLine, showValue } from "../../src/data/plain_text.ts";

const CONTROLS = ["\0", "\n", "\r", "\u001b", "\u007f", "\u009b", "\u2028", "\u2029"];

describe("text of others in messages", () => {
  it("is plain without control characters and line ends", () => {
    for (const text of ["", "a b", "Größe", "日本", "\ud83d\ude00", "a\u00a0b"]) expect(isPlainText(text)).toBe(true);
    for (const control of CONTROLS) expect(isPlainText(`a${control}b`), JSON.stringify(control)).toBe(false);
  });

  it("is one line, whatever ends lines in it", () => {
    expect(oneLine(" a \n\n  b\r\nc\u2028d \n")).toBe("a b c d");
    expect(oneLine("\u001b[31mred\u0007\u202e")).toBe("[31mred");
    for (const control of CONTROLS) expect(isPlainText(oneLine(`a${control}b`))).toBe(true);
  });

  it("takes no longer for many spaces than for other text", () => {
    const began = performance.now();
    expect(oneLine(`a${" ".repeat(200_000)}b`)).toHaveLength(200_002);
    expect(performance.now() - began).toBeLessThan(500);
  });

  it("is cut", () => {
    expect(shortLine("abc", 3)).toBe("abc");
    expect(shortLine("abcdef", 5)).toBe("ab...");
    expect(shortLine("x".repeat(1e6))).toHaveLength(200);
  });

  it("is shown as JSON, escaped and cut", () => {
    expect(showValue("a\n\u001b\u007f\u0085\u2028\u202e")).toBe(String.raw`"a\n\u001b\u007f\u0085\u2028\u202e"`);
    expect(showValue([1, "a", null])).toBe('[1,"a",null]');
    expect(showValue(undefined)).toBe("undefined");
    expect(showValue("x".repeat(200), 20)).toBe(`"${"x".repeat(16)}...`);
  });

  it("is shown however deep it is nested", () => {
    const deep: unknown = JSON.parse("[".repeat(100_000) + "]".repeat(100_000));
    expect(showValue(deep)).toBe("a value nested too deep to show");
  });
});
