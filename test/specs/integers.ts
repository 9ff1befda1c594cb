import type { Array64 } from "../support/arrays.ts";
import type { Draw } from "./draw.ts";

/** Integers of every size of the type, of which f32 holds only some. */
export function drawIntegers(draw: Draw, shape: readonly number[], dtype: "u32" | "i32"): Array64 {
  const words = draw.indices(shape, 2 ** 32);
  return dtype === "u32" ? words : { ...words, data: words.data.map((word) => word | 0), dtype };
}

/** Elements for ops that copy: f32, now and then u32 or i32. */
export function drawElements(draw: Draw, shape: readonly number[]): Array64 {
  return draw.flag(0.3) ? drawIntegers(draw, shape, draw.pick(["u32", "i32"] as const)) : draw.values(shape);
}
