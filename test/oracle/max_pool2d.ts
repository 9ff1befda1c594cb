import { type Array64, zeros } from "../support/arrays.ts";

/** Windows of the pooling oracles; pairs are height, width. */
export interface PoolCase {
  readonly kernel: readonly [number, number];
  readonly stride: readonly [number, number];
  readonly padding: readonly [number, number];
  readonly dilation?: readonly [number, number];
  readonly ceilMode?: boolean;
}

/** Number of windows along an axis: each begins in the padding at the front or in the input, and ends in range. */
export function windowCount(size: number, axis: 0 | 1, pool: PoolCase): number {
  const [kernel, stride, padding] = [pool.kernel[axis], pool.stride[axis], pool.padding[axis]];
  const extent = (pool.dilation?.[axis] ?? 1) * (kernel - 1) + 1;
  let count = 0;
  for (let begin = -padding; begin < size; begin += stride) {
    const fits = begin + extent <= size + padding;
    // In ceil mode one window more may hang over the end.
    if (!fits && !(pool.ceilMode && begin - stride + extent < size + padding)) break;
    count++;
  }
  return count;
}

/** Max pooling of [N, C, H, W], window by window; NaN wins. */
export function maxPool2d(x: Array64, pool: PoolCase): Array64 {
  const [n, c, h, w] = x.shape as [number, number, number, number];
  const [oh, ow] = [windowCount(h, 0, pool), windowCount(w, 1, pool)];
  const out = zeros([n, c, oh, ow]);
  const [dy, dx] = pool.dilation ?? [1, 1];
  for (let p = 0; p < n * c; p++) {
    for (let i = 0; i < oh; i++) {
      for (let j = 0; j < ow; j++) {
        let best = -Infinity;
        for (let a = 0; a < pool.kernel[0]; a++) {
          for (let b = 0; b < pool.kernel[1]; b++) {
            const y = i * pool.stride[0] - pool.padding[0] + a * dy;
            const z = j * pool.stride[1] - pool.padding[1] + b * dx;
            if (y >= 0 && y < h && z >= 0 && z < w) best = Math.max(best, x.data[(p * h + y) * w + z]!);
          }
        }
        out.data[(p * oh + i) * ow + j] = best;
      }
    }
  }
  return out;
}

/** Gradient of {@link maxPool2d}: each window gives its g to its largest element, the first of equal ones. */
export function maxPool2dGradient(g: Array64, x: Array64, pool: PoolCase): Array64 {
  const [, , h, w] = x.shape as [number, number, number, number];
  const [n, c, oh, ow] = g.shape as [number, number, number, number];
  const dx = zeros(x.shape);
  const [dy, dz] = pool.dilation ?? [1, 1];
  for (let p = 0; p < n * c; p++) {
    for (let i = 0; i < oh; i++) {
      for (let j = 0; j < ow; j++) {
        let winner = -1;
        for (let a = 0; a < pool.kernel[0]; a++) {
          for (let b = 0; b < pool.kernel[1]; b++) {
            const y = i * pool.stride[0] - pool.padding[0] + a * dy;
            const z = j * pool.stride[1] - pool.padding[1] + b * dz;
            if (y < 0 || y >= h || z < 0 || z >= w) continue;
            const at = (p * h + y) * w + z;
            if (winner < 0 || x.data[at]! > x.data[winner]!) winner = at;
          }
        }
        if (winner >= 0) dx.data[winner]! += g.data[(p * oh + i) * ow + j]!;
      }
    }
  }
  return dx;
}
