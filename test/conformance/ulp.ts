import type { Tolerance } from "./cases.ts";

const float = new Float32Array(1);
const bits = new Int32Array(float.buffer);

/** Bits of an f32 as a number that orders like the f32 itself; -0 and +0 are both 0. */
function ordered(x: number): number {
  float[0] = x;
  const word = bits[0]!;
  return word < 0 ? -(word & 0x7fffffff) : word;
}

/** Steps from f32 to f32 between two numbers, neither of them NaN. Source: WPT's resources/utils.js. */
export function ulpDistance(a: number, b: number): number {
  return Math.abs(ordered(a) - ordered(b));
}

/** An element that is not what it should be; `distance` is in the unit of the tolerance. */
export interface Mismatch {
  readonly index: number;
  readonly actual: number;
  readonly expected: number;
  readonly distance: number;
}

/**
 * The first element further from the expected one than the tolerance allows. A single expected number stands for every
 * element. NaN matches NaN alone, whatever the tolerance; numbers are rounded to f32 first.
 */
export function firstMismatch(
  actual: ArrayLike<number>,
  expected: ArrayLike<number> | number,
  tolerance: Tolerance,
): Mismatch | undefined {
  for (let index = 0; index < actual.length; index++) {
    const is = Math.fround(actual[index]!);
    const wanted = Math.fround(typeof expected === "number" ? expected : expected[index]!);
    if (is === wanted || (Number.isNaN(is) && Number.isNaN(wanted))) continue;
    const distance = tolerance.kind === "ulp" ? ulpDistance(is, wanted) : Math.abs(is - wanted);
    // NaN is at no distance; the infinities are one step beyond the largest finite numbers.
    const comparable = !Number.isNaN(is) && !Number.isNaN(wanted);
    if (!comparable || !(distance <= tolerance.value)) {
      return { index, actual: is, expected: wanted, distance: comparable ? distance : Number.NaN };
    }
  }
  return undefined;
}
