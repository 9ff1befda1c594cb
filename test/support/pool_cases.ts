import type { PoolCase } from "../oracle/max_pool2d.ts";

type Shape = readonly [number, number, number, number];

const pool = (
  kernel: [number, number],
  stride: [number, number],
  padding: [number, number],
  ceilMode = false,
): PoolCase => ({
  kernel,
  stride,
  padding,
  ceilMode,
});

/** Shapes and windows without dilation that both poolings are tested on. */
export const POOL_CASES: readonly (readonly [Shape, PoolCase])[] = [
  [[2, 3, 8, 6], pool([2, 2], [2, 2], [0, 0])],
  [[3, 5, 28, 28], pool([2, 2], [2, 2], [0, 0])],
  [[1, 1, 2, 2], pool([2, 2], [2, 2], [0, 0])],
  [[2, 1, 7, 5], pool([2, 2], [2, 2], [0, 0])],
  [[2, 1, 7, 5], pool([2, 2], [2, 2], [0, 0], true)],
  [[1, 2, 7, 7], pool([3, 3], [2, 2], [1, 1])],
  [[1, 2, 6, 9], pool([3, 2], [1, 3], [1, 0], true)],
  [[1, 1, 5, 5], pool([2, 2], [3, 3], [1, 1], true)],
  [[1, 1, 1, 1], pool([1, 1], [1, 1], [0, 0])],
  [[1, 1, 1, 1], pool([2, 2], [2, 2], [1, 1])],
  [[2, 2, 11, 13], pool([5, 3], [1, 1], [2, 1])],
  [[1, 1, 3, 10], pool([3, 4], [2, 2], [1, 2], true)],
  [[1, 2, 9, 9], pool([2, 3], [5, 4], [0, 0], true)],
  [[0, 3, 4, 4], pool([2, 2], [2, 2], [0, 0])],
  [[2, 0, 5, 4], pool([3, 3], [2, 2], [1, 1])],
  [[13, 17, 10, 6], pool([3, 3], [1, 1], [1, 1])],
];

/** Options that both poolings must refuse for [1, 1, 4, 4], with a part of the message. */
export const BAD_POOLS: readonly (readonly [unknown, Record<string, unknown>, string])[] = [
  [0, {}, "kernel [0, 0] must be one or two whole numbers from 1"],
  [[2, 2.5], {}, "kernel [2, 2.5] must be"],
  [[2, 2, 2], {}, "kernel [2, 2, 2] must be"],
  [Number.NaN, {}, "kernel [NaN, NaN] must be"],
  [2, { stride: 0 }, "stride [0, 0] must be one or two whole numbers from 1"],
  [2, { stride: [1, -1] }, "stride [1, -1] must be"],
  [2, { padding: -1 }, "padding [-1, -1] must be one or two whole numbers from 0"],
  [3, { padding: 2 }, "padding [2, 2] must be at most half the kernel [3, 3]"],
  [5, {}, "no window is left; use a smaller kernel or a larger input"],
];
