import { type Array64, zeros } from "../support/arrays.ts";

/** Calls `visit` for each element of `shape` with the place of the one it falls into when `axes` are reduced. */
function fold(shape: readonly number[], axes: readonly number[], visit: (i: number, place: number) => void): void {
  const steps = Array<number>(shape.length).fill(0);
  let size = 1;
  let kept = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    size *= shape[axis]!;
    if (axes.includes(axis)) continue;
    steps[axis] = kept;
    kept *= shape[axis]!;
  }
  for (let i = 0; i < size; i++) {
    let rest = i;
    let place = 0;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const index = rest % shape[axis]!;
      rest = (rest - index) / shape[axis]!;
      place += index * steps[axis]!;
    }
    visit(i, place);
  }
}

/** Reduces `axes` (from 0) of x by a rule on the elements that fall together; kept axes stay in place, size 1 if `keepDims`. */
export function reduce(
  x: Array64,
  axes: readonly number[],
  keepDims: boolean,
  rule: (elements: Float64Array) => number,
): Array64 {
  const kept = x.shape.map((n, axis) => (axes.includes(axis) ? 1 : n));
  const output = zeros(kept);
  const length = elementsOf(x, axes);
  const groups = new Float64Array(x.data.length);
  const filled = new Uint32Array(output.data.length);
  fold(x.shape, axes, (i, place) => {
    groups[place * length + filled[place]!++] = x.data[i]!;
  });
  for (let o = 0; o < output.data.length; o++) output.data[o] = rule(groups.subarray(o * length, (o + 1) * length));
  return { ...output, shape: keepDims ? kept : x.shape.filter((_, axis) => !axes.includes(axis)) };
}

const elementsOf = (x: Array64, axes: readonly number[]) => axes.reduce((count, axis) => count * x.shape[axis]!, 1);

const total = (elements: Float64Array) => elements.reduce((a, b) => a + b, 0);

/** What each reduction makes of a list of numbers. */
export const rules: Record<"sum" | "mean" | "max" | "min", (elements: Float64Array) => number> = {
  sum: total,
  mean: (elements) => total(elements) / elements.length,
  max: (elements) => elements.reduce((a, b) => (Number.isNaN(a) || a > b ? a : b)),
  min: (elements) => elements.reduce((a, b) => (Number.isNaN(a) || a < b ? a : b)),
};

/** Gradient of sum: g, repeated. Of mean: that over the number of elements. */
export function sumGradient(g: Array64, x: Array64, axes: readonly number[], mean: boolean): Array64 {
  const dx = zeros(x.shape);
  const count = mean ? elementsOf(x, axes) : 1;
  fold(x.shape, axes, (i, place) => {
    dx.data[i] = g.data[place]! / count;
  });
  return dx;
}

/** Gradient of max and min, whose result is `y`: g to the elements that equal it, shared evenly. */
export function extremeGradient(g: Array64, x: Array64, axes: readonly number[], y: Array64): Array64 {
  const dx = zeros(x.shape);
  const ties = new Uint32Array(y.data.length);
  fold(x.shape, axes, (i, place) => {
    if (x.data[i] === y.data[place]) ties[place]!++;
  });
  fold(x.shape, axes, (i, place) => {
    if (x.data[i] === y.data[place]) dx.data[i] = g.data[place]! / ties[place]!;
  });
  return dx;
}
