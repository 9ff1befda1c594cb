import { ShapeError } from "../../errors.ts";
import { confusionCounts as launchCounts } from "../../kernels/confusion_counts/confusion_counts.ts";
import { record } from "../record.ts";
import type { Tensor, Variable } from "../tensor.ts";
import { requireIntegers, requireVariable } from "../tensor_arguments.ts";

/**
 * Adds a batch to a confusion matrix in place: counts[label[n], prediction[n]] += 1, for counts u32 [C, C] and labels and
 * predictions u32 [N]. Pairs with a number that is no class are left out. No gradient. Throws ShapeError and DTypeError.
 */
export function confusionCounts(counts: Variable, labels: Tensor, predictions: Tensor): void {
  requireVariable("confusionCounts", counts);
  for (const [name, tensor] of Object.entries({ counts, labels, predictions })) {
    requireIntegers("confusionCounts", name, tensor);
  }
  if (counts.rank !== 2 || counts.shape[0] !== counts.shape[1]) {
    throw new ShapeError(`confusionCounts: the counts are ${counts}; they must be square, classes by classes`);
  }
  if (labels.rank !== 1 || labels.shape.join() !== predictions.shape.join()) {
    throw new ShapeError(
      `confusionCounts: labels ${labels} and predictions ${predictions} must both be [N]; reshape them`,
    );
  }
  record({
    op: "confusionCounts",
    inputs: [labels, predictions],
    outputs: [],
    lower: () => [launchCounts(labels, predictions, counts)],
    writes: [counts],
  });
}
