import { ShapeError, UsageError } from "../../errors.ts";
import { batchNormStats, batchNormSums } from "../../kernels/batch_norm/batch_norm.ts";
import { checkFlag, checkNumber, checkOptions } from "../arguments.ts";
import { record } from "../record.ts";
import type { Tensor, Variable } from "../tensor.ts";
import { requireF32, requireVariable } from "../tensor_arguments.ts";
import { elementwiseOp, literal } from "./elementwise.ts";
import { detach, reshape } from "./reshape.ts";

/** State and settings of {@link batchNorm}. */
export interface BatchNormOptions {
  /** Running mean and variance [C]: what inference uses, and what training moves. */
  readonly runningMean: Variable;
  readonly runningVar: Variable;
  /** Share of the batch in the new running statistics; 0.1 unless given. */
  readonly momentum?: number;
  /** Added to the variance; 1e-5 unless given. */
  readonly eps?: number;
  /** Whether to use the batch's statistics and move the running ones, or to use the running ones as they are. */
  readonly training: boolean;
}

/**
 * Batch normalisation of x, f32 [N, C, ...], per channel: (x - mean) / sqrt(variance + eps) * gamma + beta. In
 * training, mean and biased variance are the batch's, and the running ones become (1 - momentum) * running + momentum *
 * batch (with the unbiased variance), as in PyTorch. Gradients flow to x, gamma and beta. Throws DTypeError,
 * UsageError, and ShapeError unless gamma, beta and the running statistics are [C] and, in training, a channel has two
 * elements. Source: Ioffe and Szegedy, "Batch normalization", 2015.
 */
export function batchNorm(x: Tensor, gamma: Tensor, beta: Tensor, options: BatchNormOptions): Tensor {
  checkOptions("batchNorm", options, ["runningMean", "runningVar", "momentum", "eps", "training"]);
  const { runningMean, runningVar, momentum = 0.1, eps = 1e-5, training } = options;
  checkNumber("batchNorm", "momentum", momentum, { least: 0, most: 1 });
  checkNumber("batchNorm", "eps", eps, { least: 0 });
  checkFlag("batchNorm", "training", training);
  validate(x, { gamma, beta, runningMean, runningVar });
  for (const variable of training ? [runningMean, runningVar] : []) requireVariable("batchNorm", variable);
  const channels = x.shape[1]!;
  const count = x.size / Math.max(1, channels);
  if (training && channels > 0 && count < 2) {
    throw new ShapeError(
      `batchNorm: ${x} has ${count} element per channel; training needs two or more: use a larger batch`,
    );
  }
  const [mean, invStd] = training
    ? batchStats(x, runningMean, runningVar, momentum, eps)
    : knownStats(runningMean, runningVar, eps);
  const wide = (tensor: Tensor) => reshape(tensor, [channels, ...x.shape.slice(2).map(() => 1)]);
  const [meanWide, invWide] = [wide(mean), wide(invStd)];
  return elementwiseOp("batchNorm", [x, meanWide, invWide, wide(gamma), wide(beta)], {
    rule: (v, m, inv, ga, be) => `((${v} - ${m}) * ${inv} * ${ga} + ${be})`,
    vjp: (g, [, , , gammaWide]) => {
      const [dbeta, dgamma] = parameterGradients(g, x, mean, invStd);
      return [
        () =>
          training
            ? trainingGradient(g, x, [meanWide, invWide, gammaWide!, wide(dbeta), wide(dgamma)], 1 / Math.max(1, count))
            : elementwiseOp("batchNormGrad", [g, invWide, gammaWide!], {
                rule: (d, inv, ga) => `(${d} * ${inv} * ${ga})`,
              }),
        () => undefined,
        () => undefined,
        () => wide(dgamma),
        () => wide(dbeta),
      ];
    },
  });
}

function validate(x: Tensor, vectors: Readonly<Record<string, Tensor>>): void {
  requireF32("batchNorm", x, ...Object.values(vectors));
  if (x.rank < 2) throw new ShapeError(`batchNorm: needs x [N, C, ...], but got ${x}; reshape it`);
  for (const [name, vector] of Object.entries(vectors)) {
    if (vector.rank !== 1 || vector.size !== x.shape[1]) {
      throw new ShapeError(
        `batchNorm: ${x} has ${x.shape[1]} channels, but ${name} is ${vector}; it must be f32[${x.shape[1]}]`,
      );
    }
  }
  if (vectors.runningMean === vectors.runningVar) {
    throw new UsageError("batchNorm: runningMean and runningVar are one variable; give two");
  }
}

/**
 * The batch's mean and 1 / sqrt(variance + eps), [C]; moves the running statistics. The gradient of x accounts for
 * both.
 */
function batchStats(
  x: Tensor,
  runningMean: Variable,
  runningVar: Variable,
  momentum: number,
  eps: number,
): [Tensor, Tensor] {
  const vector = { shape: runningMean.shape, dtype: "f32" } as const;
  const running = { mean: runningMean, variance: runningVar, momentum, eps };
  return record({
    op: "batchNormStats",
    inputs: [x],
    outputs: [vector, vector],
    lower: ([mean, invStd], capabilities) => batchNormStats(x, mean!, invStd!, running, capabilities),
    writes: [runningMean, runningVar],
  }) as [Tensor, Tensor];
}

/** The running mean and 1 / sqrt(running variance + eps), constant to gradients. */
function knownStats(runningMean: Variable, runningVar: Variable, eps: number): [Tensor, Tensor] {
  const added = literal(eps);
  const invStd = elementwiseOp("inverseStd", [detach(runningVar)], { rule: (v) => `(T(1.0) / sqrt(${v} + ${added}))` });
  return [detach(runningMean), invStd];
}

/** Gradients [C] of beta, sum(g), and gamma, sum(g * (x - mean) * invStd). */
function parameterGradients(g: Tensor, x: Tensor, mean: Tensor, invStd: Tensor): [Tensor, Tensor] {
  const vector = { shape: mean.shape, dtype: "f32" } as const;
  return record({
    op: "batchNormSums",
    inputs: [g, x, mean, invStd],
    outputs: [vector, vector],
    lower: ([dbeta, dgamma], capabilities) => batchNormSums({ g, x, mean, invStd }, dbeta!, dgamma!, capabilities),
  }) as [Tensor, Tensor];
}

/** Gradient to x where the statistics depend on x: gamma * invStd * (g - (dbeta + xHat * dgamma) / count). */
function trainingGradient(g: Tensor, x: Tensor, perChannel: readonly Tensor[], share: number): Tensor {
  const part = literal(share);
  return elementwiseOp("batchNormGrad", [g, x, ...perChannel], {
    rule: (d, v, m, inv, ga, db, dg) =>
      `(${ga} * ${inv} * (${d} - (${db} + (${v} - ${m}) * ${inv} * ${dg}) * ${part}))`,
  });
}
