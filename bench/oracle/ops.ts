import type { Element, Term } from "./elements.ts";

/** A value with no sum behind it. */
const exact = (value: number): Term => ({ value, scale: Math.abs(value) });

/** Place in x [planes, size, size] of the greatest of the 2x2 window that output element `index` looks at. */
function greatestOfWindow(x: Float32Array, size: number, index: number): number {
  const half = size / 2;
  const plane = Math.floor(index / (half * half));
  const corner = plane * size * size + Math.floor((index % (half * half)) / half) * 2 * size + (index % half) * 2;
  return [corner, corner + 1, corner + size, corner + size + 1].reduce((best, at) => (x[at]! > x[best]! ? at : best));
}

/** Element of the 2x2 max-pooling of x [planes, size, size]. */
export function maxPoolElement(x: Float32Array, size: number): Element {
  return (index) => exact(x[greatestOfWindow(x, size, index)]!);
}

/** Element of its gradient in x, for the gradient g [planes, size / 2, size / 2]. */
export function maxPoolGradientElement(x: Float32Array, g: Float32Array, size: number): Element {
  const half = size / 2;
  return (index) => {
    const plane = Math.floor(index / (size * size));
    const row = Math.floor((index % (size * size)) / size);
    const window = plane * half * half + Math.floor(row / 2) * half + Math.floor((index % size) / 2);
    return exact(greatestOfWindow(x, size, window) === index ? g[window]! : 0);
  };
}

/** Element of leaky ReLU. */
export function leakyReluElement(x: Float32Array, slope: number): Element {
  return (index) => exact(x[index]! > 0 ? x[index]! : slope * x[index]!);
}

/** Element of leaky ReLU's gradient in x. */
export function leakyReluGradientElement(x: Float32Array, g: Float32Array, slope: number): Element {
  return (index) => exact(x[index]! > 0 ? g[index]! : slope * g[index]!);
}

/** The training pass of batch normalisation on x [N, C, pixels] with gamma 1 and beta 0, as functions of the element. */
export function batchNormElements(x: Float32Array, g: Float32Array, channels: number, pixels: number) {
  const count = x.length / channels;
  const sums = Array.from({ length: channels }, () => ({ x: 0, square: 0, g: 0, gx: 0, absG: 0, absGx: 0 }));
  const channelOf = (index: number) => Math.floor(index / pixels) % channels;
  x.forEach((value, i) => {
    sums[channelOf(i)]!.x += value;
  });
  const means = sums.map((sum) => sum.x / count);
  x.forEach((value, i) => {
    sums[channelOf(i)]!.square += (value - means[channelOf(i)]!) ** 2;
  });
  const scales = sums.map(({ square }) => 1 / Math.sqrt(square / count + 1e-5));
  const normal = (i: number) => (x[i]! - means[channelOf(i)]!) * scales[channelOf(i)]!;
  g.forEach((value, i) => {
    const sum = sums[channelOf(i)]!;
    sum.g += value;
    sum.gx += value * normal(i);
    sum.absG += Math.abs(value);
    sum.absGx += Math.abs(value * normal(i));
  });
  const dx: Element = (i) => {
    const sum = sums[channelOf(i)]!;
    const value = scales[channelOf(i)]! * (g[i]! - sum.g / count - (normal(i) * sum.gx) / count);
    return { value, scale: 1 + Math.abs(value) };
  };
  return {
    y: ((i) => ({ value: normal(i), scale: 1 + Math.abs(normal(i)) })) as Element,
    dx,
    dgamma: ((c) => ({ value: sums[c]!.gx, scale: sums[c]!.absGx })) as Element,
    dbeta: ((c) => ({ value: sums[c]!.g, scale: sums[c]!.absG })) as Element,
  };
}

/** Mean softmax cross-entropy of logits [rows, classes], and the element of its gradient. */
export function crossEntropy64(logits: Float32Array, labels: ArrayLike<number>): { loss: number; gradient: Element } {
  const rows = labels.length;
  const classes = logits.length / rows;
  let loss = 0;
  const probabilities = new Float64Array(logits.length);
  for (let n = 0; n < rows; n++) {
    const row = logits.subarray(n * classes, (n + 1) * classes);
    const top = row.reduce((a, b) => Math.max(a, b));
    const total = row.reduce((sum, value) => sum + Math.exp(value - top), 0);
    row.forEach((value, c) => {
      probabilities[n * classes + c] = Math.exp(value - top) / total;
    });
    loss += top + Math.log(total) - row[labels[n]!]!;
  }
  const gradient: Element = (i) => {
    const hit = labels[Math.floor(i / classes)] === i % classes ? 1 : 0;
    return { value: (probabilities[i]! - hit) / rows, scale: 1 / rows };
  };
  return { loss: loss / rows, gradient };
}

/** Element of parameters after `steps` steps of Adam (betas 0.9 and 0.999, epsilon 1e-8) with the same gradient each time. */
export function adamElement(start: Float32Array, gradient: Float32Array, rate: number, steps: number): Element {
  return (index) => {
    let [value, first, second] = [start[index]!, 0, 0];
    const g = gradient[index]!;
    for (let t = 1; t <= steps; t++) {
      first = 0.9 * first + 0.1 * g;
      second = 0.999 * second + 0.001 * g * g;
      value -= (rate * (first / (1 - 0.9 ** t))) / (Math.sqrt(second / (1 - 0.999 ** t)) + 1e-8);
    }
    return { value, scale: 1 };
  };
}
