import { type Array64, zeros } from "../support/arrays.ts";

/** Elements of each channel of x [N, C, ...]. */
function channelsOf(x: Array64): number[][] {
  const channels = x.shape[1]!;
  const inner = x.shape.slice(2).reduce((a, b) => a * b, 1);
  const lists: number[][] = Array.from({ length: channels }, () => []);
  x.data.forEach((value, i) => {
    lists[Math.floor(i / inner) % channels]!.push(value);
  });
  return lists;
}

/** Mean and biased variance of each channel. */
export function batchStats(x: Array64): { mean: number[]; variance: number[]; count: number } {
  const lists = channelsOf(x);
  const mean = lists.map((list) => list.reduce((a, b) => a + b, 0) / list.length);
  const variance = lists.map((list, c) => list.reduce((a, b) => a + (b - mean[c]!) ** 2, 0) / list.length);
  return { mean, variance, count: lists[0]?.length ?? 0 };
}

/** (x - mean) / sqrt(variance + eps) * gamma + beta with the batch's statistics, or those given. */
export function batchNorm(
  x: Array64,
  gamma: Array64,
  beta: Array64,
  eps = 1e-5,
  known?: { mean: ArrayLike<number>; variance: ArrayLike<number> },
): Array64 {
  const { mean, variance } = known ?? batchStats(x);
  const output = zeros(x.shape);
  const inner = x.shape.slice(2).reduce((a, b) => a * b, 1);
  for (let i = 0; i < x.data.length; i++) {
    const c = Math.floor(i / inner) % x.shape[1]!;
    output.data[i] = ((x.data[i]! - mean[c]!) / Math.sqrt(variance[c]! + eps)) * gamma.data[c]! + beta.data[c]!;
  }
  return output;
}
