import { type Array64, zeros } from "../support/arrays.ts";
import { coordinates, place } from "./slice.ts";

export function concat(arrays: readonly Array64[], axis: number): Array64 {
  const total = arrays.reduce((sum, { shape }) => sum + shape[axis]!, 0);
  const out = { ...zeros(arrays[0]!.shape.map((n, k) => (k === axis ? total : n))), dtype: arrays[0]!.dtype };
  let begin = 0;
  for (const { data, shape } of arrays) {
    for (let i = 0; i < data.length; i++) {
      const at = coordinates(i, shape);
      at[axis]! += begin;
      out.data[place(at, out.shape)] = data[i]!;
    }
    begin += shape[axis]!;
  }
  return out;
}

/** The parts of g that came from inputs of these shapes. */
export function concatGradient(g: Array64, shapes: readonly (readonly number[])[], axis: number): Array64[] {
  let begin = 0;
  return shapes.map((shape) => {
    const dx = zeros(shape);
    for (let i = 0; i < dx.data.length; i++) {
      const at = coordinates(i, shape);
      at[axis]! += begin;
      dx.data[i] = g.data[place(at, g.shape)]!;
    }
    begin += shape[axis]!;
    return dx;
  });
}
