import type { Array64 } from "../support/arrays.ts";
import { elementwise, type Partial } from "./elementwise.ts";

/** C's pow; JavaScript differs only where the base is 1 or -1 and the exponent NaN or infinite. */
export function power(x: number, exponent: number): number {
  if (x === 1 || (Math.abs(x) === 1 && Math.abs(exponent) === Infinity)) return 1;
  return x ** exponent;
}

export const pow = (x: Array64, exponent: Array64): Array64 => elementwise(power, x, exponent);

/** exponent * x^(exponent - 1), and x^exponent * log(x). */
export const powPartials = [
  (x, e) => (e === 0 ? 0 : e! * power(x!, e! - 1)),
  (x, e) => power(x!, e!) * Math.log(x!),
] as const satisfies readonly Partial[];
