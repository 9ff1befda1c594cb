import { compile } from "../../src/autograd/compile.ts";
import type { Outputs, Step } from "../../src/autograd/step.ts";
import { Variable } from "../../src/autograd/tensor.ts";
import { random } from "./arrays.ts";
import { testDevice } from "./device.ts";

/** Kernels of a plan in order, with their variants, those joined in one dispatch taken apart. */
export function plannedKernels(step: Pick<Step, "explain">): { readonly kernel: string; readonly variant: string }[] {
  return step.explain().dispatches.flatMap((row) => {
    const variants = row.variant.split(" + ");
    return row.kernel.split(" + ").map((kernel, i) => ({ kernel, variant: variants[i]! }));
  });
}

/** The same without variants. */
export function kernels(step: Pick<Step, "explain">): string[] {
  return plannedKernels(step).map(({ kernel }) => kernel);
}

/** A step on the tests' device. */
export async function compiled<O extends Outputs>(fn: () => O): Promise<Step<O>> {
  return compile(await testDevice(), fn);
}

/** A variable of drawn numbers. */
export function variable(shape: readonly number[], seed: number): Variable {
  return new Variable(Float32Array.from(random(shape, seed).data), shape, { name: `v${seed}` });
}
