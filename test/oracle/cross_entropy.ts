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

/** Gradient that a row's loss receives from the gradient g of the reduced losses. */
function ofRow(g: Array64, row: number, rows: number, reduction: Reduction): number {
  return reduction === "none" ? g.data[row]! : reduction === "sum" ? g.data[0]! : g.data[0]! / rows;
}

/** Gradient of {@link nll}: -g at each row's label. */
export function nllGradient(g: Array64, logProbabilities: Array64, labels: Array64, reduction: Reduction): Array64 {
  const [rows, classes] = logProbabilities.shape as [number, number];
  const dx = zeros(logProbabilities.shape);
  for (let n = 0; n < rows; n++) dx.data[n * classes + labels.data[n]!] = -ofRow(g, n, rows, reduction);
  return dx;
}

/** Gradients of {@link crossEntropy}: to logits g * (softmax * sum(t) - t), to probabilities -g * log(softmax). */
export function crossEntropyGradient(
  g: Array64,
  logits: Array64,
  targets: Array64,
  reduction: Reduction,
): [dlogits: Array64, dtargets: Array64 | undefined] {
  const [rows, classes] = logits.shape as [number, number];
  const [dlogits, dtargets] = [zeros(logits.shape), zeros(logits.shape)];
  const { data: logs } = softmax(logits, 1, true);
  const labelled = targets.dtype === "u32";
  for (let n = 0; n < rows; n++) {
    const slope = ofRow(g, n, rows, reduction);
    const target = (c: number) => (labelled ? Number(targets.data[n] === c) : targets.data[n * classes + c]!);
    let total = 0;
    for (let c = 0; c < classes; c++) total += target(c);
    for (let c = 0; c < classes; c++) {
      const at = n * classes + c;
      dlogits.data[at] = slope * (Math.exp(logs[at]!) * total - target(c));
      dtargets.data[at] = -slope * logs[at]!;
    }
  }
  return [dlogits, labelled ? undefined : dtargets];
}
