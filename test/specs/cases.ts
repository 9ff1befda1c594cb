import type { SpecCase } from "./spec.ts";

/** Tolerances of ops that copy or count. */
export const EXACT = { relative: 0, absolute: 0 } as const;

/** What f32 may lose in a sum of `length` terms up to `magnitude`: half a unit in the last place of each partial sum. */
export function sumError(length: number, magnitude = 1): number {
  return Math.max(1e-6, length * magnitude * 2 ** -24);
}

/** A case whose gradient would take too long. */
export function forwardOnly({ gradient: _, ...rest }: SpecCase): SpecCase {
  return rest;
}
