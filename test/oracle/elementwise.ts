import { type Array64, zeros } from "../support/arrays.ts";

/** The shape that operands broadcast to, and for each of them the step along each axis of it: 0 where it is repeated. */
function broadcast(inputs: readonly Array64[]): { shape: number[]; steps: number[][] } {
  const rank = Math.max(...inputs.map((input) => input.shape.length));
  const aligned = inputs.map(({ shape }) => [...Array<number>(rank - shape.length).fill(1), ...shape]);
  const shape = Array.from({ length: rank }, (_, axis) => aligned.map((n) => n[axis]!).find((n) => n !== 1) ?? 1);
  const steps = aligned.map((sizes) => {
    const own = Array<number>(rank).fill(0);
    let step = 1;
    for (let axis = rank - 1; axis >= 0; axis--) {
      if (sizes[axis] !== 1) own[axis] = step;
      step *= sizes[axis]!;
    }
    return own;
  });
  return { shape, steps };
}

/** Calls `visit` for each element of `shape` in row-major order with its number and its place in each operand. */
function walk(shape: readonly number[], steps: readonly number[][], visit: (i: number, at: number[]) => void): void {
  const size = shape.reduce((a, b) => a * b, 1);
  const index = Array<number>(shape.length).fill(0);
  const at = Array<number>(steps.length).fill(0);
  for (let i = 0; i < size; i++) {
    visit(i, at);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      for (let k = 0; k < at.length; k++) at[k]! += steps[k]![axis]!;
      if (++index[axis]! < shape[axis]!) break;
      for (let k = 0; k < at.length; k++) at[k]! -= steps[k]![axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
}

/** f of each element, operands broadcast by NumPy's rule. */
export function elementwise(f: (...values: number[]) => number, ...inputs: readonly Array64[]): Array64 {
  const { shape, steps } = broadcast(inputs);
  const output = zeros(shape);
  const values = Array<number>(inputs.length).fill(0);
  walk(shape, steps, (i, at) => {
    for (let k = 0; k < at.length; k++) values[k] = inputs[k]!.data[at[k]!]!;
    output.data[i] = f(...values);
  });
  return output;
}

/** Partial derivative of an elementwise op, from the values of its operands. */
export type Partial = (...values: number[]) => number;

/**
 * Gradients of an elementwise op: g * partial, summed over the elements to which an operand is broadcast. Operands without
 * a partial derivative get none.
 */
export function elementwiseGradient(
  g: Array64,
  inputs: readonly Array64[],
  partials: readonly (Partial | undefined)[],
): (Array64 | undefined)[] {
  const { shape, steps } = broadcast(inputs);
  const gradients = inputs.map((input, k) => (partials[k] ? zeros(input.shape) : undefined));
  const values = Array<number>(inputs.length).fill(0);
  walk(shape, steps, (i, at) => {
    for (let k = 0; k < at.length; k++) values[k] = inputs[k]!.data[at[k]!]!;
    for (let k = 0; k < at.length; k++) {
      const partial = partials[k];
      if (partial) gradients[k]!.data[at[k]!]! += g.data[i]! * partial(...values);
    }
  });
  return gradients;
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

/** Partial derivatives of the ops above, by their formulas; at a kink, those of PyTorch. */
export const partials = {
  add: [() => 1, () => 1],
  sub: [() => 1, () => -1],
  mul: [(_, y) => y!, (x) => x!],
  div: [(_, y) => 1 / y!, (x, y) => -x! / (y! * y!)],
  relu: [(v) => (v! > 0 ? 1 : 0)],
  tanh: [(v) => 1 - Math.tanh(v!) ** 2],
  sigmoid: [(v) => 1 / (2 + Math.exp(v!) + Math.exp(-v!))],
  neg: [() => -1],
  exp: [(v) => Math.exp(v!)],
  log: [(v) => 1 / v!],
  sqrt: [(v) => 1 / (2 * Math.sqrt(v!))],
  abs: [(v) => Math.sign(v!)],
  square: [(v) => 2 * v!],
} as const satisfies Record<string, readonly Partial[]>;

export const leakyReluPartial =
  (slope: number): Partial =>
  (v) =>
    v! > 0 ? 1 : slope;
