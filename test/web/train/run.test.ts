import { expect, it } from "vitest";
import { afterEvent, NO_RUN } from "../../../src/web/train/run.ts";
import type { TrainingEvent } from "../../../src/web/worker/training/events.ts";

const PHASE: TrainingEvent = {
  kind: "phase",
  phase: "gan",
  columns: ["lossD", "lossG"],
  step: 0,
  steps: 10,
  counts: { real: [2, 1], synthetic: [0, 1] },
  stepsPerEpoch: 5,
};
const steps = (step: number, ...losses: number[][]): TrainingEvent => ({
  kind: "steps",
  step,
  losses,
  stepsPerSecond: 1,
  bytesAlive: 1,
});

it("losses follow each other, by their names", () => {
  const run = [PHASE, steps(2, [0.7, 0.6], [0.5, 0.4]), steps(3, [0.3, 0.2])].reduce(afterEvent, NO_RUN);
  expect(run.step).toBe(3);
  expect(run.losses).toEqual({
    lossD: { steps: [1, 2, 3], values: [0.7, 0.5, 0.3] },
    lossG: { steps: [1, 2, 3], values: [0.6, 0.4, 0.2] },
  });
});

it("steps that are told again after a lost device replace what was known of them", () => {
  const told = [PHASE, steps(3, [1, 1], [2, 2], [3, 3]), { ...PHASE, step: 1 }, steps(2, [9, 8])];
  const run = told.reduce(afterEvent, NO_RUN);
  expect(run.losses.lossD).toEqual({ steps: [1, 2], values: [1, 9] });
});
