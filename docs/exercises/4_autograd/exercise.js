/**
 * Chapter 4. Add two ops to docs/autograd.js, by `record`. Their rules must be made of ops, so that they can be differentiated again.
 */
import { record } from "../../autograd.js";

/** e^a, element by element. */
export function exp(a) {
  return record(a.rows, a.columns, a.data.map(Math.exp), [a], (g) => [g]);
}

/** a / b, element by element. */
export function div(a, b) {
  const data = a.data.map((x, i) => x / b.data[i]);
  return record(a.rows, a.columns, data, [a, b], (g) => [g, g]);
}
