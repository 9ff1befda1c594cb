import { type Array64, zeros } from "../support/arrays.ts";

/** Coordinates of the i-th element of a shape in row-major order. */
export function coordinates(i: number, shape: readonly number[]): number[] {
  const at = Array<number>(shape.length).fill(0);
  let rest = i;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    at[axis] = rest % shape[axis]!;
    rest = Math.floor(rest / shape[axis]!);
  }
  return at;
}

/** Place of coordinates in a row-major array. */
export function place(at: readonly number[], shape: readonly number[]): number {
  let total = 0;
  for (let axis = 0; axis < shape.length; axis++) total = total * shape[axis]! + at[axis]!;
  return total;
}

/** Place in x of element i of its slice. */
function source(
  i: number,
  shape: readonly number[],
  starts: readonly number[],
  sizes: readonly number[],
  strides?: readonly number[],
): number {
  const at = coordinates(i, sizes);
  for (let axis = 0; axis < at.length; axis++) at[axis] = starts[axis]! + at[axis]! * (strides?.[axis] ?? 1);
  return place(at, shape);
}

export function slice(
  x: Array64,
  starts: readonly number[],
  sizes: readonly number[],
  strides?: readonly number[],
): Array64 {
  const out = { ...zeros(sizes), dtype: x.dtype };
  for (let i = 0; i < out.data.length; i++) out.data[i] = x.data[source(i, x.shape, starts, sizes, strides)]!;
  return out;
}

/** g where an element of an x of `shape` was taken, 0 elsewhere. */
export function sliceGradient(
  g: Array64,
  shape: readonly number[],
  starts: readonly number[],
  strides?: readonly number[],
): Array64 {
  const dx = zeros(shape);
  for (let i = 0; i < g.data.length; i++) dx.data[source(i, shape, starts, g.shape, strides)] = g.data[i]!;
  return dx;
}
