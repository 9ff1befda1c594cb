import { ShapeError } from "../../errors.ts";
import { placeOf } from "../parts/places.ts";

/** What is wrong, and at which line of the text, counted from 1, where that is known. */
export interface Complaint {
  readonly line: number | undefined;
  readonly message: string;
}

/** One comparison with the oracle. */
export interface CheckedCase {
  readonly name: string;
  readonly right: boolean;
  /** For a wrong case, the first number that is off, or what went wrong. */
  readonly message: string;
}

/** What the checks found out about a text. */
export type Verdict =
  | { readonly kind: "compile"; readonly complaints: readonly Complaint[] }
  | { readonly kind: "endless"; readonly complaints: readonly Complaint[] }
  | { readonly kind: "checked"; readonly right: boolean; readonly cases: readonly CheckedCase[] };

/** Whether all checks were passed. */
export function isRight(verdict: Verdict): boolean {
  return verdict.kind === "checked" && verdict.right;
}

/** A result by a float64 oracle, and how far each element may be off: rounding errors grow with what is added up. */
export interface Expected {
  readonly values: Float64Array;
  readonly tolerance: Float64Array;
}

/** The same tolerance, relative to the size of each value, for all elements. */
export function within(values: Float64Array, relative = 1e-5): Expected {
  return { values, tolerance: values.map((value) => relative * Math.max(1, Math.abs(value))) };
}

/** Compares a result with the oracle's; `shape` says where a wrong element is. */
export function compare(
  name: string,
  got: ArrayLike<number>,
  { values, tolerance }: Expected,
  shape: readonly number[],
): CheckedCase {
  if (got.length !== values.length) {
    throw new ShapeError(`${name}: ${got.length} values were made, but the oracle has ${values.length}`);
  }
  const isWrong = (want: number, i: number) => {
    const value = got[i]!;
    if (Number.isNaN(want)) return !Number.isNaN(value);
    return !(value === want || Math.abs(value - want) <= tolerance[i]!);
  };
  const first = values.findIndex(isWrong);
  if (first < 0) return { name, right: true, message: `all ${values.length} numbers right` };
  let wrong = 0;
  values.forEach((want, i) => {
    if (isWrong(want, i)) wrong++;
  });
  return {
    name,
    right: false,
    message: `${wrong} of ${values.length} wrong; the first, [${placeOf(first, shape).join(", ")}], is ${show(got[first]!)} and should be ${show(values[first]!)}`,
  };
}

function show(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toPrecision(6);
}
