import { batchNorm } from "../../../src/autograd/ops/batch_norm.ts";
import { bce, bceWithLogits } from "../../../src/autograd/ops/bce.ts";
import { cast } from "../../../src/autograd/ops/cast.ts";
import { clamp } from "../../../src/autograd/ops/clamp.ts";
import * as compare from "../../../src/autograd/ops/compare.ts";
import { crossEntropy, nll } from "../../../src/autograd/ops/cross_entropy.ts";
import * as ops from "../../../src/autograd/ops/elementwise.ts";
import { maximum, minimum } from "../../../src/autograd/ops/maximum.ts";
import { pow } from "../../../src/autograd/ops/pow.ts";
import { where } from "../../../src/autograd/ops/where.ts";
import type { Tensor } from "../../../src/autograd/tensor.ts";
import { DTypeError, RecordingError, ShapeError, UsageError } from "../../../src/errors.ts";
import {
  each,
  f32,
  i32,
  NO_OPERANDS,
  NO_OPTIONS,
  NO_TENSORS,
  refusesToRecord,
  u32,
  type WrongCall,
} from "../../support/wrong_calls.ts";

const { abs, exp, leakyRelu, log, neg, relu, sigmoid, sqrt, square, tanh, add, div, mul, sub } = ops;
const UNARY: Readonly<Record<string, (x: Tensor) => Tensor>> = {
  abs,
  exp,
  leakyRelu,
  log,
  neg,
  relu,
  sigmoid,
  sqrt,
  square,
  tanh,
  clamp: (x) => clamp(x, 0),
};
const BINARY: Readonly<Record<string, (a: ops.Operand, b: ops.Operand) => Tensor>> = {
  add,
  sub,
  mul,
  div,
  maximum,
  minimum,
  pow,
  ...compare,
};
const NINE_AXES = [1, 2, 1, 2, 1, 2, 1, 2, 1];

refusesToRecord(
  "ops of one tensor",
  Object.entries(UNARY).flatMap(([name, op]): WrongCall[] => [
    ...each(NO_TENSORS, name, op, DTypeError, "needs a tensor, but got"),
    [name, () => op(u32(3)), DTypeError, "needs f32, but got u32[3]; convert it with cast"],
    [name, () => op(i32(2, 2)), DTypeError, "needs f32, but got i32[2, 2]; convert it with cast"],
    [name, () => op(f32(...NINE_AXES)), ShapeError, "has 9 axes, but at most 8 are possible; join some with reshape"],
  ]),
);

refusesToRecord(
  "ops of two operands",
  Object.entries(BINARY).flatMap(([name, op]): WrongCall[] => [
    ...each(NO_OPERANDS, name, (value) => op(f32(2), value), DTypeError, "needs a tensor"),
    [name, () => op("3" as never, f32(2)), DTypeError, 'needs a tensor or a number, but got "3"'],
    [name, () => op(u32(2), f32(2)), DTypeError, "needs f32, but got u32[2]; convert it with cast"],
    [name, () => op(f32(2), i32(2)), DTypeError, "needs f32, but got i32[2]"],
    [name, () => op(f32(2, 3), f32(3, 2)), ShapeError, "shapes [2, 3] and [3, 2] do not broadcast: sizes 2 and 3"],
    [name, () => op(f32(2), f32(0)), ShapeError, "sizes 2 and 0 of axis 0 must be equal or 1"],
    [name, () => op(f32(...NINE_AXES), 1), ShapeError, "at most 8 are possible"],
    [name, () => op(f32(2 ** 16, 1), f32(2 ** 15)), ShapeError, "over 2^30 elements, more than a kernel can address"],
  ]),
);

refusesToRecord("settings of elementwise ops", [
  ["leakyRelu", () => leakyRelu(f32(2), NaN), UsageError, "the negative slope is NaN, but must be a finite number"],
  ["leakyRelu", () => leakyRelu(f32(2), Infinity), UsageError, "the negative slope is Infinity"],
  ["leakyRelu", () => leakyRelu(f32(2), 1e39), UsageError, "the negative slope is 1e+39"],
  ["leakyRelu", () => leakyRelu(f32(2), "0.1" as never), UsageError, 'the negative slope is "0.1"'],
  ["leakyRelu", () => leakyRelu(f32(2), { negativeSlope: 0.1 } as never), UsageError, '{"negativeSlope":0.1}'],
  ["clamp", () => clamp(f32(2)), UsageError, "neither a lower nor an upper bound is given; give at least one"],
  ["clamp", () => clamp(f32(2), NaN), UsageError, "the bound NaN is no number; give one, or leave it out"],
  ["clamp", () => clamp(f32(2), 0, NaN), UsageError, "the bound NaN"],
  ["clamp", () => clamp(f32(2), null as never), UsageError, "the bound null"],
  ["clamp", () => clamp(f32(2), "0" as never, 1), UsageError, 'the bound "0"'],
  ["clamp", () => clamp(f32(2), f32(2) as never), UsageError, "the bound f32[2]"],
  ...each(NO_TENSORS, "cast", (value) => cast(value, "f32"), DTypeError, "needs a tensor"),
  ["cast", () => cast(f32(2), "f16" as never), UsageError, 'dtype "f16" is not known; give one of "f32", "i32", "u32"'],
  ["cast", () => cast(f32(2), undefined as never), UsageError, "dtype undefined is not known"],
  ["cast", () => cast(f32(2), Float32Array as never), UsageError, "dtype a function is not known"],
  ["cast", () => cast(f32(...NINE_AXES), "u32"), ShapeError, "has 9 axes"],
  ...each(NO_TENSORS, "where", (value) => where(value, 1, 2), DTypeError, "needs a tensor"),
  ...each(NO_OPERANDS, "where", (value) => where(u32(2), value, 2), DTypeError, "needs a tensor or a number"),
  ["where", () => where(u32(2), u32(2), 1), DTypeError, "needs f32, but got u32[2]"],
  ["where", () => where(u32(2), 1, i32(2)), DTypeError, "needs f32, but got i32[2]"],
  ["where", () => where(u32(2), f32(3), 1), ShapeError, "shapes [2] and [3] do not broadcast"],
  ["where", () => where(u32(2, 1), f32(3, 1), f32(2, 2)), ShapeError, "do not broadcast"],
  ["full", () => ops.full([2], "1" as never), DTypeError, 'the value is "1", but must be a number'],
  ["full", () => ops.full([2], undefined as never), DTypeError, "the value is undefined"],
  ["full", () => ops.full(2 as never, 1), ShapeError, "the shape must be an array such as [2, 3], but it is 2"],
  ["full", () => ops.full(undefined as never, 1), ShapeError, "the shape must be an array"],
  ["full", () => ops.full("23" as never, 1), ShapeError, 'but it is "23"'],
  ["full", () => ops.full([2, -1], 1), ShapeError, "shape [2, -1] has a size that is not a whole number of 0 or more"],
  ["full", () => ops.full([1.5], 1), ShapeError, "shape [1.5] has a size"],
  ["full", () => ops.full([NaN], 1), ShapeError, "shape [NaN] has a size"],
  ["full", () => ops.full(["2"] as never, 1), ShapeError, 'shape ["2"] has a size'],
  ["full", () => ops.full(new Array(2) as never, 1), ShapeError, "has a size that is not a whole number"],
  ["full", () => ops.full([2 ** 31], 1), ShapeError, "shape [2147483648] has over 2^30 elements"],
  ["full", () => ops.full([2 ** 16, 2 ** 16], 1), ShapeError, "more than a kernel can address; split it"],
  ["full", () => ops.full([2 ** 40, 0], 1), ShapeError, "has over 2^30 elements"],
  ["full", () => ops.full([Infinity], 1), ShapeError, "shape [Infinity] has a size"],
]);

const LOGITS = { bceWithLogits, bce };
const CLASSES = { crossEntropy, nll };

refusesToRecord("losses", [
  ...Object.entries(LOGITS).flatMap(([name, op]): WrongCall[] => [
    ...each(NO_TENSORS, name, (value) => op(value, 1), DTypeError, "needs a tensor"),
    ...each(NO_OPERANDS, name, (value) => op(f32(2), value), DTypeError, "needs a tensor or a number"),
    [name, () => op(u32(2), 1), DTypeError, "needs f32, but got u32[2]"],
    [name, () => op(f32(2), u32(2)), DTypeError, "needs f32, but got u32[2]"],
    [name, () => op(f32(2, 3), f32(3)), ShapeError, "f32[2, 3] and targets f32[3] differ"],
    [name, () => op(f32(2), f32(1)), ShapeError, "give targets of the same shape or a number"],
    [name, () => op(f32(2), 1, "avg" as never), UsageError, 'reduction "avg" is not known; give one of "mean"'],
    [name, () => op(f32(2), 1, null as never), UsageError, "reduction null is not known"],
    [name, () => op(f32(2), 1, { reduction: "sum" } as never), UsageError, 'reduction {"reduction":"sum"} is not'],
  ]),
  ...Object.entries(CLASSES).flatMap(([name, op]): WrongCall[] => [
    ...each(NO_TENSORS, name, (value) => op(value, u32(2)), DTypeError, "needs a tensor"),
    ...each(NO_TENSORS, name, (value) => op(f32(2, 3), value), DTypeError, "needs a tensor"),
    [name, () => op(u32(2, 3), u32(2)), DTypeError, "needs f32, but got u32[2, 3]"],
    [name, () => op(f32(2, 3), i32(2)), DTypeError, "labels must be u32, but got i32[2]; convert them with cast"],
    [name, () => op(f32(6), u32(6)), ShapeError, "needs scores [N, C] of at least one class, but got f32[6]"],
    [name, () => op(f32(2, 3, 4), u32(2)), ShapeError, "needs scores [N, C]"],
    [name, () => op(f32(2, 0), u32(2)), ShapeError, "at least one class, but got f32[2, 0]; reshape it"],
    [name, () => op(f32(2, 3), u32(3)), ShapeError, "f32[2, 3] needs labels u32[2], but got u32[3]"],
    [name, () => op(f32(2, 3), u32(2, 1)), ShapeError, "give one label per row"],
    [name, () => op(f32(2, 3), u32(2), "MEAN" as never), UsageError, 'reduction "MEAN" is not known'],
  ]),
  ["crossEntropy", () => crossEntropy(f32(2, 3), f32(2)), ShapeError, "give probabilities of the same shape or labels"],
  ["crossEntropy", () => crossEntropy(f32(2, 3), f32(3, 2)), ShapeError, "probabilities f32[3, 2] differ"],
  ["nll", () => nll(f32(2, 3), f32(2, 3)), DTypeError, "labels must be u32, but got f32[2, 3]"],
]);

const stats = (channels: number) => ({ runningMean: f32(channels), runningVar: f32(channels), training: true });
const norm = (more: object) => () => batchNorm(f32(2, 3), f32(3), f32(3), { ...stats(3), ...more });

refusesToRecord("batchNorm", [
  ...each(NO_TENSORS, "batchNorm", (value) => batchNorm(value, f32(3), f32(3), stats(3)), DTypeError, "needs a tensor"),
  ...each(NO_TENSORS, "batchNorm", (v) => batchNorm(f32(2, 3), v, f32(3), stats(3)), DTypeError, "needs a tensor"),
  ...each(NO_TENSORS, "batchNorm", (v) => batchNorm(f32(2, 3), f32(3), v, stats(3)), DTypeError, "needs a tensor"),
  ...each(NO_TENSORS, "batchNorm", (value) => norm({ runningVar: value })(), DTypeError, "needs a tensor"),
  ...each(NO_OPTIONS, "batchNorm", (v) => batchNorm(f32(2, 3), f32(3), f32(3), v), UsageError, "options"),
  [
    "batchNorm",
    () => batchNorm(f32(2, 3), f32(3), f32(3), undefined as never),
    UsageError,
    "options must be an object",
  ],
  ["batchNorm", () => batchNorm(f32(3), f32(3), f32(3), stats(3)), ShapeError, "needs x [N, C, ...], but got f32[3]"],
  ["batchNorm", () => batchNorm(f32(2, 3), f32(4), f32(3), stats(3)), ShapeError, "gamma is f32[4]; it must be f32[3]"],
  ["batchNorm", () => batchNorm(f32(2, 3), f32(3), f32(3, 1), stats(3)), ShapeError, "beta is f32[3, 1]"],
  ["batchNorm", () => batchNorm(f32(2, 3), f32(3), f32(3), stats(2)), ShapeError, "runningMean is f32[2]"],
  ["batchNorm", () => batchNorm(f32(1, 3), f32(3), f32(3), stats(3)), ShapeError, "training needs two or more"],
  ["batchNorm", () => batchNorm(u32(2, 3), f32(3), f32(3), stats(3)), DTypeError, "needs f32, but got u32[2, 3]"],
  ["batchNorm", () => batchNorm(f32(2, 3), f32(3), i32(3), stats(3)), DTypeError, "needs f32, but got i32[3]"],
  ["batchNorm", norm({ runningMean: u32(3) }), DTypeError, "needs f32, but got u32[3]"],
  ["batchNorm", () => norm({ runningMean: neg(f32(3)) })(), RecordingError, "writes into a Variable only"],
  [
    "batchNorm",
    norm({ momentum: 1.5 }),
    UsageError,
    "momentum is 1.5, but must be a finite number, at least 0, at most 1",
  ],
  ["batchNorm", norm({ momentum: NaN }), UsageError, "momentum is NaN"],
  ["batchNorm", norm({ momentum: "0.1" }), UsageError, 'momentum is "0.1"'],
  ["batchNorm", norm({ eps: -1 }), UsageError, "eps is -1, but must be a finite number, at least 0"],
  ["batchNorm", norm({ eps: Infinity }), UsageError, "eps is Infinity"],
  ["batchNorm", norm({ training: undefined }), UsageError, "training is undefined, but must be true or false"],
  ["batchNorm", norm({ training: "false" }), UsageError, 'training is "false", but must be true or false'],
  ["batchNorm", norm({ epsilon: 1e-3 }), UsageError, 'unknown key "epsilon"; the known ones are runningMean'],
  [
    "batchNorm",
    () => {
      const one = f32(3);
      return norm({ runningMean: one, runningVar: one })();
    },
    UsageError,
    "runningMean and runningVar are one variable; give two",
  ],
]);
