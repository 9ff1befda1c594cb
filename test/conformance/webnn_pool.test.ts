import { describe, expect, it } from "vitest";
import { random } from "../support/arrays.ts";
import { testDevice } from "../support/device.ts";
import type { ConformanceCase } from "./cases.ts";
import { runCase } from "./run_case.ts";

interface Pool {
  readonly size: readonly [number, number];
  readonly window: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly dilations: readonly [number, number];
  /** [top, bottom, left, right] */
  readonly padding: readonly [number, number, number, number];
  readonly output: readonly [number, number];
}

/** Largest tap of each window inside the image; 0 where there is none. */
function pooled(x: ArrayLike<number>, pool: Pool): number[] {
  const { size, window, strides, dilations, padding, output } = pool;
  const values: number[] = [];
  for (let i = 0; i < output[0]; i++) {
    for (let j = 0; j < output[1]; j++) {
      let best = -Infinity;
      for (let p = 0; p < window[0]; p++) {
        for (let q = 0; q < window[1]; q++) {
          const row = i * strides[0] + p * dilations[0] - padding[0];
          const column = j * strides[1] + q * dilations[1] - padding[2];
          const inside = row >= 0 && row < size[0] && column >= 0 && column < size[1];
          if (inside) best = Math.max(best, x[row * size[1] + column]!);
        }
      }
      values.push(best === -Infinity ? 0 : best);
    }
  }
  return values;
}

const pool = (
  size: Pool["size"],
  window: Pool["window"],
  strides: Pool["strides"],
  dilations: Pool["dilations"],
  padding: Pool["padding"],
  output: Pool["output"],
): Pool => ({ size, window, strides, dilations, padding, output });

describe("WebNN's maxPool2d", () => {
  it.each([
    ["even padding", pool([5, 6], [3, 2], [2, 1], [1, 1], [1, 1, 1, 1], [3, 7])],
    ["uneven padding", pool([5, 6], [3, 3], [2, 2], [1, 1], [0, 1, 2, 0], [2, 3])],
    ["windows wholly inside the padding on every side", pool([3, 4], [2, 2], [1, 1], [1, 1], [4, 3, 2, 5], [9, 10])],
    ["windows that leave rows and columns unused", pool([7, 8], [2, 3], [4, 4], [1, 1], [1, 0, 0, 0], [2, 2])],
    ["dilation and uneven padding", pool([6, 7], [2, 3], [1, 2], [2, 2], [1, 2, 0, 3], [7, 3])],
  ])("with %s", async (_, { padding, ...rest }) => {
    const { size, window, strides, dilations, output } = rest;
    // Below zero, so that padding of zeros would win.
    const x = random([1, 1, ...size], 1, -2, -1);
    const test: ConformanceCase = {
      name: "pool",
      options: {
        windowDimensions: [...window],
        strides: [...strides],
        dilations: [...dilations],
        padding: [...padding],
      },
      inputs: [{ role: "input", shape: [...x.shape], dataType: "float32", data: Array.from(x.data) }],
      expected: { shape: [1, 1, ...output], dataType: "float32", data: pooled(x.data, { padding, ...rest }) },
      tolerance: { kind: "ulp", value: 0 },
    };
    expect(await runCase(await testDevice(), "max_pool2d", test)).toBeUndefined();
  });
});
