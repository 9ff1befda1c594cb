import { InvalidArgumentError } from "commander";
import { describe, expect, test } from "vitest";
import {
  betaNumber,
  fileNamed,
  imbalanceRatio,
  nonEmpty,
  positiveNumber,
  toggleList,
  wholeNumber,
} from "../../src/cli/parse.ts";

describe("wholeNumber", () => {
  test.each([
    ["0", 0],
    ["7", 7],
    ["10", 10],
    ["007", 7],
  ])("reads %j", (text, value) => {
    expect(wholeNumber(0, 10)(text)).toBe(value);
  });

  test.each([0, 1])("says %j or more where nothing bounds it above", (least) => {
    expect(wholeNumber(least)("9007199254740991")).toBe(Number.MAX_SAFE_INTEGER);
    expect(() => wholeNumber(least)("-1")).toThrow(`Give a whole number of ${least} or more.`);
    const all = `Give a whole number from ${least} to 9007199254740991.`;
    expect(() => wholeNumber(least)("9007199254740992")).toThrow(all);
  });

  test.each([
    "",
    " ",
    "-3",
    "+3",
    "2.5",
    "2.0",
    "1e1",
    "1e400",
    "0x5",
    "abc",
    "5 ",
    "11",
    "99999999999999999999",
    "NaN",
  ])("refuses %j and names the rule", (text) => {
    expect(() => wholeNumber(0, 10)(text)).toThrow(InvalidArgumentError);
    expect(() => wholeNumber(0, 10)(text)).toThrow("Give a whole number from 0 to 10.");
  });
});

describe("positiveNumber", () => {
  test.each([
    ["0.0005", 5e-4],
    ["5e-4", 5e-4],
    ["2E-4", 2e-4],
    [".5", 0.5],
    ["10", 10],
  ])("reads %j", (text, value) => {
    expect(positiveNumber(10)(text)).toBe(value);
  });

  test.each(["", "0", "-1", "1e400", "1e-400", "1e-60", "Infinity", "NaN", "11", "1,5", "abc", "0x1", "."])(
    "refuses %j",
    (text) => {
      expect(() => positiveNumber(10)(text)).toThrow("Give a number above 0 and up to 10");
    },
  );
});

describe("betaNumber", () => {
  test.each([
    ["0", 0],
    [".5", 0.5],
    ["0.9999", 0.9999],
  ])("reads %j", (text, value) => {
    expect(betaNumber(text)).toBe(value);
  });

  test.each(["1", "-0.1", "1.5", "", "NaN", "abc", "0.99999999999"])("refuses %j", (text) => {
    expect(() => betaNumber(text)).toThrow("Give a number from 0 to below 1, such as 0.5 or 0.9.");
  });
});

test("imbalanceRatio gives names and ratios in the form that run folders keep", () => {
  expect(["7/9", "0.5", "1", "low_unbalanced", "high_unbalanced"].map(imbalanceRatio)).toEqual([
    "7/9",
    "0.5",
    "1",
    "7/9",
    "1/2",
  ]);
  for (const text of ["", "0", "3", "1/0", "-1/2", "abc", "1/2\n"])
    expect(() => imbalanceRatio(text)).toThrow("Give a ratio");
});

test("names and paths may not be empty or tear a message into lines", () => {
  expect(nonEmpty("a b")).toBe("a b");
  for (const text of ["", "  ", "a\nb", "\u001b[2J", "\u009b31m", "a\u2028b"])
    expect(() => nonEmpty(text)).toThrow("Give a name or path");
});

test("pictures are named .png, with something before it", () => {
  expect(fileNamed(".png")("a/grid.PNG")).toBe("a/grid.PNG");
  for (const text of [".png", "grid.jpg", "grid"]) expect(() => fileNamed(".png")(text)).toThrow("ends in .png");
});

test("toggles are a list of names", () => {
  expect(toggleList("skip_validation, disable_robustness")).toEqual(["skip_validation", "disable_robustness"]);
  for (const text of ["", "a,,b", "a;b", "A", "a,\nb", "skip-validation", "skip__validation", "_a", "a_", "8x"])
    expect(() => toggleList(text)).toThrow("Give names of Dawn toggles");
});
