import { expect, test } from "vitest";
import { cutLines, textTable } from "../../src/cli/table.ts";

test("columns are aligned, the first to the left, without blanks at line ends", () => {
  const rows = [
    ["class", "n"],
    ["Bag", "1,000"],
    ["Ankle boot", ""],
  ];
  expect(textTable(rows).split("\n")).toEqual(["class           n", "Bag         1,000", "Ankle boot"]);
});

test("alignment can be chosen per column", () => {
  const rows = [
    ["1", "matmul", "x"],
    ["10", "add", "yy"],
  ];
  expect(textTable(rows, ["right", "left"]).split("\n")).toEqual([" 1  matmul   x", "10  add     yy"]);
});

test("no rows give an empty text", () => {
  expect(textTable([])).toBe("");
});

test("lines are cut to a terminal's width, and left alone without one", () => {
  expect(cutLines("abcdef\nab", 4)).toBe("abc…\nab");
  expect(cutLines("abcdef", undefined)).toBe("abcdef");
});
