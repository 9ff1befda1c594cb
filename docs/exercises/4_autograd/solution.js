import { mul, record, scale } from "../../autograd.js";

/** Its slope is its value. */
export function exp(a) {
  const y = record(a.rows, a.columns, a.data.map(Math.exp), [a], (g) => [mul(g, y)]);
  return y;
}

/** With q = a / b: dq/da = 1 / b and dq/db = -q / b. */
export function div(a, b) {
  const data = a.data.map((x, i) => x / b.data[i]);
  const q = record(a.rows, a.columns, data, [a, b], (g) => [div(g, b), scale(div(mul(g, q), b), -1)]);
  return q;
}
