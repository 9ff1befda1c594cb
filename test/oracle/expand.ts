import { type Array64, zeros } from "../support/arrays.ts";
import { elementwise, elementwiseGradient } from "./elementwise.ts";

export function expand(x: Array64, shape: readonly number[]): Array64 {
  return { ...elementwise((v) => v, x, zeros(shape)), dtype: x.dtype };
}

/** g summed over the elements that are one of x. */
export function expandGradient(g: Array64, x: Array64): Array64 {
  return elementwiseGradient(g, [x, zeros(g.shape)], [() => 1, undefined])[0]!;
}
