import { recordInto } from "../../src/autograd/record.ts";
import { Graph, type Tensor, type Variable } from "../../src/autograd/tensor.ts";
import * as tailgrad from "../../src/index.ts";
import { f32, u32 } from "./wrong_calls.ts";

const { cast, neg, newClock } = tailgrad;

/** A call of an op that is right but for its first tensor: the op's name, that tensor, and the call. */
export interface OpCall {
  readonly name: string;
  readonly input: () => Variable;
  readonly call: (x: Tensor) => unknown;
}

const vector = () => f32(4);
const matrix = () => f32(2, 4);
const images = () => f32(2, 2, 4, 4);
const labels = () => u32(2);

const { abs, exp, leakyRelu, log, relu, sigmoid, sqrt, square, tanh } = tailgrad;
const unary = { abs, exp, leakyRelu, log, neg, relu, sigmoid, sqrt, square, tanh };
const { add, sub, mul, div, maximum, minimum, pow } = tailgrad;
const binary = { add, sub, mul, div, maximum, minimum, pow };
const { equal, greater, greaterEqual, less, lessEqual } = tailgrad;
const compare = { equal, greater, greaterEqual, less, lessEqual };
const { sum, mean, max, min, softmax, logSoftmax, argmax, transpose, flatten } = tailgrad;
const overAxes = { sum, mean, max, min, softmax, logSoftmax, argmax, transpose, flatten };

const calls: readonly (readonly [string, () => Variable, (x: Tensor) => unknown])[] = [
  ...Object.entries(unary).map(([name, op]) => [name, vector, (x: Tensor) => op(x)] as const),
  ...Object.entries({ ...binary, ...compare }).map(([name, op]) => [name, vector, (x: Tensor) => op(x, 2)] as const),
  ...Object.entries(binary).map(([name, op]) => [name, vector, (x: Tensor) => op(2, x)] as const),
  ...Object.entries(overAxes).map(([name, op]) => [name, matrix, (x: Tensor) => op(x)] as const),
  ["clamp", vector, (x) => tailgrad.clamp(x, 0)],
  ["cast", vector, (x) => cast(x, "u32")],
  ["cast", vector, (x) => cast(x, "f32")],
  ["where", vector, (x) => tailgrad.where(x, 1, 2)],
  ["where", vector, (x) => tailgrad.where(u32(4), x, 2)],
  ["reshape", matrix, (x) => tailgrad.reshape(x, [8])],
  ["reshape", matrix, (x) => tailgrad.reshape(x, [2, 4])],
  ["detach", matrix, tailgrad.detach],
  ["permute", matrix, (x) => tailgrad.permute(x, [1, 0])],
  ["permute", matrix, (x) => tailgrad.permute(x, [0, 1])],
  ["expand", vector, (x) => tailgrad.expand(x, [2, 4])],
  ["slice", vector, (x) => tailgrad.slice(x, [1], [2])],
  ["concat", vector, (x) => tailgrad.concat([x, f32(1)])],
  ["concat", vector, (x) => tailgrad.concat([x])],
  ["matmul", matrix, (x) => tailgrad.matmul(x, f32(4, 2))],
  ["matmul", matrix, (x) => tailgrad.matmul(f32(4, 2), x)],
  ["linear", matrix, (x) => tailgrad.linear(x, f32(3, 4), f32(3))],
  ["conv2d", images, (x) => tailgrad.conv2d(x, f32(3, 2, 3, 3))],
  ["convTranspose2d", images, (x) => tailgrad.convTranspose2d(x, f32(2, 3, 3, 3))],
  ["maxPool2d", images, (x) => tailgrad.maxPool2d(x, 2)],
  ["avgPool2d", images, (x) => tailgrad.avgPool2d(x, 2)],
  ["batchNorm", images, (x) => tailgrad.batchNorm(x, f32(2), f32(2), normOptions(true))],
  ["batchNorm", images, (x) => tailgrad.batchNorm(x, f32(2), f32(2), normOptions(false))],
  ["bce", vector, (x) => tailgrad.bce(x, 1)],
  ["bceWithLogits", vector, (x) => tailgrad.bceWithLogits(f32(4), x)],
  ["crossEntropy", matrix, (x) => tailgrad.crossEntropy(x, u32(2))],
  ["crossEntropy", labels, (x) => tailgrad.crossEntropy(f32(2, 3), x)],
  ["nll", matrix, (x) => tailgrad.nll(x, u32(2))],
  ["gather", matrix, (x) => tailgrad.gather(x, u32(2, 4), 0)],
  ["indexSelect", matrix, (x) => tailgrad.indexSelect(x, 0, u32(2))],
  ["embedding", labels, (x) => tailgrad.embedding(x, f32(3, 2))],
  ["oneHot", labels, (x) => tailgrad.oneHot(x, 3)],
  ["confusionCounts", labels, (x) => tailgrad.confusionCounts(u32(2, 2), x, u32(2))],
  ["quantizeImages", vector, tailgrad.quantizeImages],
  ["dropout", vector, (x) => tailgrad.dropout(x, 0.5, { seed: 1, clock: newClock() })],
  ["dropout", vector, (x) => tailgrad.dropout(x, 0.5, { seed: 1, clock: newClock() }, false)],
  ["assign", vector, (x) => tailgrad.assign(f32(4), x)],
  ["assignAdd", vector, (x) => tailgrad.assignAdd(f32(4), x)],
  ["logScalars", () => f32(1), (x) => tailgrad.logScalars(f32(2, 1), newClock(), [x])],
  ["SGD.step", vector, (x) => new tailgrad.SGD([f32(4)], { lr: 1 }).step([x])],
  ["Adam.step", vector, (x) => new tailgrad.Adam([f32(4)]).step([x])],
];

function normOptions(training: boolean): tailgrad.BatchNormOptions {
  return { runningMean: f32(2), runningVar: f32(2), training };
}

/** Every op that takes a tensor. */
export const EVERY_OP: readonly OpCall[] = calls.map(([name, input, call]) => ({ name, input, call }));

/** Every op that takes none. */
export const EVERY_SOURCE: readonly (readonly [name: string, call: () => unknown])[] = [
  ["full", () => tailgrad.full([2], 1)],
  ["uniform", () => tailgrad.uniform([2], { seed: 1, clock: newClock() })],
  ["normal", () => tailgrad.normal([2], { seed: 1, clock: newClock() })],
  ["randomIntegers", () => tailgrad.randomIntegers([2], 3, { seed: 1, clock: newClock() })],
  ["gatherImages", () => tailgrad.gatherImages(u32(4), batchSource(), [2, 2])],
  ["gatherLabels", () => tailgrad.gatherLabels(u32(4), batchSource())],
  ["advance", () => tailgrad.advance(newClock())],
  ["add", () => tailgrad.add(1, 2)],
];

function batchSource(): tailgrad.BatchSource {
  return { order: u32(2), position: newClock(), batchSize: 2 };
}

/** A tensor of the variable's shape and type that was recorded elsewhere, in a recording that has ended. */
export function foreign(variable: Variable): Tensor {
  return recordInto(new Graph(), () =>
    variable.dtype === "f32" ? neg(variable) : cast(f32(...variable.shape), "u32"),
  );
}
