import { expect } from "vitest";
import { evaluate } from "../../src/autograd/evaluate.ts";
import { grad } from "../../src/autograd/grad.ts";
import { mul } from "../../src/autograd/ops/elementwise.ts";
import { sum } from "../../src/autograd/ops/sum.ts";
import type { Tensor } from "../../src/autograd/tensor.ts";
import { type Array64, random, randomSource, toHost } from "./arrays.ts";
import { testDevice } from "./device.ts";

export { toHost };

/** An op held against its float64 oracle, forward and gradients. */
export interface OpCheck {
  readonly op: (...inputs: Tensor[]) => Tensor;
  readonly oracle: (...inputs: Array64[]) => Array64;
  readonly inputs: readonly Array64[];
  /** Which inputs get their gradient checked: all f32 inputs unless given; `[]` for ops without gradient. */
  readonly gradients?: readonly number[];
  /** Allowed difference: absolute + relative * |expected|. */
  readonly relative?: number;
  readonly absolute?: number;
}

const STEP = 1e-5;
/** Elements per input whose gradient is compared: all of small ones, a seeded sample of large ones. */
const MOST_ELEMENTS = 40;

/**
 * Compares the GPU's result with the oracle's, and each gradient (of the sum of the result weighted by random numbers)
 * with central differences of the oracle in float64. The oracle must be smooth within 1e-5 of the inputs.
 */
export async function checkOp(check: OpCheck): Promise<void> {
  const { relative = 1e-5, absolute = 1e-6 } = check;
  const device = await testDevice();
  const expected = check.oracle(...check.inputs);
  const wanted = check.gradients ?? check.inputs.flatMap((input, k) => (input.dtype === "f32" ? [k] : []));
  const weights = random(expected.shape, 99, 0.5, 1.5);
  const [result, ...gradients] = await evaluate(
    device,
    (...tensors) => {
      const seed = tensors.at(-1)!;
      const inputs = tensors.slice(0, -1);
      const output = check.op(...inputs);
      if (wanted.length === 0) return [output];
      return [
        output,
        ...grad(
          sum(mul(output, seed)),
          wanted.map((k) => inputs[k]!),
        ),
      ];
    },
    [...check.inputs, weights].map(toHost),
  );
  expect(result!.shape, "shape").toEqual([...expected.shape]);
  expectClose(result!.data, expected.data, relative, absolute, "result");
  const weighted = (inputs: readonly Array64[]) => {
    const { data } = check.oracle(...inputs);
    return data.reduce((total, value, i) => total + value * weights.data[i]!, 0);
  };
  wanted.forEach((k, at) => {
    const input = check.inputs[k]!;
    const gradient = gradients[at]!;
    expect(gradient.shape, `shape of gradient ${k}`).toEqual([...input.shape]);
    for (const i of sample(input.data.length)) {
      const shifted = (delta: number) => {
        const data = input.data.slice();
        data[i]! += delta;
        return weighted(check.inputs.map((other, j) => (j === k ? { ...other, data } : other)));
      };
      const slope = (shifted(STEP) - shifted(-STEP)) / (2 * STEP);
      // Central differences themselves are good to about 1e-9 here.
      expectClose([gradient.data[i]!], [slope], relative * 2, absolute * 5, `gradient ${k} element ${i}`);
    }
  });
}

function sample(length: number): number[] {
  if (length <= MOST_ELEMENTS) return Array.from({ length }, (_, i) => i);
  const next = randomSource(length);
  return Array.from({ length: MOST_ELEMENTS }, () => Math.floor(next() * length));
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
