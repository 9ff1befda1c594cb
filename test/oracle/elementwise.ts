import { sizeOf } from "../../src/gpu/launch.ts";
import { type Array64, zeros } from "../support/arrays.ts";

/** f of each element, operands broadcast by NumPy's rule: for each output index, the operands' indices one by one. */
export function elementwise(f: (...values: number[]) => number, ...inputs: readonly Array64[]): Array64 {
  const rank = Math.max(...inputs.map((input) => input.shape.length));
  const aligned = inputs.map(({ shape }) => [...Array<number>(rank - shape.length).fill(1), ...shape]);
  const shape = Array.from({ length: rank }, (_, axis) => {
    const sizes = aligned.map((sizes) => sizes[axis]!);
    return sizes.find((n) => n !== 1) ?? 1;
  });
  const output = zeros(shape);
  const size = sizeOf(shape);
  const index = Array<number>(rank).fill(0);
  const values = Array<number>(inputs.length).fill(0);
  for (let i = 0; i < size; i++) {
    inputs.forEach((input, k) => {
      let at = 0;
      for (let axis = 0; axis < rank; axis++) {
        const n = aligned[k]![axis]!;
        at = at * n + (n === 1 ? 0 : index[axis]!);
      }
      values[k] = input.data[at]!;
    });
    output.data[i] = f(...values);
    for (let axis = rank - 1; axis >= 0 && ++index[axis]! === shape[axis]; axis--) index[axis] = 0;
  }
  return output;
}

type Two = (a: Array64, b: Array64) => Array64;
type One = (x: Array64) => Array64;

export const add: Two = (a, b) => elementwise((x, y) => x + y, a, b);
export const sub: Two = (a, b) => elementwise((x, y) => x - y, a, b);
export const mul: Two = (a, b) => elementwise((x, y) => x * y, a, b);
export const div: Two = (a, b) => elementwise((x, y) => x / y, a, b);
export const relu: One = (x) => elementwise((v) => (v < 0 ? 0 : v), x);
export const leakyRelu = (x: Array64, slope: number): Array64 => elementwise((v) => (v < 0 ? slope * v : v), x);
export const tanh: One = (x) => elementwise(Math.tanh, x);
export const sigmoid: One = (x) => elementwise((v) => 1 / (1 + Math.exp(-v)), x);
export const neg: One = (x) => elementwise((v) => -v, x);
export const exp: One = (x) => elementwise(Math.exp, x);
export const log: One = (x) => elementwise(Math.log, x);
export const sqrt: One = (x) => elementwise(Math.sqrt, x);
export const abs: One = (x) => elementwise(Math.abs, x);
export const square: One = (x) => elementwise((v) => v * v, x);
