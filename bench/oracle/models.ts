import type { HostArray } from "../../src/autograd/host_array.ts";
import { WrongResultError } from "../contestant.ts";

/** Parameters by PyTorch's names, read back from a device. */
export type Weights = ReadonlyMap<string, HostArray>;

/** Throws WrongResultError unless a loss is the oracle's to `tolerance`, relative. */
export function checkLoss(what: string, got: number, expected: number, tolerance = 1e-4): void {
  if (Math.abs(got - expected) <= tolerance * Math.max(Math.abs(expected), 0.01)) return;
  throw new WrongResultError(`${what} is ${got}, but must be ${expected} to ${tolerance} relative`);
}

/** Rows x [rows, inputs] times Wᵀ plus bias, in float64; W [outputs, inputs]. */
export function linear64(x: Float64Array, inputs: number, weights: Weights, name: string): Float64Array {
  const w = weights.get(`${name}.weight`)!;
  const bias = weights.get(`${name}.bias`)!;
  const outputs = bias.length;
  const rows = x.length / inputs;
  const y = new Float64Array(rows * outputs);
  for (let r = 0; r < rows; r++)
    for (let o = 0; o < outputs; o++) {
      let sum = bias[o]!;
      for (let i = 0; i < inputs; i++) sum += x[r * inputs + i]! * w[o * inputs + i]!;
      y[r * outputs + o] = sum;
    }
  return y;
}

/** The CNN's logits [N, 10] for images [N, 1, 28, 28], all in float64; in training with the batch's statistics. */
export function cnnLogits64(weights: Weights, images: Float64Array, training: boolean): Float64Array {
  const batch = images.length / 784;
  let x = relu(conv3x3(images, weights, "layers.0", batch, 1, 28));
  x = batchNorm64(x, weights, "layers.2", batch, 784, training);
  x = maxPool(relu(conv3x3(x, weights, "layers.3", batch, 32, 28)), 28);
  x = relu(conv3x3(x, weights, "layers.6", batch, 32, 14));
  x = maxPool(relu(conv3x3(x, weights, "layers.8", batch, 48, 14)), 14);
  x = relu(linear64(x, 3136, weights, "layers.12"));
  return linear64(x, 128, weights, "layers.14");
}

/** The CNN's mean cross-entropy in training. */
export function cnnLoss64(weights: Weights, images: Float64Array, labels: ArrayLike<number>): number {
  const logits = cnnLogits64(weights, images, true);
  let total = 0;
  for (let n = 0; n < labels.length; n++) {
    const row = logits.subarray(n * 10, n * 10 + 10);
    const top = Math.max(...row);
    total += top + Math.log(row.reduce((sum, value) => sum + Math.exp(value - top), 0)) - row[labels[n]!]!;
  }
  return total / labels.length;
}

function relu(x: Float64Array): Float64Array {
  for (let i = 0; i < x.length; i++) x[i] = Math.max(x[i]!, 0);
  return x;
}

function conv3x3(
  x: Float64Array,
  weights: Weights,
  name: string,
  batch: number,
  channels: number,
  size: number,
): Float64Array {
  const w = weights.get(`${name}.weight`)!;
  const bias = weights.get(`${name}.bias`)!;
  const out = bias.length;
  const y = new Float64Array(batch * out * size * size);
  for (let n = 0; n < batch; n++)
    for (let o = 0; o < out; o++) {
      const base = (n * out + o) * size * size;
      y.fill(bias[o]!, base, base + size * size);
      for (let c = 0; c < channels; c++)
        for (let p = -1; p <= 1; p++)
          for (let q = -1; q <= 1; q++) {
            const weight = w[((o * channels + c) * 3 + p + 1) * 3 + q + 1]!;
            const from = (n * channels + c) * size * size + p * size + q;
            const left = Math.max(0, -q);
            const right = size - Math.max(0, q);
            for (let i = Math.max(0, -p); i < size - Math.max(0, p); i++)
              for (let at = i * size + left; at < i * size + right; at++) y[base + at]! += x[from + at]! * weight;
          }
    }
  return y;
}

/** Batch normalisation of x [N, C, pixels], with the batch's statistics in training, else with the running ones. */
export function batchNorm64(
  x: Float64Array,
  weights: Weights,
  name: string,
  batch: number,
  pixels: number,
  training: boolean,
): Float64Array {
  const [gamma, beta] = [weights.get(`${name}.weight`)!, weights.get(`${name}.bias`)!];
  const channels = gamma.length;
  for (let c = 0; c < channels; c++) {
    const planes = Array.from({ length: batch }, (_, n) =>
      x.subarray((n * channels + c) * pixels, (n * channels + c + 1) * pixels),
    );
    const average = (of: (value: number) => number) =>
      planes.reduce((sum, plane) => plane.reduce((s, v) => s + of(v), sum), 0) / (batch * pixels);
    const mean = training ? average((v) => v) : weights.get(`${name}.running_mean`)![c]!;
    const variance = training ? average((v) => (v - mean) ** 2) : weights.get(`${name}.running_var`)![c]!;
    const scale = gamma[c]! / Math.sqrt(variance + 1e-5);
    for (const plane of planes) for (let i = 0; i < pixels; i++) plane[i] = (plane[i]! - mean) * scale + beta[c]!;
  }
  return x;
}

function maxPool(x: Float64Array, size: number): Float64Array {
  const half = size / 2;
  const y = new Float64Array(x.length / 4);
  for (let at = 0; at < y.length; at++) {
    const plane = Math.floor(at / (half * half));
    const corner = plane * size * size + Math.floor((at % (half * half)) / half) * 2 * size + (at % half) * 2;
    y[at] = Math.max(x[corner]!, x[corner + 1]!, x[corner + size]!, x[corner + size + 1]!);
  }
  return y;
}
