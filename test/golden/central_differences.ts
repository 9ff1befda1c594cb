import { randomSource } from "../support/arrays.ts";
import type { Parameter } from "./parameters64.ts";

const STEP = 1e-5;
/** Elements of each parameter that are compared, beside the one of the largest gradient. */
const ELEMENTS = 5;
/** Gradients below this are compared as if they were it. */
const LEAST = 1e-5;

/** The largest difference of a gradient and the slope found by moving its parameter, as a share of the parameter's largest gradient. */
export interface GradientError {
  readonly name: string;
  readonly error: number;
}

/**
 * Compares the gradients that `loss` adds to the parameters with central differences of its value. The loss must give the same
 * each time, and no relu or pooling may turn within 1e-5 of the parameters.
 */
export function gradientErrors(parameters: readonly [string, Parameter][], loss: () => number): GradientError[] {
  for (const [, { gradient }] of parameters) gradient.fill(0);
  loss();
  const gradients = parameters.map(([, { gradient }]) => gradient.slice());
  const next = randomSource(1);
  return parameters.map(([name, { value }], k) => {
    const gradient = gradients[k]!;
    const steepest = gradient.reduce((best, g, i) => (Math.abs(g) > Math.abs(gradient[best]!) ? i : best), 0);
    const others = Array.from({ length: ELEMENTS }, () => Math.floor(next() * value.data.length));
    const errors = [steepest, ...others].map((i) => Math.abs(gradient[i]! - slope(value.data, i, loss)));
    // A bias before a normalisation has none, but for rounding.
    return { name, error: Math.max(...errors) / Math.max(Math.abs(gradient[steepest]!), LEAST) };
  });
}

function slope(value: Float64Array, i: number, loss: () => number): number {
  const held = value[i]!;
  value[i] = held + STEP;
  const above = loss();
  value[i] = held - STEP;
  const below = loss();
  value[i] = held;
  return (above - below) / (2 * STEP);
}
