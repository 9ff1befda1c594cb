import { z } from "zod";
import type { PresetName } from "../reproduce/presets.ts";

/** Sizes of one scale of the midway report's experiment; kept in reproduce.json. */
export const midwaySizes = z.strictObject({
  /** Of the pictures, in pixels. */
  side: z.int().min(1),
  /** Rendered training and validation views of each class. */
  trainViews: z.int().min(1),
  validationViews: z.int().min(1),
  /** Training views that each class keeps in the imbalanced set. */
  counts: z.array(z.int().min(1)).length(8),
  epochs: z.int().min(1),
  /** A row whose epochs make fewer steps trains for more epochs, up to so many steps. */
  leastSteps: z.int().min(0),
  batchSize: z.int().min(1),
  learningRate: z.number().positive(),
  momentum: z.number().min(0).lt(1),
});
export type MidwaySizes = z.infer<typeof midwaySizes>;

/** The report's training. */
const SGD = { batchSize: 32, learningRate: 0.01, momentum: 0.9 };

export const MIDWAY_PRESETS: Readonly<Record<PresetName, MidwaySizes>> = {
  // Shows that everything works; a fifth of the views, a quarter of their side.
  smoke: {
    side: 56,
    trainViews: 20,
    validationViews: 5,
    counts: [20, 10, 5, 2, 2, 2, 2, 2],
    epochs: 2,
    leastSteps: 0,
    ...SGD,
  },
  // All training views at a quarter of the side, in minutes on two CPU cores. All views are learned after nine epochs; the rows with
  // fewer views get as many steps.
  small: {
    side: 56,
    trainViews: 100,
    validationViews: 50,
    counts: [100, 50, 25, 10, 10, 10, 10, 10],
    epochs: 10,
    leastSteps: 250,
    ...SGD,
  },
  // The report's own sizes (spec: "The midway report").
  paper: {
    side: 224,
    trainViews: 100,
    validationViews: 100,
    counts: [100, 50, 25, 10, 10, 10, 10, 10],
    epochs: 10,
    leastSteps: 0,
    ...SGD,
  },
};
