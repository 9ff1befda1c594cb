import { equal, ok } from "node:assert/strict";
import { Rng } from "tailgrad/node";

/** y[o] = sum over i of w[i] * x[o * stride - padding + i], x being 0 outside. */
function forward(x, w, stride, padding) {
  const size = Math.floor((x.length + 2 * padding - w.length) / stride) + 1;
  return Array.from({ length: size }, (_, o) =>
    w.reduce((total, weight, i) => total + weight * (x[o * stride - padding + i] ?? 0), 0),
  );
}

const rng = new Rng(1, 0);
const random = (length) => Array.from({ length }, () => rng.normal());

/** Compares the gradients and the piece of a row with what they should be. */
export function check({ inputGradient, weightGradient, rowPiece }) {
  checkGradients(inputGradient, weightGradient);
  checkPieces(rowPiece);
}

/** Compares both gradients of L = sum of g * y with L's change when one number moves: exact, as a convolution is linear in each. */
function checkGradients(inputGradient, weightGradient) {
  for (const [length, taps, stride, padding] of [
    [9, 3, 1, 1],
    [9, 3, 2, 0],
    [10, 4, 3, 2],
    [5, 5, 1, 4],
    [7, 1, 2, 0],
  ]) {
    const [x, w] = [random(length), random(taps)];
    const g = random(forward(x, w, stride, padding).length);
    const loss = (x, w) => forward(x, w, stride, padding).reduce((total, y, o) => total + y * g[o], 0);
    const raised = (array, at) => array.map((value, i) => (i === at ? value + 1 : value));
    const what = `of ${length} elements, ${taps} taps, stride ${stride}, padding ${padding}`;
    const dx = x.map((_, u) => loss(raised(x, u), w) - loss(x, w));
    compare(inputGradient(g, w, length, stride, padding), dx, `the input gradient ${what}`);
    const dw = w.map((_, i) => loss(x, raised(w, i)) - loss(x, w));
    compare(weightGradient(g, x, taps, stride, padding), dw, `the weight gradient ${what}`);
  }
}

/** Compares pieces of rows with the forward pass, and counts what they load. */
function checkPieces(rowPiece) {
  for (const [length, taps, padding, first, count] of [
    [28, 3, 1, 14, 14],
    [28, 3, 1, 0, 28],
    [9, 4, 0, 2, 4],
    [5, 1, 0, 0, 5],
  ]) {
    const [x, w] = [random(length), random(taps)];
    let loads = 0;
    const load = (place) => {
      loads++;
      return x[place] ?? 0;
    };
    const what = `a piece of ${count} outputs by ${taps} taps`;
    const piece = rowPiece(load, w, first, count, padding);
    compare(piece, forward(x, w, 1, padding).slice(first, first + count), what);
    equal(loads, count + taps - 1, `${what} loads ${loads} times, but its windows see ${count + taps - 1} places`);
  }
}

function compare(actual, expected, what) {
  equal(actual.length, expected.length, `${what} has ${actual.length} elements`);
  expected.forEach((value, i) => {
    ok(Math.abs(actual[i] - value) < 1e-9, `${what} is ${actual[i]} at ${i}, but should be ${value}`);
  });
}
