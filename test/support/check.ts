import { expect } from "vitest";
import { checkGradients } from "../../src/autograd/check_gradients.ts";
import type { Tensor } from "../../src/autograd/tensor.ts";
import { type Array64, toHost } from "./arrays.ts";
import { testDevice } from "./device.ts";

export { toHost };

/** An op held against its float64 oracle, forward and gradients. */
export interface OpCheck {
  readonly op: (...inputs: Tensor[]) => Tensor;
  readonly oracle: (...inputs: Array64[]) => Array64;
  readonly inputs: readonly Array64[];
  /** Which inputs get their gradient checked: all f32 inputs unless given; `[]` for ops without gradient. */
  readonly gradients?: readonly number[];
  /** Allowed difference of the result: absolute + relative * |expected|; of gradients five times and twice that. */
  readonly relative?: number;
  readonly absolute?: number;
}

/**
 * Compares the GPU's result with the oracle's, and each gradient (of the sum of the result weighted by random numbers)
 * with central differences of the oracle in float64: the library's own {@link checkGradients}. The oracle must be smooth within 2e-5
 * of the inputs.
 */
export async function checkOp({
  op,
  oracle,
  inputs,
  gradients,
  relative = 1e-5,
  absolute = 1e-6,
}: OpCheck): Promise<void> {
  await checkGradients(await testDevice(), op, inputs.map(toHost), {
    oracle: (...arrays) => oracle(...arrays.map((array, k) => ({ ...array, dtype: inputs[k]!.dtype }))),
    ...(gradients ? { gradients } : {}),
    relative: 2 * relative,
    absolute: 5 * absolute,
  });
}

/** Fails unless |actual - expected| <= absolute + relative * |expected|; NaN equals only NaN, infinities by sign. */
export function expectClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  relative: number,
  absolute: number,
  what: string,
): void {
  expect(actual.length, `length of ${what}`).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) {
    const a = actual[i]!;
    const e = expected[i]!;
    const close = Number.isFinite(e) ? Math.abs(a - e) <= absolute + relative * Math.abs(e) : Object.is(a, e);
    if (!close) expect.fail(`${what}: element ${i} is ${a}, expected ${e} (difference ${Math.abs(a - e)})`);
  }
}
