import type { Step } from "../../src/autograd/step.ts";

/** Kernels of a plan in order, with their variants, those joined in one dispatch taken apart. */
export function plannedKernels(step: Pick<Step, "explain">): { readonly kernel: string; readonly variant: string }[] {
  return step.explain().dispatches.flatMap((row) => {
    const variants = row.variant.split(" + ");
    return row.kernel.split(" + ").map((kernel, i) => ({ kernel, variant: variants[i]! }));
  });
}
