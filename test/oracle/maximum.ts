import type { Array64 } from "../support/arrays.ts";
import { elementwise, type Partial } from "./elementwise.ts";

// Math.max and Math.min give NaN where either is NaN, as the ops must.
export const maximum = (a: Array64, b: Array64): Array64 => elementwise((x, y) => Math.max(x, y), a, b);
export const minimum = (a: Array64, b: Array64): Array64 => elementwise((x, y) => Math.min(x, y), a, b);

/** 1 for the operand that is chosen, half where both are equal. */
export const maximumPartials = [
  (x, y) => chosen(x! - y!),
  (x, y) => chosen(y! - x!),
] as const satisfies readonly Partial[];
export const minimumPartials = [
  (x, y) => chosen(y! - x!),
  (x, y) => chosen(x! - y!),
] as const satisfies readonly Partial[];

function chosen(lead: number): number {
  return lead === 0 ? 0.5 : Number(lead > 0);
}
