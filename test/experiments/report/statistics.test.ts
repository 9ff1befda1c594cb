import { describe, expect, it } from "vitest";
import { deviation, holm, mean, pairedTest, studentP } from "../../../src/experiments/report/statistics.ts";

describe("studentP", () => {
  // Two-sided critical values of the printed tables, and closed forms for 1 and 2 degrees of freedom.
  it.each([
    [12.706205, 1, 0.05],
    [4.302653, 2, 0.05],
    [2.776445, 4, 0.05],
    [2.262157, 9, 0.05],
    [63.656741, 1, 0.01],
    [4.604095, 4, 0.01],
    [1.959964, 1e7, 0.05],
    [1, 1, 0.5],
    [1, 2, 1 - 1 / Math.sqrt(3)],
    [0, 5, 1],
  ])("t %d with %d degrees of freedom: p %d", (t, df, p) => {
    expect(studentP(t, df)).toBeCloseTo(p, 6);
    expect(studentP(-t, df)).toBe(studentP(t, df));
  });

  it("keeps tiny probabilities", () => {
    // 1 degree of freedom: p = 2 atan(1 / t) / pi.
    expect(studentP(1e6, 1) / ((2 * Math.atan(1e-6)) / Math.PI)).toBeCloseTo(1, 9);
    expect(studentP(Number.POSITIVE_INFINITY, 3)).toBe(0);
  });
});

describe("pairedTest", () => {
  // Student's own sleep data (1908): t = -4.0621, df = 9, p = 0.002833.
  const first = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2];
  const second = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];

  it("gives the published result of a published example", () => {
    const test = pairedTest(first, second);
    expect(test.difference).toBeCloseTo(-1.58, 10);
    expect(test.deviation).toBeCloseTo(1.229995, 6);
    expect(test.p).toBeCloseTo(0.002833, 6);
    expect(pairedTest(second, first).p).toBe(test.p);
  });

  it("gives no p for fewer than three pairs, but the difference", () => {
    expect(pairedTest([0.5, 0.7], [0.4, 0.5])).toMatchObject({ pairs: 2, p: undefined });
    expect(pairedTest([0.5, 0.7], [0.4, 0.5]).difference).toBeCloseTo(0.15, 10);
    expect(pairedTest([0.5], [0.25])).toEqual({ pairs: 1, difference: 0.25, deviation: undefined, p: undefined });
  });

  it("takes differences that do not vary", () => {
    expect(pairedTest([1, 2, 3], [1, 2, 3]).p).toBe(1);
    expect(pairedTest([2, 3, 4], [1, 2, 3]).p).toBe(0);
  });
});

it("holm: the smallest p is multiplied by the number of tests, the next by one less, never falling", () => {
  const corrected = holm([0.01, 0.04, 0.03, 0.005]);
  for (const [i, p] of [0.03, 0.06, 0.06, 0.02].entries()) expect(corrected[i]).toBeCloseTo(p, 12);
  expect(holm([0.9, 0.8])).toEqual([1, 1]);
  expect(holm([])).toEqual([]);
});

it("mean and deviation of a sample", () => {
  expect(mean([2, 4, 9])).toBe(5);
  expect(mean([])).toBeNaN();
  expect(deviation([2, 4, 4, 4, 5, 5, 7, 9])).toBeCloseTo(2.13809, 5);
  expect(deviation([1])).toBeUndefined();
});
