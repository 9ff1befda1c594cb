import { expect, it } from "vitest";
import { judge, meanDistance } from "../../../src/experiments/report/synthetic.ts";

it("meanDistance: over all pairs, Euclidean", () => {
  // A triangle of sides 3, 4 and 5.
  expect(
    meanDistance([
      [0, 0],
      [3, 0],
      [0, 4],
    ]),
  ).toBe(4);
  expect(meanDistance([[1, 2]])).toBeNaN();
});

it("judge: shares put into their class, and distances over those of real images", () => {
  const features = [[0], [2], [5], [5], [1], [4]];
  const real = [[0], [1], [0], [4], [7], [7]];
  expect(judge({ features, predicted: [0, 0, 1, 0, 0, 1] }, 2, real, 2)).toEqual({
    consistency: [1, 0.5, 0],
    // Real images that are all alike are no measure.
    diversity: [2, 0, null],
  });
  expect(judge({ features, predicted: [0, 0, 1, 0, 0, 1] }, 2, [], 2).diversity).toEqual([null, null, null]);
});
