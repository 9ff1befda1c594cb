import { type Array64, zeros } from "../support/arrays.ts";
import { reduce, rules } from "./reduce.ts";
import { softmax } from "./softmax.ts";

type Reduction = "mean" | "sum" | "none";

/** Mean, sum or all of the losses of a batch. */
export function reduceLosses(losses: Array64, reduction: Reduction): Array64 {
  if (reduction === "none") return losses;
  return reduce(
    losses,
    losses.shape.map((_, axis) => axis),
    false,
    rules[reduction],
  );
}

/** -logProbabilities[n, label[n]]; NaN for labels that are no class. */
export function nll(logProbabilities: Array64, labels: Array64, reduction: Reduction): Array64 {
  const [rows, classes] = logProbabilities.shape as [number, number];
  const losses = zeros([rows]);
  for (let n = 0; n < rows; n++) {
    const label = labels.data[n]!;
    losses.data[n] = label < classes ? -logProbabilities.data[n * classes + label]! : Number.NaN;
  }
  return reduceLosses(losses, reduction);
}

/** Cross entropy of logits with labels u32 [N] or probabilities f32 [N, C]. */
export function crossEntropy(logits: Array64, targets: Array64, reduction: Reduction): Array64 {
  const logs = softmax(logits, 1, true);
  if (targets.dtype === "u32") return nll(logs, targets, reduction);
  const [rows, classes] = logits.shape as [number, number];
  const losses = zeros([rows]);
  for (let n = 0; n < rows; n++) {
    for (let c = 0; c < classes; c++) losses.data[n]! -= targets.data[n * classes + c]! * logs.data[n * classes + c]!;
  }
  return reduceLosses(losses, reduction);
}
