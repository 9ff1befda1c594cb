import { ok } from "node:assert/strict";
import { add, filled, grad, matrix, mul, scale, sum, tape } from "../../autograd.js";

/** Compares gradients, and gradients of gradients, with central differences. */
export function check({ exp, div }) {
  const [a, b] = [matrix(2, 3, [0.5, -1, 0.2, 1.5, -0.3, 0.8]), matrix(2, 3, [2, 1.5, -1.2, 0.7, -2, 1])];
  const squares = (...gradients) => gradients.map((d) => sum(mul(d, d))).reduce(add);
  const losses = {
    "exp a": () => sum(exp(a)),
    "exp(-a) * b": () => sum(mul(exp(scale(a, -1)), b)),
    "a / b": () => sum(mul(div(a, b), b)),
    "a / (a / b)": () => sum(div(a, div(a, b))),
    "sigmoid a": () => sum(mul(b, div(filled(a, 1), add(filled(a, 1), exp(scale(a, -1)))))),
    "the gradient of exp a": () => squares(...grad(sum(exp(a)), [a])),
    "the gradient of a / b": () => squares(...grad(sum(div(a, b)), [a, b])),
  };
  for (const [name, loss] of Object.entries(losses)) {
    const gradients = grad(loss(), [a, b]);
    for (const [k, x] of [a, b].entries()) {
      for (let i = 0; i < x.data.length; i++) {
        const at = x.data[i];
        const [above, below] = [1e-5, -1e-5].map((delta) => {
          x.data[i] = at + delta;
          return loss().data[0];
        });
        x.data[i] = at;
        const slope = (above - below) / 2e-5;
        const found = gradients[k].data[i];
        ok(Math.abs(found - slope) < 1e-5, `the gradient of ${name} is ${found}, but the slope is ${slope.toFixed(6)}`);
      }
    }
    tape.length = 0;
  }
}
