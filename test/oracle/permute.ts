import { type Array64, zeros } from "../support/arrays.ts";
import { coordinates, place } from "./slice.ts";

export function permute(x: Array64, axes: readonly number[]): Array64 {
  const out = { ...zeros(axes.map((axis) => x.shape[axis]!)), dtype: x.dtype };
  for (let i = 0; i < x.data.length; i++) {
    const from = coordinates(i, x.shape);
    out.data[
      place(
        axes.map((axis) => from[axis]!),
        out.shape,
      )
    ] = x.data[i]!;
  }
  return out;
}
