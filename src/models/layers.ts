import { checkNumber, checkOptions, checkShape, checkWhole, pairOf, shown } from "../autograd/arguments.ts";
import { batchNorm } from "../autograd/ops/batch_norm.ts";
import { conv2d, convTranspose2d } from "../autograd/ops/conv2d.ts";
import { dropout } from "../autograd/ops/dropout.ts";
import * as ops from "../autograd/ops/elementwise.ts";
import { embedding } from "../autograd/ops/embedding.ts";
import { flatten as flattenFrom } from "../autograd/ops/flatten.ts";
import { linear } from "../autograd/ops/matmul.ts";
import { maxPool2d } from "../autograd/ops/max_pool2d.ts";
import { newClock } from "../autograd/ops/random.ts";
import { reshape } from "../autograd/ops/reshape.ts";
import { advance } from "../autograd/ops/state.ts";
import { checkTensor } from "../autograd/record.ts";
import { type Tensor, Variable } from "../autograd/tensor.ts";
import { UsageError } from "../errors.ts";
import { sizeOf } from "../gpu/launch.ts";
import { Rng } from "../kernels/random/philox.ts";
import { checkMode, type Mode, type Module, Stateless } from "./module.ts";

/** Throws UsageError unless `rng` is one and all sizes are whole numbers of 1 or more. */
function checkLayer(layer: string, rng: Rng, sizes: Readonly<Record<string, number>>): void {
  if (!(rng instanceof Rng)) {
    throw new UsageError(`${layer}: the first argument must be an Rng to draw weights from, but it is ${shown(rng)}`);
  }
  for (const [name, size] of Object.entries(sizes)) checkWhole(layer, name, size, 1);
}

/** Values uniform in [-bound, bound), with PyTorch's default bound 1/sqrt(fanIn) for weights and biases alike. */
function uniformVariable(rng: Rng, shape: readonly number[], fanIn: number, name: string): Variable {
  checkShape(name, shape);
  const bound = 1 / Math.sqrt(fanIn);
  const values = new Float32Array(sizeOf(shape));
  for (let i = 0; i < values.length; i++) values[i] = rng.uniform(-bound, bound);
  return new Variable(values, shape, { name });
}

/** Weight and bias drawn as PyTorch's Linear and convolutions draw them: kaiming_uniform(a = sqrt 5), so 1/sqrt(fanIn). */
abstract class Weighted implements Module {
  readonly weight: Variable;
  readonly bias: Variable;

  constructor(rng: Rng, shape: readonly number[], outputs: number) {
    const fanIn = sizeOf(shape.slice(1));
    this.weight = uniformVariable(rng, shape, fanIn, "weight");
    this.bias = uniformVariable(rng, [outputs], fanIn, "bias");
  }

  /** Records the layer. Throws ShapeError, DTypeError. */
  abstract forward(x: Tensor, mode: Mode): Tensor;

  /** Parameters and buffers by PyTorch's names. */
  state(): ReadonlyMap<string, Variable> {
    return new Map([
      ["weight", this.weight],
      ["bias", this.bias],
    ]);
  }
}

/** y = x · Wᵀ + b, W [outputs, inputs]. */
export class Linear extends Weighted {
  /** Draws weight and bias from `rng`, uniform within 1/sqrt(inputs), as PyTorch's Linear. Throws UsageError. */
  constructor(rng: Rng, inputs: number, outputs: number) {
    checkLayer("Linear", rng, { inputs, outputs });
    super(rng, [outputs, inputs], outputs);
  }

  /** f32 [..., inputs] to [..., outputs]. Throws ShapeError, DTypeError. */
  forward(x: Tensor): Tensor {
    return linear(x, this.weight, this.bias);
  }
}

/** Sizes of a convolution layer with square kernels; stride 1 and padding 0 unless given. */
export interface ConvSizes {
  readonly inChannels: number;
  readonly outChannels: number;
  readonly kernel: number;
  readonly stride?: number;
  readonly padding?: number;
}

function checkConv(layer: string, rng: Rng, sizes: ConvSizes): void {
  checkOptions(layer, sizes, ["inChannels", "outChannels", "kernel", "stride", "padding"], "the sizes");
  const { inChannels, outChannels, kernel, stride = 1, padding = 0 } = sizes;
  checkLayer(layer, rng, { inChannels, outChannels, kernel });
  pairOf(layer, "stride", stride, 1);
  pairOf(layer, "padding", padding, 0);
}

/** conv2d with weight [out, in, k, k] and bias. */
export class Conv2d extends Weighted {
  /** Draws weight and bias from `rng` as PyTorch's layer. Throws UsageError, ShapeError. */
  constructor(
    rng: Rng,
    readonly sizes: ConvSizes,
  ) {
    checkConv("Conv2d", rng, sizes);
    super(rng, [sizes.outChannels, sizes.inChannels, sizes.kernel, sizes.kernel], sizes.outChannels);
  }

  /** f32 [N, in, H, W] to [N, out, OH, OW], sizes as {@link conv2d}. Throws ShapeError, DTypeError. */
  forward(x: Tensor): Tensor {
    const { stride = 1, padding = 0 } = this.sizes;
    return conv2d(x, this.weight, this.bias, { stride, padding });
  }
}

/** convTranspose2d with weight [in, out, k, k] and bias. */
export class ConvTranspose2d extends Weighted {
  /** Draws weight and bias from `rng` as PyTorch's layer. Throws UsageError, ShapeError. */
  constructor(
    rng: Rng,
    readonly sizes: ConvSizes,
  ) {
    checkConv("ConvTranspose2d", rng, sizes);
    super(rng, [sizes.inChannels, sizes.outChannels, sizes.kernel, sizes.kernel], sizes.outChannels);
  }

  /** f32 [N, in, H, W] to [N, out, OH, OW], sizes as {@link convTranspose2d}. Throws ShapeError, DTypeError. */
  forward(x: Tensor): Tensor {
    const { stride = 1, padding = 0 } = this.sizes;
    return convTranspose2d(x, this.weight, this.bias, { stride, padding });
  }
}

/** Rows of a table chosen by index; drawn from N(0, 1) as PyTorch's Embedding. */
export class Embedding {
  readonly weight: Variable;

  /** A table of `count` rows. Throws UsageError. */
  constructor(rng: Rng, count: number, dimensions: number) {
    checkLayer("Embedding", rng, { count, dimensions });
    checkShape("Embedding", [count, dimensions]);
    const values = Float32Array.from({ length: count * dimensions }, () => rng.normal());
    this.weight = new Variable(values, [count, dimensions], { name: "weight" });
  }

  /** u32 [...] to f32 [..., dimensions]. Throws DTypeError. */
  forward(indices: Tensor): Tensor {
    return embedding(indices, this.weight);
  }

  /** Parameters and buffers by PyTorch's names. */
  state(): ReadonlyMap<string, Variable> {
    return new Map([["weight", this.weight]]);
  }
}

/** Batch normalisation over all axes but the second, with running statistics (momentum 0.1, eps 1e-5) as PyTorch's. */
export class BatchNorm implements Module {
  readonly weight: Variable;
  readonly bias: Variable;
  readonly runningMean: Variable;
  readonly runningVar: Variable;
  /** Batches seen in training, 64 bits: u32 [2], low and high word. */
  readonly batchesTracked = newClock(0, "num_batches_tracked");

  /** Weight 1, bias 0, running mean 0 and variance 1. Throws UsageError. */
  constructor(features: number) {
    checkWhole("BatchNorm", "features", features, 1);
    const filled = (value: number, name: string, requiresGrad: boolean) =>
      new Variable(new Float32Array(features).fill(value), [features], { name, requiresGrad });
    this.weight = filled(1, "weight", true);
    this.bias = filled(0, "bias", true);
    this.runningMean = filled(0, "running_mean", false);
    this.runningVar = filled(1, "running_var", false);
  }

  /**
   * f32 [N, features, ...] to the same shape; updates the running statistics in training. Throws ShapeError,
   * DTypeError, UsageError.
   */
  forward(x: Tensor, mode: Mode): Tensor {
    checkMode("BatchNorm", mode);
    const { training } = mode;
    const { runningMean, runningVar } = this;
    if (training) advance(this.batchesTracked);
    return batchNorm(x, this.weight, this.bias, { runningMean, runningVar, training });
  }

  /** Parameters and buffers by PyTorch's names. */
  state(): ReadonlyMap<string, Variable> {
    return new Map([
      ["weight", this.weight],
      ["bias", this.bias],
      ["running_mean", this.runningMean],
      ["running_var", this.runningVar],
      ["num_batches_tracked", this.batchesTracked],
    ]);
  }
}

/** max(0, x) as a module. */
export const relu = (): Module => new Stateless({ kind: "relu" }, (x) => ops.relu(x));

/** Leaky ReLU as a module; the paper's slope unless given. */
export function leakyRelu(negativeSlope = 0.2): Module {
  checkNumber("leakyRelu", "the negative slope", negativeSlope);
  return new Stateless({ kind: "leakyRelu", negativeSlope }, (x) => ops.leakyRelu(x, negativeSlope));
}

/** tanh as a module. */
export const tanh = (): Module => new Stateless({ kind: "tanh" }, (x) => ops.tanh(x));

/** Max-pooling as a module; the stride is the kernel's size unless given. */
export function maxPool(kernel: number, stride = kernel): Module {
  pairOf("maxPool", "kernel", kernel, 1);
  pairOf("maxPool", "stride", stride, 1);
  return new Stateless({ kind: "maxPool", kernel, stride }, (x) => maxPool2d(x, kernel, { stride }));
}

/** [N, ...] to [N, product of the rest]. */
export const flatten = (): Module => new Stateless({ kind: "flatten" }, (x) => flattenFrom(x, 1));

/** [N, product] to [N, ...shape]. */
export function unflatten(shape: readonly number[]): Module {
  checkShape("unflatten", shape);
  return new Stateless({ kind: "unflatten", shape }, (x) => {
    checkTensor("unflatten", x);
    return reshape(x, [x.shape[0]!, ...shape]);
  });
}

/** Dropout as a module. Throws UsageError in training without a random source. */
export function drop(p: number): Module {
  checkNumber("dropout", "p", p, { least: 0, below: 1 });
  return new Stateless({ kind: "dropout" }, (x, mode) => {
    checkMode("dropout", mode);
    if (!mode.training) return x;
    if (!mode.random) throw new UsageError("dropout: training needs mode.random, a seed and a clock to draw from");
    return dropout(x, p, mode.random);
  });
}
