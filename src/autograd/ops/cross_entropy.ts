import { ShapeError } from "../../errors.ts";
import {
  type ClassLoss,
  crossEntropyGrad,
  type LossReduction,
  crossEntropy as launchCrossEntropy,
} from "../../kernels/loss/cross_entropy.ts";
import { checkChoice } from "../arguments.ts";
import { checkTensor, record, recordOne } from "../record.ts";
import type { Tensor } from "../tensor.ts";
import { requireF32, requireIntegers } from "../tensor_arguments.ts";
import { mul, neg } from "./elementwise.ts";
import { reshape } from "./reshape.ts";
import { logSoftmax } from "./softmax.ts";

export type { LossReduction };

/** What a loss may be reduced to. */
export const LOSS_REDUCTIONS: readonly LossReduction[] = ["mean", "sum", "none"];

function requireScores(op: string, scores: Tensor): void {
  requireF32(op, scores);
  if (scores.rank !== 2 || scores.shape[1] === 0) {
    throw new ShapeError(`${op}: needs scores [N, C] of at least one class, but got ${scores}; reshape it`);
  }
}

function requireLabels(op: string, labels: Tensor, scores: Tensor): void {
  requireIntegers(op, "labels", labels);
  if (labels.rank !== 1 || labels.size !== scores.shape[0]) {
    throw new ShapeError(
      `${op}: ${scores} needs labels u32[${scores.shape[0]}], but got ${labels}; give one label per row`,
    );
  }
}

function classLoss(op: string, spec: ClassLoss & { scores: Tensor; targets: Tensor }): Tensor {
  const { scores, targets, reduction } = spec;
  const rows = scores.shape[0]!;
  const [loss, rowSums] = record({
    op,
    inputs: [scores, targets],
    outputs: [
      { shape: reduction === "none" ? [rows] : [], dtype: "f32" },
      { shape: [rows, 4], dtype: "f32" },
    ],
    lower: ([out, sums], capabilities) => launchCrossEntropy(spec, out!, sums!, capabilities),
    vjp: ([g], needs) => [needs[0] ? toScores(g!) : undefined, needs[1] ? toTargets(g!) : undefined],
  }) as [Tensor, Tensor];
  const toScores = (g: Tensor) =>
    recordOne({
      op: `${op}Grad`,
      inputs: [scores, targets, rowSums, g],
      shape: scores.shape,
      dtype: "f32",
      lower: (out) => [crossEntropyGrad(spec, rowSums, g, out)],
    });
  const toTargets = (g: Tensor) => {
    const perRow = reduction === "none" ? reshape(g, [rows, 1]) : g;
    return mul(mul(neg(logSoftmax(scores)), perRow), reduction === "mean" ? 1 / Math.max(1, rows) : 1);
  };
  return loss;
}

/**
 * Cross entropy of softmax(logits) and targets, for logits f32 [N, C] and either labels u32 [N],
 * loss = -log(softmax(logits)[label]), or probabilities f32 [N, C], loss = -sum(t * log(softmax(logits))). The result is
 * the mean over N ([]; NaN of no rows), the sum ([]) or each row's loss ([N]). A label that is not below C makes the loss
 * and the gradient of its row NaN. Throws ShapeError, DTypeError, UsageError for other arguments.
 * Gradients: to logits g * (softmax * sum(t) - t), to probabilities -g * log(softmax); over N for the mean.
 */
export function crossEntropy(logits: Tensor, targets: Tensor, reduction: LossReduction = "mean"): Tensor {
  const op = "crossEntropy";
  checkChoice(op, "reduction", reduction, LOSS_REDUCTIONS);
  requireScores(op, logits);
  checkTensor(op, targets);
  if (targets.dtype !== "f32") requireLabels(op, targets, logits);
  else if (targets.shape.join() !== logits.shape.join()) {
    throw new ShapeError(
      `${op}: ${logits} and probabilities ${targets} differ; give probabilities of the same shape or labels u32[${logits.shape[0]}]`,
    );
  }
  return classLoss(op, { scores: logits, targets, logits: true, reduction });
}

/**
 * Negative log-likelihood -logProbabilities[n, label[n]] for f32 [N, C] and labels u32 [N]; reductions, bad labels and
 * errors as {@link crossEntropy}. Gradient: -g at the label, 0 elsewhere; over N for the mean.
 */
export function nll(logProbabilities: Tensor, labels: Tensor, reduction: LossReduction = "mean"): Tensor {
  checkChoice("nll", "reduction", reduction, LOSS_REDUCTIONS);
  requireScores("nll", logProbabilities);
  requireLabels("nll", labels, logProbabilities);
  return classLoss("nll", { scores: logProbabilities, targets: labels, logits: false, reduction });
}
