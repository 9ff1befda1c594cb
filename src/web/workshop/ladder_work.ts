import type { HostTensor } from "../../autograd/evaluate.ts";
import { sizeOf } from "../../gpu/launch.ts";
import { type ConvVariant, convGather } from "../../kernels/conv2d/gather.ts";
import { type ConvGeometry, convFlops } from "../../kernels/conv2d/geometry.ts";
import { convWeightGradient, type WeightGradientVariant } from "../../kernels/conv2d/weight_gradient.ts";
import { type MatmulVariant, matmul } from "../../kernels/matmul/matmul.ts";
import { Rng } from "../../kernels/random/philox.ts";
import type { Lower } from "./trial.ts";

/** One call of a ladder's kernel: what it reads, what it makes, and how one of its variants is launched. */
export interface LadderWork {
  readonly inputs: readonly HostTensor[];
  readonly shape: readonly number[];
  readonly flops: number;
  readonly lower: (variant: string) => Lower;
}

/** C [M, N] = A [M, K] · B [K, N]; transposed operands are stored the other way round. */
export interface Product {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
}

export function productWork(product: Product, a: Float32Array, b: Float32Array): LadderWork {
  const { m, n, k, transposeA = false, transposeB = false } = product;
  const call = { m, n, k, batches: 1, transposeA, transposeB, sharedA: true, sharedB: true };
  return {
    inputs: [
      { data: a, shape: transposeA ? [k, m] : [m, k] },
      { data: b, shape: transposeB ? [n, k] : [k, n] },
    ],
    shape: [m, n],
    flops: 2 * m * n * k,
    lower: (variant) => (inputs, c, capabilities) =>
      matmul(inputs[0]!, inputs[1]!, c, call, capabilities, variant as MatmulVariant),
  };
}

/** Shapes of both sides of a convolution and of its weights. */
export function convShapes({ batch, groups, ...g }: ConvGeometry) {
  return {
    image: [batch, groups * g.imageChannels, ...g.imageSize],
    weight: [groups * g.featureChannels, g.imageChannels, ...g.kernel],
    feature: [batch, groups * g.featureChannels, ...g.featureSize],
  };
}

/** A convolution, or its input gradient ("backward"): from one side and the weights to the other side. */
export function convWork(
  direction: "forward" | "backward",
  geometry: ConvGeometry,
  side: Float32Array,
  weight: Float32Array,
): LadderWork {
  const shapes = convShapes(geometry);
  const forward = direction === "forward";
  return {
    inputs: [
      { data: side, shape: forward ? shapes.image : shapes.feature },
      { data: weight, shape: shapes.weight },
    ],
    shape: forward ? shapes.feature : shapes.image,
    flops: convFlops(geometry),
    lower: (variant) => (inputs, output, capabilities) =>
      convGather(direction, inputs[0]!, inputs[1]!, output, geometry, {}, capabilities, variant as ConvVariant),
  };
}

/** The weight gradient of a convolution: from its image and the gradient that arrives at its features to its weights' slopes. */
export function weightGradientWork(geometry: ConvGeometry, image: Float32Array, gradient: Float32Array): LadderWork {
  const shapes = convShapes(geometry);
  return {
    inputs: [
      { data: image, shape: shapes.image },
      { data: gradient, shape: shapes.feature },
    ],
    shape: shapes.weight,
    flops: convFlops(geometry),
    lower: (variant) => (inputs, output, capabilities) =>
      convWeightGradient(inputs[0]!, inputs[1]!, output, geometry, capabilities, variant as WeightGradientVariant),
  };
}

/** Numbers in [-1, 1), the same ones every time. */
export function drawn(shape: readonly number[], stream: number): Float32Array {
  const rng = new Rng(11, stream);
  return Float32Array.from({ length: sizeOf(shape) }, () => rng.uniform(-1, 1));
}
