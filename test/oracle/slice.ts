import { sizeOf } from "../../src/gpu/launch.ts";
import { type Array64, zeros } from "../support/arrays.ts";

/** Coordinates of the i-th element of a shape in row-major order. */
export function coordinates(i: number, shape: readonly number[]): number[] {
  return shape.map((n, axis) => Math.floor(i / sizeOf(shape.slice(axis + 1))) % n);
}

/** Place of coordinates in a row-major array. */
export function place(at: readonly number[], shape: readonly number[]): number {
  return at.reduce((total, c, axis) => total * shape[axis]! + c, 0);
}

export function slice(
  x: Array64,
  starts: readonly number[],
  sizes: readonly number[],
  strides?: readonly number[],
): Array64 {
  const out = { ...zeros(sizes), dtype: x.dtype };
  for (let i = 0; i < out.data.length; i++) {
    const at = coordinates(i, sizes).map((c, axis) => starts[axis]! + c * (strides?.[axis] ?? 1));
    out.data[i] = x.data[place(at, x.shape)]!;
  }
  return out;
}
