import { type Array64, zeros } from "../support/arrays.ts";
import { coordinates, place } from "./slice.ts";

/** The row that an index means: negative ones count from the end, those out of range mean the nearest. */
function rowOf(index: number, rows: number): number {
  return Math.min(rows - 1, Math.max(0, index < 0 ? index + rows : index));
}

export function gather(x: Array64, indices: Array64, axis: number): Array64 {
  const out = { ...zeros(indices.shape), dtype: x.dtype };
  for (let i = 0; i < out.data.length; i++) {
    const at = coordinates(i, indices.shape);
    at[axis] = rowOf(indices.data[i]!, x.shape[axis]!);
    out.data[i] = x.data[place(at, x.shape)]!;
  }
  return out;
}

export function indexSelect(x: Array64, axis: number, indices: Array64): Array64 {
  const rank = indices.shape.length;
  const shape = [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)];
  const out = { ...zeros(shape), dtype: x.dtype };
  for (let i = 0; i < out.data.length; i++) {
    const at = coordinates(i, out.shape);
    const index = indices.data[place(at.slice(axis, axis + rank), indices.shape)]!;
    const from = [...at.slice(0, axis), rowOf(index, x.shape[axis]!), ...at.slice(axis + rank)];
    out.data[i] = x.data[place(from, x.shape)]!;
  }
  return out;
}

/** Gradient of {@link gather}: each g is added where its element came from. */
export function gatherGradient(g: Array64, x: Array64, indices: Array64, axis: number): Array64 {
  const dx = zeros(x.shape);
  for (let i = 0; i < g.data.length; i++) {
    const at = coordinates(i, indices.shape);
    at[axis] = rowOf(indices.data[i]!, x.shape[axis]!);
    dx.data[place(at, x.shape)]! += g.data[i]!;
  }
  return dx;
}

/** Gradient of {@link indexSelect}: each g is added where its element came from. */
export function indexSelectGradient(g: Array64, x: Array64, axis: number, indices: Array64): Array64 {
  const rank = indices.shape.length;
  const dx = zeros(x.shape);
  for (let i = 0; i < g.data.length; i++) {
    const at = coordinates(i, g.shape);
    const index = indices.data[place(at.slice(axis, axis + rank), indices.shape)]!;
    dx.data[place([...at.slice(0, axis), rowOf(index, x.shape[axis]!), ...at.slice(axis + rank)], x.shape)]! +=
      g.data[i]!;
  }
  return dx;
}
