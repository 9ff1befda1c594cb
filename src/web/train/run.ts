import type { Evaluation } from "../../experiments/evaluation.ts";
import type { Counts, Phase, TrainingEvent } from "../worker/training/events.ts";

/** A line of a plot: a value at each of some steps. */
export interface Curve {
  readonly steps: readonly number[];
  readonly values: readonly number[];
}

/** What is known of a run, live or recorded: all that the view shows. */
export interface Run {
  readonly phase: Phase;
  readonly step: number;
  readonly steps: number;
  readonly stepsPerEpoch: number;
  readonly counts: Counts | undefined;
  /** By the name of the loss: lossD and lossG of the GAN, loss of the classifier. */
  readonly losses: Readonly<Record<string, Curve>>;
  readonly columns: readonly string[];
  readonly stepsPerSecond: number;
  readonly bytesAlive: number;
  readonly grid: Uint8Array | undefined;
  readonly gridStep: number;
  readonly evaluation: Evaluation | undefined;
  /** The last measure, on more of the test set. */
  readonly atEnd: boolean;
  readonly accuracy: Curve;
  readonly tailRecall: Curve;
}

const EMPTY_CURVE: Curve = { steps: [], values: [] };

/** Before anything was trained. */
export const NO_RUN: Run = {
  phase: "gan",
  step: 0,
  steps: 0,
  stepsPerEpoch: 0,
  counts: undefined,
  losses: {},
  columns: [],
  stepsPerSecond: 0,
  bytesAlive: 0,
  grid: undefined,
  gridStep: 0,
  evaluation: undefined,
  atEnd: false,
  accuracy: EMPTY_CURVE,
  tailRecall: EMPTY_CURVE,
};

/** The run after an event. Steps that are told again, after going back to a checkpoint, replace what was known of them. */
export function afterEvent(run: Run, event: TrainingEvent): Run {
  switch (event.kind) {
    case "phase": {
      const { phase, step, steps, stepsPerEpoch, counts, columns } = event;
      const losses = { ...run.losses };
      for (const column of columns) losses[column] = until(losses[column] ?? EMPTY_CURVE, step);
      return { ...run, phase, step, steps, stepsPerEpoch, counts, columns, losses };
    }
    case "steps": {
      const { step, losses: rows, stepsPerSecond, bytesAlive } = event;
      const first = step - rows.length + 1;
      const losses = { ...run.losses };
      run.columns.forEach((column, k) => {
        const before = until(losses[column] ?? EMPTY_CURVE, first - 1);
        losses[column] = {
          steps: [...before.steps, ...rows.map((_, i) => first + i)],
          values: [...before.values, ...rows.map((row) => row[k]!)],
        };
      });
      return { ...run, step, losses, stepsPerSecond, bytesAlive };
    }
    case "grid":
      return { ...run, grid: event.images, gridStep: event.step };
    case "evaluation": {
      const { step, evaluation, atEnd } = event;
      return {
        ...run,
        evaluation,
        atEnd,
        accuracy: extended(run.accuracy, step, evaluation.accuracy),
        tailRecall: extended(run.tailRecall, step, evaluation.tailRecall),
      };
    }
  }
}

function until({ steps, values }: Curve, last: number): Curve {
  const end = steps.findIndex((step) => step > last);
  return end < 0 ? { steps, values } : { steps: steps.slice(0, end), values: values.slice(0, end) };
}

function extended(curve: Curve, step: number, value: number): Curve {
  const before = until(curve, step - 1);
  return { steps: [...before.steps, step], values: [...before.values, value] };
}
