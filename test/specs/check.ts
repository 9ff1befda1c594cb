import { evaluate, type HostTensor } from "../../src/autograd/evaluate.ts";
import { grad } from "../../src/autograd/grad.ts";
import { dtypeOf } from "../../src/autograd/host_array.ts";
import type { Device } from "../../src/gpu/device.ts";
import { type Array64, random, toHost, zeros } from "../support/arrays.ts";
import type { SpecCase } from "./spec.ts";

/**
 * Runs a case on the device, result and gradients (of the sum of the result times random g), and compares shapes, types and
 * every element with the oracles. An f32 input for which the gradient oracle gives undefined must get zeros. Throws an
 * Error that names the first wrong element.
 */
export async function checkCase(device: Device, one: SpecCase): Promise<void> {
  const { inputs, relative = 1e-5, absolute = 1e-6, gradientAbsolute = absolute } = one;
  const expected = one.oracle(...inputs);
  const g = one.gradient ? random(expected.shape, 99, 0.5, 1.5) : undefined;
  const gradients = g && one.gradient?.(g, ...inputs);
  const wanted = inputs.flatMap((input, k) => (gradients && input.dtype === "f32" ? [k] : []));
  const [result, ...found] = await evaluate(
    device,
    (...tensors) => {
      const y = one.op(...tensors.slice(0, inputs.length));
      if (wanted.length === 0) return [y];
      const at = wanted.map((k) => tensors[k]!);
      return [y, ...grad(y, at, tensors[inputs.length]!)];
    },
    [...inputs, ...(g ? [g] : [])].map(toHost),
  );
  compare("result", result!, expected, relative, absolute);
  wanted.forEach((k, i) => {
    const own = gradients![k];
    const what = `gradient ${k}`;
    if (own) compare(what, found[i]!, own, relative, gradientAbsolute);
    else compare(what, found[i]!, zeros(inputs[k]!.shape), 0, 0);
  });
}

/** Throws unless shape and type agree and every |actual - expected| is within the tolerances, 0 for integers. */
function compare(what: string, actual: HostTensor, expected: Array64, relative: number, absolute: number): void {
  const kind = (dtype: string, shape: readonly number[]) => `${dtype}[${shape.join(", ")}]`;
  const [is, should] = [kind(dtypeOf(actual.data), actual.shape), kind(expected.dtype, expected.shape)];
  if (is !== should) throw new Error(`${what}: is ${is}, expected ${should}`);
  if (actual.data.length !== expected.data.length) {
    throw new Error(`${what}: has ${actual.data.length} elements, expected ${expected.data.length}`);
  }
  const [r, a] = expected.dtype === "f32" ? [relative, absolute] : [0, 0];
  for (let i = 0; i < expected.data.length; i++) {
    const value = actual.data[i]!;
    const truth = expected.data[i]!;
    // NaN equals only NaN, infinities by their sign.
    const close = Number.isFinite(truth) ? Math.abs(value - truth) <= a + r * Math.abs(truth) : Object.is(value, truth);
    if (!close) throw new Error(`${what}: element ${i} of ${should} is ${value}, expected ${truth}`);
  }
}
