import { type Array64, zeros } from "../support/arrays.ts";
import type { SpecCase } from "./spec.ts";

/** Tolerances of ops that copy or count. */
export const EXACT = { relative: 0, absolute: 0 } as const;

/** What f32 may lose in a sum of `length` terms up to `magnitude`: half a unit in the last place of each partial sum. */
export function sumError(length: number, magnitude = 1): number {
  return Math.max(1e-6, length * magnitude * 2 ** -24);
}

/** The same for `length` products of numbers below 1, a quarter each on average: 1e-6 for up to 33 of them. */
export const productsError = (length: number): number => sumError(length, 0.5);

/** A case whose gradient would take too long. */
export function forwardOnly({ gradient: _, ...rest }: SpecCase): SpecCase {
  return rest;
}

/** Values of [-4, 4) for arrays too large to draw: 1021 different ones in mixed order, over and over. */
export function repeating(shape: readonly number[]): Array64 {
  const x = zeros(shape);
  for (let i = 0; i < x.data.length; i++) x.data[i] = ((i * 389) % 1021) / 128 - 4;
  return x;
}
