import type { MidwaySizes } from "../../../src/experiments/midway/presets.ts";

/** Sizes for tests: seconds on two CPU cores. */
export const TINY: MidwaySizes = {
  side: 56,
  trainViews: 4,
  validationViews: 2,
  counts: [4, 2, 1, 1, 1, 1, 1, 1],
  epochs: 1,
  leastSteps: 3,
  batchSize: 4,
  learningRate: 0.01,
  momentum: 0.9,
};
