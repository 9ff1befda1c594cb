import { avgPool2d } from "../../src/autograd/ops/avg_pool2d.ts";
import { maxPool2d } from "../../src/autograd/ops/max_pool2d.ts";
import { avgPool2d as avgOracle, avgPool2dGradient } from "../oracle/avg_pool2d.ts";
import { maxPool2d as maxOracle, maxPool2dGradient, type PoolCase, windowCount } from "../oracle/max_pool2d.ts";
import type { Array64 } from "../support/arrays.ts";
import { repeating } from "./cases.ts";
import { Draw } from "./draw.ts";
import { forced } from "./forced.ts";
import type { OpSpec, SpecCase } from "./spec.ts";

/** Most elements of a drawn image, and most taps of all its windows. */
const MOST = 20_000;

/** Draws windows that fit an image of some size; `dilated` where the pooling has dilation. */
function drawPool(draw: Draw, dilated: boolean): { size: [number, number]; pool: PoolCase } {
  const pair = (low: number, high: number) => [draw.integer(low, high), draw.integer(low, high)] as const;
  for (;;) {
    const kernel = draw.pick([[2, 2], [3, 3], pair(1, 5)] as const);
    const pool: PoolCase = {
      kernel,
      stride: draw.pick([kernel, [2, 2], pair(1, 4)] as const),
      padding: [draw.integer(0, kernel[0] >> 1), draw.integer(0, kernel[1] >> 1)],
      ceilMode: draw.flag(),
      ...(dilated && draw.flag(0.4) ? { dilation: pair(1, 3) } : {}),
    };
    const size: [number, number] = [draw.size(1, 65), draw.size(1, 65)];
    const windows = windowCount(size[0], 0, pool) * windowCount(size[1], 1, pool);
    if (windows > 0 && windows * kernel[0] * kernel[1] <= MOST) return { size, pool };
  }
}

/** Batch and channels of an image of `size`. */
function drawPlanes(draw: Draw, size: readonly [number, number], taps = 1): [number, number] {
  return draw.shape(2, { high: 17, most: Math.max(1, MOST / (size[0] * size[1] * taps)) }) as [number, number];
}

const describe = (x: Array64, { kernel, stride, padding, dilation = [1, 1], ceilMode = false }: PoolCase) =>
  `[${x.shape}], kernel ${kernel}, stride ${stride}, padding ${padding}, dilation ${dilation}${ceilMode ? ", ceil" : ""}`;

function maxCase(x: Array64, pool: PoolCase, gradient = true): SpecCase {
  const { kernel, ...options } = pool;
  return {
    label: describe(x, pool),
    inputs: [x],
    op: (t) => maxPool2d(t!, kernel, options),
    oracle: (t) => maxOracle(t!, pool),
    ...(gradient ? { gradient: (g, t) => [maxPool2dGradient(g, t!, pool)] } : {}),
  };
}

function avgCase(x: Array64, pool: PoolCase, countIncludePad: boolean, gradient = true): SpecCase {
  const { kernel, ...options } = pool;
  return {
    label: `${describe(x, pool)}${countIncludePad ? "" : ", padding not counted"}`,
    inputs: [x],
    op: (t) => avgPool2d(t!, kernel, { ...options, countIncludePad }),
    oracle: (t) => avgOracle(t!, pool, countIncludePad),
    ...(gradient ? { gradient: (g, t) => [avgPool2dGradient(g, t!, pool, countIncludePad)] } : {}),
  };
}

const pool = (size: number, stride: number, padding = 0, ceilMode = false): PoolCase => ({
  kernel: [size, size],
  stride: [stride, stride],
  padding: [padding, padding],
  ceilMode,
});

/** More planes of one window each than 65,535 workgroups of 64 make, of so few pixels that they still fit a buffer of 128 MiB. */
const MANY_PLANES = 65_535 * 64 + 1;

const SIDE_BY_SIDE: OpSpec = {
  name: "maxPool2d (2x2)",
  draw(draw) {
    const size = [2 * draw.size(1, 33), 2 * draw.size(1, 33)] as const;
    return maxCase(draw.distinct([...drawPlanes(draw, size), ...size]), pool(2, 2));
  },
  large: [
    () => maxCase(repeating([MANY_PLANES, 1, 2, 2]), pool(2, 2), false),
    () => maxCase(new Draw(5).distinct([133, 10, 14, 14]), pool(2, 2)),
    () => maxCase(repeating([MANY_PLANES, 1, 2, 4]), pool(2, 2), false),
  ],
};

/** Max and average pooling; windows of 2x2 side by side have kernels of their own, of which CPU drivers take another. */
export const POOL_SPECS: readonly OpSpec[] = [
  {
    name: "maxPool2d",
    draw(draw) {
      for (;;) {
        const { size, pool } = drawPool(draw, true);
        const one = maxCase(draw.distinct([...drawPlanes(draw, size), ...size]), pool);
        // A dilated window that meets padding only gives -infinity, which has no gradient to compare.
        if (one.oracle(...one.inputs).data.every(Number.isFinite)) return one;
      }
    },
    large: [
      () => maxCase(repeating([MANY_PLANES, 1, 1, 1]), pool(1, 1), false),
      () => maxCase(new Draw(2).distinct([133, 5, 28, 28]), pool(3, 2, 1)),
      () => maxCase(new Draw(3).distinct([500, 10, 5, 5]), pool(2, 1, 1, true)),
    ],
  },
  SIDE_BY_SIDE,
  forced(SIDE_BY_SIDE, { variant: "GPU", capabilities: { software: false } }),
  {
    name: "avgPool2d",
    draw(draw) {
      const { size, pool } = drawPool(draw, false);
      return avgCase(draw.values([...drawPlanes(draw, size), ...size]), pool, draw.flag());
    },
    large: [
      () => avgCase(repeating([MANY_PLANES, 1, 1, 1]), pool(1, 1), true, false),
      () => avgCase(new Draw(7).values([133, 5, 28, 28]), pool(3, 2, 1), false),
      () => avgCase(new Draw(8).values([500, 10, 5, 5]), pool(2, 2, 1, true), true),
    ],
  },
];
