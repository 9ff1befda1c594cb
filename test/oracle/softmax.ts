import { type Array64, zeros } from "../support/arrays.ts";

/** Softmax of x along `axis`, or its logarithm. */
export function softmax(x: Array64, axis: number, log: boolean): Array64 {
  const output = zeros(x.shape);
  const length = x.shape[axis]!;
  const step = x.shape.slice(axis + 1).reduce((a, b) => a * b, 1);
  for (let start = 0; start < x.data.length; start++) {
    if (Math.floor(start / step) % length !== 0) continue;
    let largest = -Infinity;
    for (let i = 0; i < length; i++) largest = Math.max(largest, x.data[start + i * step]!);
    let total = 0;
    for (let i = 0; i < length; i++) total += Math.exp(x.data[start + i * step]! - largest);
    for (let i = 0; i < length; i++) {
      const logarithm = x.data[start + i * step]! - largest - Math.log(total);
      output.data[start + i * step] = log ? logarithm : Math.exp(logarithm);
    }
  }
  return output;
}

/** Gradient of {@link softmax}: y * (g - sum(y * g)), or of its logarithm: g - softmax * sum(g); sums along `axis`. */
export function softmaxGradient(g: Array64, x: Array64, axis: number, log: boolean): Array64 {
  const dx = zeros(x.shape);
  const { data: p } = softmax(x, axis, false);
  const length = x.shape[axis]!;
  const step = x.shape.slice(axis + 1).reduce((a, b) => a * b, 1);
  for (let start = 0; start < x.data.length; start++) {
    if (Math.floor(start / step) % length !== 0) continue;
    let total = 0;
    for (let i = start; i < start + length * step; i += step) total += (log ? 1 : p[i]!) * g.data[i]!;
    for (let i = start; i < start + length * step; i += step) {
      dx.data[i] = log ? g.data[i]! - p[i]! * total : p[i]! * (g.data[i]! - total);
    }
  }
  return dx;
}
