import {
  grid,
  type Launch,
  MAX_WORKGROUPS,
  packParams,
  type ShaderSource,
  sizeOf,
  type View,
} from "../../gpu/launch.ts";
import type { Declarations } from "./declarations.ts";

/** Workgroups for one invocation per element that the kernel's result takes at a time. */
export function workgroupsFor({ output, workgroupSize }: Declarations, shape: readonly number[]): number {
  return Math.ceil(sizeOf(shape) / output.lanes / workgroupSize);
}

/** Whether the kernel finds its place in so many workgroups: beyond one dimension's limit they lie along x and y. */
export function fitsGrid({ readsGrid }: Declarations, workgroups: number): boolean {
  return workgroups <= MAX_WORKGROUPS || readsGrid;
}

/** Launches a user's kernel on inputs and output in the order of its bindings. `params` are the uniform's fields in order. */
export function custom(
  kernel: string,
  shader: ShaderSource,
  { params: fields }: Declarations,
  inputs: readonly View[],
  output: View,
  params: readonly number[],
  workgroups: number | readonly [number, number, number],
  flops: number,
): Launch {
  return {
    kernel,
    variant: "custom",
    shader,
    ...(fields ? { params: packParams(fields.map(({ type }, k) => [type, params[k]!] as const)) } : {}),
    bindings: [...inputs.map((view) => ({ view, access: "read" as const })), { view: output, access: "write" }],
    workgroups: typeof workgroups === "number" ? grid(workgroups) : workgroups,
    flops,
    joins: "nothing",
  };
}
