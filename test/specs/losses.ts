import { bce, bceWithLogits } from "../../src/autograd/ops/bce.ts";
import { crossEntropy, nll } from "../../src/autograd/ops/cross_entropy.ts";
import * as binary from "../oracle/bce.ts";
import * as oracle from "../oracle/cross_entropy.ts";
import type { Array64 } from "../support/arrays.ts";
import { sumError } from "./cases.ts";
import { Draw } from "./draw.ts";
import { type Forced, forced } from "./forced.ts";
import type { OpSpec, SpecCase } from "./spec.ts";

const REDUCTIONS = ["mean", "sum", "none"] as const;
type Reduction = (typeof REDUCTIONS)[number];

const drawReduction = (draw: Draw): Reduction => draw.pick(REDUCTIONS);

/** Rows and classes of scores. */
function drawScores(draw: Draw): [rows: number, classes: number] {
  if (draw.flag(0.2)) return [draw.size(0, 17), draw.pick([10, 110, 794])];
  if (draw.flag(0.2)) return [draw.pick([512, 513, 794, 1100, 2049]), draw.size(1, 5)];
  return [draw.size(), draw.size(1)];
}

interface Loss {
  readonly shape: readonly [rows: number, classes: number];
  readonly reduction: Reduction;
  readonly gradient?: boolean;
}

/** Losses of rows, up to about 15 each, added up. */
const rowsError = ({ shape, reduction }: Loss) => sumError(reduction === "none" ? shape[1] : shape[0] + shape[1], 15);

function crossEntropyCase(draw: Draw, loss: Loss, labelled: boolean): SpecCase {
  const { shape, reduction, gradient = true } = loss;
  const targets = labelled ? draw.indices([shape[0]], shape[1]) : draw.values(shape, 0, 2 / shape[1]);
  return {
    label: `[${shape}], ${labelled ? "labels" : "probabilities"}, ${reduction}`,
    inputs: [draw.values(shape, -5, 5), targets],
    op: (x, t) => crossEntropy(x!, t!, reduction),
    oracle: (x, t) => oracle.crossEntropy(x!, t!, reduction),
    ...(gradient ? { gradient: (g, x, t) => oracle.crossEntropyGradient(g, x!, t!, reduction) } : {}),
    gradientAbsolute: rowsError(loss),
  };
}

function nllCase(draw: Draw, loss: Loss): SpecCase {
  const { shape, reduction, gradient = true } = loss;
  return {
    label: `[${shape}], ${reduction}`,
    inputs: [draw.values(shape, -8, 0), draw.indices([shape[0]], shape[1])],
    op: (x, labels) => nll(x!, labels!, reduction),
    oracle: (x, labels) => oracle.nll(x!, labels!, reduction),
    ...(gradient ? { gradient: (g, x, labels) => [oracle.nllGradient(g, x!, labels!, reduction), undefined] } : {}),
    gradientAbsolute: rowsError(loss),
  };
}

const drawLoss = (draw: Draw): Loss => ({ shape: drawScores(draw), reduction: drawReduction(draw) });

/** More rows than 65,535 workgroups of 64 make, and half as many, whose gradient still takes more workgroups. */
const MANY_ROWS: Loss = { shape: [65_535 * 64 + 65, 2], reduction: "none", gradient: false };
const MANY_SCORES: Loss = { shape: [65_535 * 32 + 65, 2], reduction: "none" };
const WIDE: Loss = { shape: [513, 794], reduction: "mean" };

const LABELS: OpSpec = {
  name: "crossEntropy (labels)",
  draw: (draw) => crossEntropyCase(draw, drawLoss(draw), true),
  large: [
    () => crossEntropyCase(new Draw(1), MANY_ROWS, true),
    () => crossEntropyCase(new Draw(2), MANY_SCORES, true),
    () => crossEntropyCase(new Draw(3), WIDE, true),
  ],
};

const PROBABILITIES: OpSpec = {
  name: "crossEntropy (probabilities)",
  draw: (draw) => crossEntropyCase(draw, drawLoss(draw), false),
  large: [() => crossEntropyCase(new Draw(4), MANY_SCORES, false), () => crossEntropyCase(new Draw(5), WIDE, false)],
};

const NLL: OpSpec = {
  name: "nll",
  draw: (draw) => nllCase(draw, drawLoss(draw)),
  large: [() => nllCase(new Draw(6), MANY_SCORES), () => nllCase(new Draw(7), WIDE)],
};

interface Binary {
  readonly name: string;
  readonly op: typeof bce;
  readonly oracle: typeof binary.bce;
  readonly gradient: typeof binary.bceGradient;
  /** Range of the first argument. */
  readonly low: number;
  readonly high: number;
}

function binaryCase(draw: Draw, loss: Binary, shape: readonly number[], target: number | undefined): SpecCase {
  const reduction = drawReduction(draw);
  const inputs: Array64[] = [draw.values(shape, loss.low, loss.high)];
  if (target === undefined) inputs.push(draw.values(shape, 0, 1));
  const size = inputs[0]!.data.length;
  return {
    label: `[${shape}], ${target === undefined ? "targets" : `target ${target}`}, ${reduction}`,
    inputs,
    op: (x, t) => loss.op(x!, target ?? t!, reduction),
    oracle: (x, t) => loss.oracle(x!, target ?? t!, reduction),
    gradient: (g, x, t) => loss.gradient(g, x!, target ?? t!, reduction).slice(0, inputs.length),
    // A sum over all elements, which are up to about 6.
    gradientAbsolute: sumError(reduction === "none" ? 1 : size, 6),
  };
}

function binarySpec(loss: Binary): OpSpec {
  return {
    name: loss.name,
    draw: (draw) => {
      const target = draw.flag(0.3) ? Math.fround(draw.pick([0, 1, 0.9, draw.number(0, 1)])) : undefined;
      return binaryCase(draw, loss, draw.shape(draw.integer(0, 4)), target);
    },
    large: [
      () => binaryCase(new Draw(8), loss, [133, 794], undefined),
      () => binaryCase(new Draw(9), loss, [513, 1], 1),
      // One of four neighbours per invocation, or one by one.
      () => binaryCase(new Draw(10), loss, [65_535 * 64 + 65], 1),
    ],
  };
}

const BINARY: readonly Binary[] = [
  { name: "bce", op: bce, oracle: binary.bce, gradient: binary.bceGradient, low: 0.02, high: 0.98 },
  {
    name: "bceWithLogits",
    op: bceWithLogits,
    oracle: binary.bceWithLogits,
    gradient: binary.bceWithLogitsGradient,
    low: -6,
    high: 6,
  },
];

/** The reductions of the losses in many parts, as GPUs get them. */
const PARTS: Forced = { variant: "gpu", capabilities: { software: false } };

/** Losses of classes and of yes or no. */
export const LOSS_SPECS: readonly OpSpec[] = [
  LABELS,
  PROBABILITIES,
  NLL,
  ...BINARY.map(binarySpec),
  forced({ ...LABELS, name: "crossEntropy", large: [LABELS.large![2]!] }, PARTS),
  ...BINARY.map(binarySpec).map((spec) => forced({ ...spec, large: [spec.large![0]!] }, PARTS)),
];
