import { describe, expect, it } from "vitest";
import { firstMismatch, ulpDistance } from "./ulp.ts";

const MIN = 2 ** -149;
const MAX = (2 - 2 ** -23) * 2 ** 127;

describe("ulpDistance", () => {
  it.each([
    [1, 1, 0],
    [0, -0, 0],
    [1, 1 + 2 ** -23, 1],
    [1, 1 - 2 ** -24, 1],
    [2, 1, 2 ** 23],
    [MIN, 0, 1],
    [MIN, -MIN, 2],
    [-1, 1, 2 * 0x3f800000],
    [MAX, Infinity, 1],
    [-Infinity, Infinity, 2 * 0x7f800000],
  ])("of %d and %d is %d, either way", (a, b, distance) => {
    expect(ulpDistance(a, b)).toBe(distance);
    expect(ulpDistance(b, a)).toBe(distance);
  });
});

describe("firstMismatch", () => {
  const ulp = (value: number) => ({ kind: "ulp", value }) as const;

  it("allows the tolerance and not more", () => {
    const above = [1, 1 + 3 * 2 ** -23];
    expect(firstMismatch(above, [1, 1], ulp(3))).toBeUndefined();
    expect(firstMismatch(above, 1, ulp(2))).toEqual({ index: 1, actual: above[1], expected: 1, distance: 3 });
    expect(firstMismatch([0.5], [0.25], { kind: "abs", value: 0.25 })).toBeUndefined();
    expect(firstMismatch([0.5], [0.25], { kind: "abs", value: 0.249 })?.distance).toBe(0.25);
  });

  it("rounds the expected number to f32", () => {
    expect(firstMismatch([Math.fround(0.1)], [0.1], ulp(0))).toBeUndefined();
  });

  it.each([
    [NaN, 1],
    [1, NaN],
    [NaN, Infinity],
    [Infinity, NaN],
  ])("never takes %d for %d", (actual, expected) => {
    expect(firstMismatch([actual], [expected], ulp(2 ** 33))?.index).toBe(0);
    expect(firstMismatch([actual], [expected], { kind: "abs", value: Infinity })?.index).toBe(0);
  });

  it("takes NaN for NaN and an infinity for itself", () => {
    const odd = [NaN, Infinity, -Infinity];
    expect(firstMismatch(odd, odd, ulp(0))).toBeUndefined();
    expect(firstMismatch(odd, odd, { kind: "abs", value: 0 })).toBeUndefined();
    expect(firstMismatch([Infinity], [-Infinity], { kind: "abs", value: 1 })?.index).toBe(0);
  });
});
