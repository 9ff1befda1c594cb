import { expect, test } from "vitest";
import { areaChart, valuesPerColumn } from "../../src/cli/chart.ts";

test("a chart spans its values from the least to the greatest, whose numbers stand beside it", () => {
  const chart = areaChart([4, 3, 2, 1, 0], 40, 2);
  expect(chart).toEqual(["    4.000 ┤█▄▁", "    0.000 ┤███▅▁"]);
});

test("more values than columns are put together by their mean", () => {
  const values = Array.from({ length: 100 }, (_, i) => (i < 50 ? 10 : 0));
  const chart = areaChart(values, 21, 1);
  expect(valuesPerColumn(100, 21)).toBe(10);
  expect(chart).toEqual(["    10.00 ┤█████▁▁▁▁▁"]);
});

test("equal values, one value and none", () => {
  expect(areaChart([2, 2], 40, 2)).toEqual(["    2.000 ┤", "    2.000 ┤██"]);
  expect(areaChart([2], 40, 1)).toEqual(["    2.000 ┤▄"]);
  expect(areaChart([], 40, 3)).toEqual([]);
  expect(areaChart([Number.NaN, 1], 40, 1)).toHaveLength(1);
});
