import type { Array64 } from "../support/arrays.ts";

/** First index of the largest element along `axis`; NaN counts as largest. */
export function argmax(x: Array64, axis: number): Array64 {
  const length = x.shape[axis]!;
  const step = x.shape.slice(axis + 1).reduce((a, b) => a * b, 1);
  const result: number[] = [];
  for (let start = 0; start < x.data.length; start++) {
    if (Math.floor(start / step) % length !== 0) continue;
    let best = 0;
    for (let i = 1; i < length; i++) {
      const held = x.data[start + best * step]!;
      const value = x.data[start + i * step]!;
      if (!Number.isNaN(held) && (Number.isNaN(value) || value > held)) best = i;
    }
    result.push(best);
  }
  return { data: Float64Array.from(result), shape: x.shape.filter((_, other) => other !== axis), dtype: "u32" };
}
