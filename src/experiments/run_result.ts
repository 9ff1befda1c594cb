// The page reads these files too: of zod it takes the small half.
import * as z from "zod/mini";
import { classMetrics } from "./metrics.ts";

/** Steps that a run asks for: its epochs, or fewer where --max-steps says so. */
export function stepsOf(
  { stepsPerEpoch }: { stepsPerEpoch: number },
  { epochs, maxSteps }: { epochs: number; maxSteps?: number | undefined },
): number {
  return Math.min(epochs * stepsPerEpoch, maxSteps ?? Number.POSITIVE_INFINITY);
}

const share = z.number().check(z.minimum(0), z.maximum(1));
/** Labels are bytes. */
const MOST_CLASSES = 256;
const perClass = z.array(share).check(z.maxLength(MOST_CLASSES));
const counts = z.array(z.int().check(z.minimum(0))).check(z.maxLength(MOST_CLASSES));

const common = {
  out: z.string(),
  steps: z.int().check(z.minimum(0)),
  stepsPerEpoch: z.int().check(z.minimum(1)),
  seconds: z.number(),
  weights: z.string(),
};

/** result.json of a GAN's finished run: what it ends with. Seconds are those of the last start. */
export const ganRunSummary = z.object({
  ...common,
  lossD: z.number(),
  lossG: z.number(),
  /** Path of the sample grid, 10 images of each class. */
  grid: z.string(),
});
/** What a GAN's run came to; the command prints it as JSON. */
export type GanRunSummary = z.infer<typeof ganRunSummary>;

const measured = z.object({
  accuracy: share,
  recall: perClass,
  precision: perClass,
  f1: perClass,
  f1Macro: share,
  f1Weighted: share,
  gMean: share,
  headRecall: share,
  middleRecall: share,
  tailRecall: share,
  loss: z.number(),
  confusion: z.array(counts).check(z.maxLength(MOST_CLASSES)),
  samples: z.int().check(z.minimum(0)),
});
const evaluation = measured.check(
  z.refine(followsFromCounts, { error: "its figures do not follow from its confusion counts" }),
);

/** Whether the figures are those of the confusion matrix; what makes a class head or tail is not in it. */
function followsFromCounts(figures: z.infer<typeof measured>): boolean {
  const { confusion, samples, accuracy, f1Macro, f1Weighted, gMean, recall, precision, f1 } = figures;
  // A rule of its own tells these; all rules are asked, whatever others found.
  if (!confusion.flat().every((count) => Number.isSafeInteger(count) && count >= 0)) return true;
  const square = confusion.length > 0 && confusion.every((row) => row.length === confusion.length);
  if (!square || confusion.flat().reduce((total, count) => total + count, 0) !== samples) return false;
  const counted = classMetrics(confusion);
  const pairs = [
    [
      [accuracy, f1Macro, f1Weighted, gMean],
      [counted.accuracy, counted.f1Macro, counted.f1Weighted, counted.gMean],
    ],
    [recall, counted.recall],
    [precision, counted.precision],
    [f1, counted.f1],
  ] as const;
  return pairs.every(([a, b]) => a.length === b.length && a.every((value, i) => Math.abs(value - b[i]!) < 1e-9));
}

/** result.json of a classifier's finished run: measured on the full test set after the last step. */
export const cnnRunSummary = z.object({
  ...common,
  evaluation,
  /** Training images per class. */
  trainCounts: z.object({ real: counts, synthetic: counts }),
});
/** What a classifier's run came to; the command prints it as JSON. */
export type CnnRunSummary = z.infer<typeof cnnRunSummary>;
