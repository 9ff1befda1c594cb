import type { Evaluation } from "../../../experiments/evaluation.ts";

/** The two trainings of a run, one after the other. */
export type Phase = "gan" | "cnn";

/** Images per class of the training set. */
export interface Counts {
  readonly real: readonly number[];
  readonly synthetic: readonly number[];
}

/** What a training tells while it runs; a recorded run is a list of these with times. */
export type TrainingEvent =
  | {
      readonly kind: "phase";
      readonly phase: Phase;
      readonly columns: readonly string[];
      readonly step: number;
      readonly steps: number;
      /** Images per class that the classifier has or will have. */
      readonly counts: Counts;
      readonly stepsPerEpoch: number;
    }
  | {
      readonly kind: "steps";
      /** The number of the last of them. */
      readonly step: number;
      /** Losses of each step since the last event, in the order of the phase's columns. */
      readonly losses: readonly (readonly number[])[];
      readonly stepsPerSecond: number;
      readonly bytesAlive: number;
    }
  | {
      readonly kind: "grid";
      readonly step: number;
      /** Images of 28 x 28 bytes, as many of each of the ten classes, class by class. */
      readonly images: Uint8Array<ArrayBuffer>;
    }
  | {
      readonly kind: "evaluation";
      readonly step: number;
      readonly evaluation: Evaluation;
      /** The last measure, on more of the test set. */
      readonly atEnd: boolean;
    };

/** How a training stands when it stops. */
export interface TrainingState {
  readonly phase: Phase;
  readonly step: number;
  readonly steps: number;
  /** Nothing is left to train. */
  readonly done: boolean;
}
