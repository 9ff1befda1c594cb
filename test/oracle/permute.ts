import { type Array64, zeros } from "../support/arrays.ts";
import { coordinates, place } from "./slice.ts";

export function permute(x: Array64, axes: readonly number[]): Array64 {
  const out = { ...zeros(axes.map((axis) => x.shape[axis]!)), dtype: x.dtype };
  for (let i = 0; i < x.data.length; i++) {
    const from = coordinates(i, x.shape);
    const to = axes.map((axis) => from[axis]!);
    out.data[place(to, out.shape)] = x.data[i]!;
  }
  return out;
}

/** g with axis k of it back in place `axes[k]`. */
export function permuteGradient(g: Array64, axes: readonly number[]): Array64 {
  const shape = axes.map((_, axis) => g.shape[axes.indexOf(axis)]!);
  const dx = zeros(shape);
  for (let i = 0; i < g.data.length; i++) {
    const from = coordinates(i, g.shape);
    const to = axes.map((_, axis) => from[axes.indexOf(axis)]!);
    dx.data[place(to, shape)] = g.data[i]!;
  }
  return dx;
}
