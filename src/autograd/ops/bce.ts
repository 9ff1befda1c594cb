import { ShapeError } from "../../errors.ts";
import type { LossReduction } from "../../kernels/loss/cross_entropy.ts";
import { checkChoice } from "../arguments.ts";
import { type ElementwiseRule, Tensor } from "../tensor.ts";
import { requireF32 } from "../tensor_arguments.ts";
import { LOSS_REDUCTIONS } from "./cross_entropy.ts";
import { elementwiseOp, full, type Operand, operandOf } from "./elementwise.ts";
import { mean } from "./reduce.ts";
import { sum } from "./sum.ts";

/**
 * log(1 + exp(-|x|)) to f32 precision from z = 1 / (1 + 2 exp(|x|)), which is at most 1/3: 2 atanh(z) by its series.
 * WGSL has no log1p, and log(1 + e) loses the digits of a small e.
 */
function softplusTail(z: string): string {
  const series = [11, 9, 7, 5, 3, 1].reduce((tail, k) => `(T(${1 / k}) + ${z} * ${z} * ${tail})`, `T(${1 / 13})`);
  return `(T(2.0) * ${z} * ${series})`;
}

/** log(p), at least -100 as PyTorch has it; NaN stays NaN. */
function boundedLog(p: string): string {
  const bounded = `select(T(-100.0), max(log(${p}), T(-100.0)), ${p} > T(0.0))`;
  return `select(${p}, ${bounded}, ${p} >= T(-3.0e38))`;
}

interface Rules {
  /** Loss from (x, t) and, where there is one, the value of `part`. */
  readonly loss: ElementwiseRule;
  /** A part of the loss that depends on x alone and is used often; it runs in the same kernel. */
  readonly part?: ElementwiseRule;
  /** Gradients to the first argument and to the targets, from (g, x, t). */
  readonly dx: ElementwiseRule;
  readonly dt: ElementwiseRule;
}

function binaryLoss(op: string, x: Tensor, target: Operand, reduction: LossReduction, rules: Rules): Tensor {
  requireF32(op, x, operandOf(op, target));
  checkChoice(op, "reduction", reduction, LOSS_REDUCTIONS);
  if (target instanceof Tensor && target.shape.join() !== x.shape.join()) {
    throw new ShapeError(`${op}: ${x} and targets ${target} differ; give targets of the same shape or a number`);
  }
  const targets = target instanceof Tensor ? target : full(x.shape, target);
  const part = rules.part ? [elementwiseOp(`${op}Part`, [x], { rule: rules.part })] : [];
  const losses = elementwiseOp(op, [x, targets, ...part], {
    rule: rules.loss,
    vjp: (g) => [
      () => elementwiseOp(`${op}Grad`, [g, x, targets], { rule: rules.dx }),
      () => elementwiseOp(`${op}TargetGrad`, [g, x, targets], { rule: rules.dt }),
    ],
  });
  return reduction === "none" ? losses : reduction === "sum" ? sum(losses) : mean(losses);
}

/**
 * Binary cross entropy of sigmoid(x) and targets t, f32 (a tensor of x's shape, or a number for all):
 * max(x, 0) - x * t + log(1 + exp(-|x|)); the mean ([]), the sum ([]) or each ("none"). Exact for x of any size.
 * Throws ShapeError, DTypeError, UsageError. Gradients: g * (sigmoid(x) - t) to x, -g * x to t.
 */
export function bceWithLogits(x: Tensor, target: Operand, reduction: LossReduction = "mean"): Tensor {
  return binaryLoss("bceWithLogits", x, target, reduction, {
    part: (v) => `(T(1.0) / (T(1.0) + T(2.0) * exp(abs(${v}))))`,
    loss: (v, t, z) => `(select(${v}, T(0.0), ${v} < T(0.0)) - ${v} * ${t} + ${softplusTail(z!)})`,
    dx: (g, v, t) => `(${g} * (T(1.0) / (T(1.0) + exp(-${v})) - ${t}))`,
    dt: (g, v) => `(-${g} * ${v})`,
  });
}

/**
 * Binary cross entropy of probabilities p in [0, 1] and targets t, f32 (a tensor of p's shape, or a number for all):
 * -(t * log(p) + (1 - t) * log(1 - p)) with logarithms of at least -100, as PyTorch; the mean, the sum or each ("none").
 * Throws ShapeError, DTypeError, UsageError. Gradients, PyTorch's as well: g * (p - t) / max(p * (1 - p), 1e-12) to p,
 * g * (log(1 - p) - log(p)) to t. Prefer {@link bceWithLogits}.
 */
export function bce(p: Tensor, target: Operand, reduction: LossReduction = "mean"): Tensor {
  return binaryLoss("bce", p, target, reduction, {
    loss: (v, t) => `(-(${t} * ${boundedLog(v)} + (T(1.0) - ${t}) * ${boundedLog(`(T(1.0) - ${v})`)}))`,
    dx: (g, v, t) => `(${g} * (${v} - ${t}) / max(${v} * (T(1.0) - ${v}), T(1.0e-12)))`,
    dt: (g, v) => `(${g} * (${boundedLog(`(T(1.0) - ${v})`)} - ${boundedLog(v)}))`,
  });
}
