import { batchNorm } from "../../src/autograd/ops/batch_norm.ts";
import { logSoftmax, softmax } from "../../src/autograd/ops/softmax.ts";
import type { Variable } from "../../src/autograd/tensor.ts";
import * as oracle from "../oracle/batch_norm.ts";
import { softmaxGradient, softmax as softmaxOracle } from "../oracle/softmax.ts";
import { type Array64, array } from "../support/arrays.ts";
import { repeating, sumError } from "./cases.ts";
import { Draw } from "./draw.ts";
import { type Forced, forced } from "./forced.ts";
import type { OpSpec, SpecCase } from "./spec.ts";

const sizeOf = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);

/** [N, C, ...] with at least `least` elements per channel. */
function drawShape(draw: Draw, least: number): number[] {
  for (;;) {
    const [samples, channels] = [draw.size(0, 129), draw.size(0, 65)];
    const inner = draw.pick([[], [1], [4, 4], [7, 7], [28, 28], draw.shape(draw.integer(1, 3), { low: 1, high: 33 })]);
    const shape = [samples, channels, ...inner];
    if (sizeOf(shape) <= 20_000 && samples * sizeOf(inner) >= least) return shape;
  }
}

/** Values of [N, C, ...] that differ by at least 1 from neighbour to neighbour of a channel: no variance is near 0. */
function spread(draw: Draw, shape: readonly number[]): Array64 {
  const channels = shape[1]!;
  const inner = sizeOf(shape.slice(2));
  const data = new Float64Array(sizeOf(shape));
  const centres = Array.from({ length: channels }, () => draw.number(-1, 1));
  for (let i = 0; i < data.length; i++) {
    const [sample, channel, at] = [Math.floor(i / inner / channels), Math.floor(i / inner) % channels, i % inner];
    const side = (sample * inner + at) % 2 === 0 ? 1 : -1;
    data[i] = centres[channel]! + side * draw.number(0.5, 2);
  }
  return array(data, shape);
}

/** x, gamma, beta and the running statistics. */
function normInputs(draw: Draw, shape: readonly number[]): Array64[] {
  const vector = [shape[1]!];
  return [
    spread(draw, shape),
    draw.signed(vector, 0.5, 1.5),
    draw.values(vector),
    draw.values(vector),
    draw.values(vector, 0.25, 2),
  ];
}

function normCase(inputs: readonly Array64[], training: boolean, eps: number): SpecCase {
  const known = (mean: Array64, variance: Array64) =>
    training ? undefined : { mean: mean.data, variance: variance.data };
  const shape = inputs[0]!.shape;
  return {
    label: `[${shape}], ${training ? "training" : "inference"}, eps ${eps}`,
    inputs,
    op: (x, gamma, beta, mean, variance) =>
      batchNorm(x!, gamma!, beta!, {
        runningMean: mean as Variable,
        runningVar: variance as Variable,
        eps,
        training,
      }),
    oracle: (x, gamma, beta, mean, variance) => oracle.batchNorm(x!, gamma!, beta!, eps, known(mean!, variance!)),
    gradient: (g, x, gamma, _, mean, variance) => [
      ...oracle.batchNormGradient(g, x!, gamma!, eps, known(mean!, variance!)),
      undefined,
      undefined,
    ],
    // Sums over the elements of a channel.
    gradientAbsolute: sumError(sizeOf(shape) / Math.max(1, shape[1]!), 4),
  };
}

/** What training leaves in the running mean or variance. */
function movedCase(inputs: readonly Array64[], which: "mean" | "variance", momentum: number): SpecCase {
  return {
    label: `[${inputs[0]!.shape}], running ${which}, momentum ${momentum}`,
    inputs,
    op: (x, gamma, beta, mean, variance) => {
      const running = { mean: mean as Variable, variance: variance as Variable };
      batchNorm(x!, gamma!, beta!, {
        runningMean: running.mean,
        runningVar: running.variance,
        momentum,
        training: true,
      });
      return running[which];
    },
    oracle: (x, _gamma, _beta, mean, variance) =>
      oracle.movedStats(x!, { mean: mean!, variance: variance! }, momentum)[which],
  };
}

const drawEps = (draw: Draw) => draw.pick([1e-5, 1e-3, 0.1]);

const TRAINING: OpSpec = {
  name: "batchNorm",
  draw: (draw) => normCase(normInputs(draw, drawShape(draw, 2)), true, drawEps(draw)),
  large: [
    () => normCase(normInputs(new Draw(1), [133, 5, 28, 28]), true, 1e-5),
    () => normCase(normInputs(new Draw(2), [513, 794]), true, 1e-5),
    // A workgroup makes 64 channels.
    () => normCase(normInputs(new Draw(3), [2, 100_003]), true, 1e-5),
  ],
};

const MOVED: OpSpec = {
  name: "batchNorm (running statistics)",
  draw: (draw) => {
    const inputs = normInputs(draw, drawShape(draw, 2));
    return movedCase(inputs, draw.pick(["mean", "variance"]), draw.pick([0, 0.1, 0.25, 1]));
  },
  large: [() => movedCase(normInputs(new Draw(4), [133, 10, 28, 28]), "variance", 0.1)],
};

const INFERENCE: OpSpec = {
  name: "batchNorm (inference)",
  draw: (draw) => normCase(normInputs(draw, drawShape(draw, 0)), false, drawEps(draw)),
  large: [() => normCase(normInputs(new Draw(5), [133, 10, 14, 14]), false, 1e-5)],
};

function softmaxCase(x: Array64, axis: number, log: boolean, gradient = true): SpecCase {
  const from0 = axis < 0 ? axis + x.shape.length : axis;
  const op = log ? logSoftmax : softmax;
  return {
    label: `[${x.shape}] along ${axis}`,
    inputs: [x],
    op: (t) => op(t!, axis),
    oracle: (t) => softmaxOracle(t!, from0, log),
    ...(gradient ? { gradient: (g, t) => [softmaxGradient(g, t!, from0, log)] } : {}),
    // Sums along the axis.
    gradientAbsolute: sumError(x.shape[from0]!, 2),
  };
}

function drawSoftmax(draw: Draw, log: boolean): SpecCase {
  const shape = draw.shape(draw.integer(1, 4));
  if (draw.flag(0.2)) shape.splice(0, shape.length, draw.size(0, 17), draw.pick([10, 110, 794]));
  return softmaxCase(draw.values(shape, -5, 5), draw.integer(-shape.length, shape.length - 1), log);
}

/** Rows of neighbours, so long that GPUs give them several invocations. */
function drawRows(draw: Draw, log: boolean): SpecCase {
  const length = draw.pick([draw.size(31), draw.size(31), 255, 256, 257, 513, 794]);
  return softmaxCase(draw.values([...draw.pick([[], [draw.size(0, 33)], [2, 5]]), length], -5, 5), -1, log);
}

function softmaxSpecs(name: string, log: boolean): OpSpec[] {
  const large = [
    () => softmaxCase(new Draw(7).values([133, 794], -5, 5), -1, log),
    () => softmaxCase(new Draw(8).values([7, 513, 110], -5, 5), 1, log),
  ];
  const manyRows = () => softmaxCase(repeating([65_535 * 64 + 65, 2]), 1, log, false);
  const any: OpSpec = { name, draw: (draw) => drawSoftmax(draw, log), large };
  return [
    { ...any, large: [manyRows, ...large] },
    forced({ ...any, draw: (draw) => (draw.flag() ? drawRows : drawSoftmax)(draw, log) }, LANES),
    forced(any, ONE_LANE),
  ];
}

/** Variants of GPUs, where neighbouring invocations share a row or a channel. */
const LANES: Forced = { variant: "lanes", capabilities: { software: false } };
const ONE_LANE: Forced = { variant: "one lane", capabilities: { software: true } };

/** Batch normalisation and softmax, each by both kinds of adapter. */
export const NORMAL_SPECS: readonly OpSpec[] = [
  TRAINING,
  MOVED,
  INFERENCE,
  forced(TRAINING, LANES),
  forced(TRAINING, ONE_LANE),
  forced({ ...MOVED, name: "batchNorm" }, { ...LANES, variant: "running statistics, lanes" }),
  ...softmaxSpecs("softmax", false),
  ...softmaxSpecs("logSoftmax", true),
];
