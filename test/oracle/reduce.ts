import { type Array64, zeros } from "../support/arrays.ts";

/** Reduces `axes` (from 0) of x by a rule on the elements that fall together; kept axes stay in place, size 1 if `keepDims`. */
export function reduce(
  x: Array64,
  axes: readonly number[],
  keepDims: boolean,
  rule: (elements: readonly number[]) => number,
): Array64 {
  const kept = x.shape.map((n, axis) => (axes.includes(axis) ? 1 : n));
  const output = zeros(kept);
  const groups: number[][] = Array.from(output.data, () => []);
  for (let i = 0; i < x.data.length; i++) {
    let rest = i;
    let place = 0;
    let stride = 1;
    for (let axis = x.shape.length - 1; axis >= 0; axis--) {
      const index = rest % x.shape[axis]!;
      rest = Math.floor(rest / x.shape[axis]!);
      if (!axes.includes(axis)) {
        place += index * stride;
        stride *= x.shape[axis]!;
      }
    }
    groups[place]!.push(x.data[i]!);
  }
  groups.forEach((group, i) => {
    output.data[i] = rule(group);
  });
  return { ...output, shape: keepDims ? kept : x.shape.filter((_, axis) => !axes.includes(axis)) };
}

const total = (elements: readonly number[]) => elements.reduce((a, b) => a + b, 0);

/** What each reduction makes of a list of numbers. */
export const rules: Record<"sum" | "mean" | "max" | "min", (elements: readonly number[]) => number> = {
  sum: total,
  mean: (elements) => total(elements) / elements.length,
  max: (elements) => elements.reduce((a, b) => (Number.isNaN(a) || a > b ? a : b)),
  min: (elements) => elements.reduce((a, b) => (Number.isNaN(a) || a < b ? a : b)),
};
