import { describe, expect, it } from "vitest";
import { geometricMean, quantile, spreadOf, summarize } from "../../bench/statistics.ts";

describe("statistics", () => {
  it("takes median and quartiles of unsorted samples, between neighbours where needed", () => {
    expect(summarize([4, 1, 3, 2], 7)).toEqual({
      samples: [4, 1, 3, 2],
      runsPerSample: 7,
      median: 2.5,
      quartiles: [1.75, 3.25],
    });
    expect(quantile([5], 0.25)).toBe(5);
  });

  it("gives the spread as half the quartiles' distance over the median, and none for a single sample", () => {
    expect(spreadOf(summarize([90, 100, 110], 1))).toBeCloseTo(0.05);
    expect(spreadOf(summarize([100], 1))).toBeUndefined();
  });

  it("averages ratios by their logarithms", () => {
    expect(geometricMean([2, 8])).toBeCloseTo(4);
    expect(geometricMean([])).toBeUndefined();
  });
});
