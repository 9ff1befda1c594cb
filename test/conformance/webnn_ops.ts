import { batchNorm } from "../../src/autograd/ops/batch_norm.ts";
import { clamp } from "../../src/autograd/ops/clamp.ts";
import { concat } from "../../src/autograd/ops/concat.ts";
import {
  abs,
  add,
  div,
  exp,
  full,
  leakyRelu,
  log,
  mul,
  neg,
  relu,
  sigmoid,
  sqrt,
  sub,
  tanh,
} from "../../src/autograd/ops/elementwise.ts";
import { indexSelect } from "../../src/autograd/ops/gather.ts";
import { matmul } from "../../src/autograd/ops/matmul.ts";
import { maximum, minimum } from "../../src/autograd/ops/maximum.ts";
import { permute, transpose } from "../../src/autograd/ops/permute.ts";
import { pow } from "../../src/autograd/ops/pow.ts";
import { max, mean } from "../../src/autograd/ops/reduce.ts";
import { reshape } from "../../src/autograd/ops/reshape.ts";
import { slice } from "../../src/autograd/ops/slice.ts";
import { softmax } from "../../src/autograd/ops/softmax.ts";
import { expand, sum } from "../../src/autograd/ops/sum.ts";
import { type Tensor, Variable } from "../../src/autograd/tensor.ts";
import { UsageError } from "../../src/errors.ts";
import type { Call } from "./call.ts";
import { webnnConv2d, webnnConvTranspose2d } from "./webnn_conv.ts";
import { webnnMaxPool2d } from "./webnn_pool.ts";

/** Records one WebNN operator with the project's ops. Source: https://www.w3.org/TR/webnn/ */
export type Mapping = (call: Call) => Tensor;

const unary =
  (op: (x: Tensor) => Tensor): Mapping =>
  (call) =>
    op(call.operand("input"));

const binary =
  (op: (a: Tensor, b: Tensor) => Tensor): Mapping =>
  (call) =>
    op(call.operand("a"), call.operand("b"));

const reduction =
  (op: (x: Tensor, axes: readonly number[] | undefined, keepDims: boolean) => Tensor): Mapping =>
  (call) =>
    op(call.operand("input"), call.numbers("axes"), call.flag("keepDimensions", false));

/** Operators of which each part can be computed by itself when all shapes are equal. */
const ELEMENTWISE: Readonly<Record<string, Mapping>> = {
  abs: unary(abs),
  add: binary(add),
  clamp: (call) => clamp(call.operand("input"), bound(call, "minValue", -Infinity), bound(call, "maxValue", Infinity)),
  div: binary(div),
  exp: unary(exp),
  leaky_relu: (call) => leakyRelu(call.operand("input"), call.number("alpha", 0.01)),
  log: unary(log),
  max: binary(maximum),
  min: binary(minimum),
  mul: binary(mul),
  neg: unary(neg),
  pow: binary(pow),
  relu: unary(relu),
  sigmoid: unary(sigmoid),
  sqrt: unary(sqrt),
  sub: binary(sub),
  tanh: unary(tanh),
};

const STRUCTURAL: Readonly<Record<string, Mapping>> = {
  batch_normalization: batchNormalization,
  concat: (call) => concat(call.operands("inputs"), call.number("axis")),
  conv2d: webnnConv2d,
  conv_transpose2d: webnnConvTranspose2d,
  expand: (call) => expand(call.operand("input"), call.numbers("newShape") ?? []),
  gather: (call) => indexSelect(call.operand("input"), call.number("axis", 0), call.operand("indices")),
  gemm,
  matmul: binary(matmul),
  max_pool2d: webnnMaxPool2d,
  reduce_max: reduction(max),
  reduce_mean: reduction(mean),
  reduce_sum: reduction(sum),
  reshape: (call) => reshape(call.operand("input"), call.numbers("newShape") ?? []),
  slice: slicing,
  softmax: (call) => softmax(call.operand("input"), call.number("axis")),
  transpose: (call) => {
    const x = call.operand("input");
    return permute(x, call.numbers("permutation") ?? x.shape.map((_, axis) => x.rank - 1 - axis));
  },
};

/** WebNN's operators by the names of their vector files. */
export const WEBNN_OPS: ReadonlyMap<string, Mapping> = new Map([
  ...Object.entries(ELEMENTWISE),
  ...Object.entries(STRUCTURAL),
]);

/** True for operators that make one element of one element of each input. */
export function isElementwise(op: string): boolean {
  return op in ELEMENTWISE;
}

/** NaN stands for no bound. */
function bound(call: Call, name: string, none: number): number {
  const value = call.number(name, none);
  return Number.isNaN(value) ? none : value;
}

/** alpha * A * B + beta * C, either factor transposed. */
function gemm(call: Call): Tensor {
  const product = matmul(call.operand("a"), call.operand("b"), {
    transposeA: call.flag("aTranspose", false),
    transposeB: call.flag("bTranspose", false),
  });
  const c = call.optional("c");
  const [alpha, beta] = [call.number("alpha", 1), call.number("beta", 1)];
  const scaled = mul(product, alpha);
  return c ? add(scaled, mul(c, beta)) : scaled;
}

/** WebNN's sizes count the elements that a stride passes over, ours those that are taken. */
function slicing(call: Call): Tensor {
  const sizes = call.numbers("sizes") ?? [];
  const strides = call.numbers("strides") ?? sizes.map(() => 1);
  const taken = sizes.map((size, axis) => Math.ceil(size / (strides[axis] ?? 1)));
  return slice(call.operand("input"), call.numbers("starts") ?? [], taken, strides);
}

/** Inference with the channels along any axis: ours are along axis 1. */
function batchNormalization(call: Call): Tensor {
  const x = call.operand("input");
  const [runningMean, runningVar] = [call.operand("mean"), call.operand("variance")];
  if (!(runningMean instanceof Variable && runningVar instanceof Variable)) {
    throw new UsageError("batch_normalization: mean and variance must be inputs");
  }
  const gamma = call.optional("scale") ?? full(runningMean.shape, 1);
  const beta = call.optional("bias") ?? full(runningMean.shape, 0);
  const settings = { runningMean, runningVar, eps: call.number("epsilon", 1e-5), training: false };
  const axis = call.number("axis", 1);
  if (x.rank === 1) return reshape(batchNorm(reshape(x, [1, x.size]), gamma, beta, settings), x.shape);
  return transpose(batchNorm(transpose(x, 1, axis), gamma, beta, settings), 1, axis);
}
