import { expect, it } from "vitest";
import { showLoss } from "../../src/experiments/show_loss.ts";

it.each([
  [0.123_456, "0.1235"],
  [-2, "-2.0000"],
  [99_999, "99999.0000"],
  [1e5, "1.0e+5"],
  [1_123_456_789_012_345, "1.1e+15"],
  [-3.4e38, "-3.4e+38"],
  [Number.NaN, "NaN"],
  [Number.POSITIVE_INFINITY, "Infinity"],
])("shows a loss of %d as %s", (loss, text) => {
  expect(showLoss(loss)).toBe(text);
});
