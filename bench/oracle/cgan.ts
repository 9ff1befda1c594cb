import { FIRST_STREAM } from "../../src/autograd/ops/random.ts";
import { integers, normal, uniform } from "../../src/kernels/random/philox.ts";
import { type DenseLayer, DISCRIMINATOR, DROP, SLOPE } from "../work/networks.ts";
import { batchNorm64, linear64, type Weights } from "./models.ts";

/** The random numbers of a CGAN step: the GPU's ops take streams one after another from FIRST_STREAM on. */
export const STREAMS = {
  noise: FIRST_STREAM,
  labels: FIRST_STREAM + 1,
  /** The discriminator's dropouts, three each: in its own update, on real images followed by fakes, and in the generator's. */
  discriminator: FIRST_STREAM + 2,
  generator: FIRST_STREAM + 5,
} as const;

/** Noise and labels of the fakes in step 0. */
export function fakeInputs(seed: number, batch: number): { readonly z: Float64Array; readonly labels: Uint32Array } {
  return {
    z: Float64Array.from(normal(seed, STREAMS.noise, 0, batch * 100)),
    labels: Uint32Array.from(integers(seed, STREAMS.labels, 0, batch, 10)),
  };
}

/** Rows of x [N, width] with the label's embedding row of 10 after each. */
export function withEmbedding(
  x: Float64Array,
  width: number,
  weights: Weights,
  labels: ArrayLike<number>,
): Float64Array {
  const table = weights.get("label_embedding.weight")!;
  const out = new Float64Array(labels.length * (width + 10));
  for (let n = 0; n < labels.length; n++) {
    out.set(x.subarray(n * width, (n + 1) * width), n * (width + 10));
    out.set(table.subarray(labels[n]! * 10, labels[n]! * 10 + 10), n * (width + 10) + width);
  }
  return out;
}

export const leaky = (v: number) => (v > 0 ? v : SLOPE * v);
const ACTIVATIONS = { relu: (v: number) => Math.max(v, 0), leaky, tanh: Math.tanh };

/** A fully connected generator's images, in training. */
export function generate64(
  layers: readonly DenseLayer[],
  weights: Weights,
  z: Float64Array,
  labels: ArrayLike<number>,
): Float64Array {
  let x = withEmbedding(z, 100, weights, labels);
  for (const { name, inputs, activation, norm } of layers) {
    x = linear64(x, inputs, weights, name);
    if (norm?.place === "before") x = batchNorm64(x, weights, norm.name, labels.length, 1, true);
    x = x.map(ACTIVATIONS[activation]);
    if (norm?.place === "after") x = batchNorm64(x, weights, norm.name, labels.length, 1, true);
  }
  return x;
}

/**
 * The discriminator's logits in training step 0 for images that are the rows from `row` on of its batch; its dropouts draw from three
 * streams from `stream` on.
 */
export function discriminate64(
  weights: Weights,
  images: Float64Array,
  labels: ArrayLike<number>,
  seed: number,
  stream: number,
  row = 0,
): Float64Array {
  let x = withEmbedding(images, 784, weights, labels);
  for (const [i, { name, inputs }] of DISCRIMINATOR.entries()) {
    x = linear64(x, inputs, weights, name);
    if (i === 3) break;
    const skipped = (row * x.length) / labels.length;
    const draws = uniform(seed, stream + i, 0, skipped + x.length).subarray(skipped);
    x = x.map((v, at) => (draws[at]! < DROP ? 0 : leaky(v) / (1 - DROP)));
  }
  return x;
}

/** Mean binary cross-entropy of logits against targets. */
export function meanBce(logits: Float64Array, target: (row: number) => number): number {
  const losses = logits.map((x, row) => Math.max(x, 0) - x * target(row) + Math.log1p(Math.exp(-Math.abs(x))));
  return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
}

/** dccgan_leaky's images. */
export function generateDccgan64(weights: Weights, z: Float64Array, labels: ArrayLike<number>): Float64Array {
  const batch = labels.length;
  const transposed = (
    x: Float64Array,
    name: string,
    inChannels: number,
    size: number,
    kernel: number,
    stride: number,
  ) => convTranspose64(x, weights, name, { batch, inChannels, size, kernel, stride, padding: kernel === 4 ? 1 : 2 });
  let x = linear64(withEmbedding(z, 100, weights, labels), 110, weights, "layers.0").map(leaky);
  x = transposed(x, "layers.3", 1, 7, 4, 2).map(leaky);
  x = transposed(x, "layers.5", 128, 14, 4, 2).map(leaky);
  x = transposed(x, "layers.7", 256, 28, 5, 1).map(leaky);
  return conv5x5to1(x, weights, "layers.9", batch).map(Math.tanh);
}

interface Transposed {
  readonly batch: number;
  readonly inChannels: number;
  readonly size: number;
  readonly kernel: number;
  readonly stride: number;
  readonly padding: number;
}

/** Every input pixel adds its multiple of the kernel to the result; weight [in, out, k, k]. */
function convTranspose64(x: Float64Array, weights: Weights, name: string, sizes: Transposed): Float64Array {
  const { batch, inChannels, size, kernel, stride, padding } = sizes;
  const w = weights.get(`${name}.weight`)!;
  const bias = weights.get(`${name}.bias`)!;
  const out = bias.length;
  const side = (size - 1) * stride - 2 * padding + kernel;
  const y = new Float64Array(batch * out * side * side);
  for (let n = 0; n < batch; n++)
    for (let o = 0; o < out; o++) {
      const base = (n * out + o) * side * side;
      y.fill(bias[o]!, base, base + side * side);
      for (let c = 0; c < inChannels; c++)
        for (let p = 0; p < kernel; p++)
          for (let q = 0; q < kernel; q++) {
            const weight = w[((c * out + o) * kernel + p) * kernel + q]!;
            for (let i = 0; i < size; i++) {
              const row = i * stride - padding + p;
              if (row < 0 || row >= side) continue;
              for (let j = 0; j < size; j++) {
                const column = j * stride - padding + q;
                if (column < 0 || column >= side) continue;
                y[base + row * side + column]! += x[((n * inChannels + c) * size + i) * size + j]! * weight;
              }
            }
          }
    }
  return y;
}

/** A 5x5 convolution with padding 2 of 28x28 images to one channel. */
function conv5x5to1(x: Float64Array, weights: Weights, name: string, batch: number): Float64Array {
  const w = weights.get(`${name}.weight`)!;
  const channels = w.length / 25;
  const y = new Float64Array(batch * 784).fill(weights.get(`${name}.bias`)![0]!);
  for (let n = 0; n < batch; n++)
    for (let c = 0; c < channels; c++)
      for (let at = 0; at < 784; at++) {
        const [i, j] = [Math.floor(at / 28), at % 28];
        for (let p = Math.max(0, 2 - i); p < Math.min(5, 30 - i); p++)
          for (let q = Math.max(0, 2 - j); q < Math.min(5, 30 - j); q++) {
            y[n * 784 + at]! += x[((n * channels + c) * 28 + i + p - 2) * 28 + j + q - 2]! * w[(c * 5 + p) * 5 + q]!;
          }
      }
  return y;
}
