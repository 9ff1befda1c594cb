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

/**
 * Gradients of {@link batchNorm}, with h = (x - mean) / sqrt(variance + eps) and n elements per channel: dbeta = sum(g),
 * dgamma = sum(g * h), dx = gamma / sqrt(variance + eps) * (g - (dbeta + h * dgamma) / n), without the bracket's second
 * term where the statistics are known.
 */
export function batchNormGradient(
  g: Array64,
  x: Array64,
  gamma: Array64,
  eps = 1e-5,
  known?: { mean: ArrayLike<number>; variance: ArrayLike<number> },
): [dx: Array64, dgamma: Array64, dbeta: Array64] {
  const { mean, variance } = known ?? batchStats(x);
  const channels = x.shape[1]!;
  const inner = x.shape.slice(2).reduce((a, b) => a * b, 1);
  const count = x.data.length / channels;
  const [dx, dgamma, dbeta] = [zeros(x.shape), zeros([channels]), zeros([channels])];
  const channelOf = (i: number) => Math.floor(i / inner) % channels;
  const normalised = (i: number, c: number) => (x.data[i]! - mean[c]!) / Math.sqrt(variance[c]! + eps);
  for (let i = 0; i < x.data.length; i++) {
    const c = channelOf(i);
    dbeta.data[c]! += g.data[i]!;
    dgamma.data[c]! += g.data[i]! * normalised(i, c);
  }
  for (let i = 0; i < x.data.length; i++) {
    const c = channelOf(i);
    const shared = known ? 0 : (dbeta.data[c]! + normalised(i, c) * dgamma.data[c]!) / count;
    dx.data[i] = (gamma.data[c]! / Math.sqrt(variance[c]! + eps)) * (g.data[i]! - shared);
  }
  return [dx, dgamma, dbeta];
}

/** (1 - momentum) * running + momentum * batch for the mean and the unbiased variance. */
export function movedStats(
  x: Array64,
  running: { mean: Array64; variance: Array64 },
  momentum: number,
): { mean: Array64; variance: Array64 } {
  const { mean, variance, count } = batchStats(x);
  const move = (old: Array64, batch: (c: number) => number): Array64 => ({
    ...old,
    data: old.data.map((value, c) => (1 - momentum) * value + momentum * batch(c)),
  });
  return {
    mean: move(running.mean, (c) => mean[c]!),
    variance: move(running.variance, (c) => (variance[c]! * count) / (count - 1)),
  };
}
