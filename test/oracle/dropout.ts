import { uniform } from "../../src/kernels/random/philox.ts";
import type { Array64 } from "../support/arrays.ts";

/** y[i] = x[i] / (1 - p) where uniform number i of (seed, stream, step) is at least p, else 0. */
export function dropoutOracle(x: Array64, p: number, seed: number, stream: number, step: number): Array64 {
  const mask = uniform(seed, stream, step, x.data.length);
  return { ...x, data: x.data.map((value, i) => (mask[i]! >= p ? value / (1 - p) : 0)) };
}

/** g dropped and scaled as x was. */
export const dropoutGradient = dropoutOracle;
