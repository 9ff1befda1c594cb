// Reverse-mode differentiation in a hundred lines: what src/autograd does, with matrices of numbers on the CPU.

/** Results of all ops called so far, in order. */
export const tape = [];

/** Rows x columns numbers, row by row. */
export function matrix(rows, columns, data) {
  return { rows, columns, data: Float64Array.from(data) };
}

/** A matrix of this one's shape, the same number everywhere. */
export function filled({ rows, columns }, value) {
  return matrix(rows, columns, new Float64Array(rows * columns).fill(value));
}

/**
 * Notes an op's result, its inputs, and its gradient rule. `vjp`, the vector-Jacobian product, turns g, the gradient
 * of some loss by the result, into the gradients of that loss by the inputs.
 */
export function record(rows, columns, data, inputs, vjp) {
  const result = { rows, columns, data, inputs, vjp };
  tape.push(result);
  return result;
}

/** a + b: what arrives goes on to both. */
export function add(a, b) {
  const data = a.data.map((x, i) => x + b.data[i]);
  return record(a.rows, a.columns, data, [a, b], (g) => [g, g]);
}

/** a * b, element by element: the slope in one is the other. */
export function mul(a, b) {
  const data = a.data.map((x, i) => x * b.data[i]);
  return record(a.rows, a.columns, data, [a, b], (g) => [mul(g, b), mul(g, a)]);
}

/** factor * a. */
export function scale(a, factor) {
  const data = a.data.map((x) => factor * x);
  return record(a.rows, a.columns, data, [a], (g) => [scale(g, factor)]);
}

/** tanh a, with slope 1 - tanh(a)^2: the result knows its own gradient. */
export function tanh(a) {
  const y = record(a.rows, a.columns, a.data.map(Math.tanh), [a], (g) => [add(g, scale(mul(g, mul(y, y)), -1))]);
  return y;
}

/** The transpose of a. */
export function transpose(a) {
  const data = a.data.map((_, i) => a.data[(i % a.rows) * a.columns + Math.floor(i / a.rows)]);
  return record(a.columns, a.rows, data, [a], (g) => [transpose(g)]);
}

/** The product a b. Its gradients are products again: g times b transposed, and a transposed times g. */
export function matmul(a, b) {
  const data = new Float64Array(a.rows * b.columns);
  data.forEach((_, at) => {
    const [row, column] = [Math.floor(at / b.columns), at % b.columns];
    for (let k = 0; k < a.columns; k++) data[at] += a.data[row * a.columns + k] * b.data[k * b.columns + column];
  });
  return record(a.rows, b.columns, data, [a, b], (g) => [matmul(g, transpose(b)), matmul(transpose(a), g)]);
}

/** The sum of all elements, 1 x 1: each has slope 1, so all get the one number of g, by products with ones. */
export function sum(a) {
  const total = a.data.reduce((all, x) => all + x, 0);
  const column = filled({ rows: a.rows, columns: 1 }, 1);
  const row = filled({ rows: 1, columns: a.columns }, 1);
  return record(1, 1, Float64Array.of(total), [a], (g) => [matmul(matmul(column, g), row)]);
}

/** The gradients of a loss (1 x 1) by each of `wrt`: back along the tape, every result hands on what arrived at it. */
export function grad(loss, wrt) {
  const arrived = new Map([[loss, filled(loss, 1)]]);
  for (let i = tape.indexOf(loss); i >= 0; i--) {
    const g = arrived.get(tape[i]);
    if (!g) continue; // The loss does not depend on it.
    const { inputs, vjp } = tape[i];
    for (const [k, gradient] of vjp(g).entries()) {
      const earlier = arrived.get(inputs[k]);
      arrived.set(inputs[k], earlier ? add(earlier, gradient) : gradient); // Used twice: the gradients add up.
    }
  }
  return wrt.map((x) => arrived.get(x) ?? filled(x, 0));
}
