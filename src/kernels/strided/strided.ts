import { grid, type Launch, type ShaderSource, sizeOf, type View } from "../../gpu/launch.ts";
import { specialize } from "../../gpu/specialize.ts";
import sliceGradient from "./slice_grad.wgsl";
import copy from "./strided.wgsl";

const WORKGROUP = 64;

/** Most axes of a strided copy. */
export const MAX_STRIDED_AXES = 8;

/** Elements from one index to the next along each axis of a dense row-major array. */
export function denseSteps(shape: readonly number[]): number[] {
  return shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
}

/** Launches output[c] = input[offset + sum of c[axis] * steps[axis]], for elements of any type. */
export function strided(kernel: string, input: View, output: View, offset: number, steps: readonly number[]): Launch {
  const axes: [size: number, step: number][] = [];
  for (let axis = output.shape.length - 1; axis >= 0; axis--) {
    const [size, step] = [output.shape[axis]!, steps[axis]!];
    const inner = axes.at(-1);
    if (size === 1) continue;
    if (inner && step === inner[0] * inner[1]) inner[0] *= size;
    else axes.push([size, step]);
  }
  return launch(kernel, copy, input, output, offset, axes);
}

/** Which part of an array a slice takes, along one axis. */
export interface SliceAxis {
  readonly start: number;
  readonly size: number;
  readonly stride: number;
}

/** Launches dx = the gradient of a slice: g where the slice took an element, 0 elsewhere. */
export function sliceGrad(gradient: View, dx: View, slices: readonly SliceAxis[]): Launch {
  const axes: [size: number, start: number, stride: number, taken: number][] = [];
  for (let axis = dx.shape.length - 1; axis >= 0; axis--) {
    const n = dx.shape[axis]!;
    const { start, size, stride } = slices[axis]!;
    const inner = axes.at(-1);
    if (n === 1 && size === 1) continue;
    // An axis taken whole moves in blocks with the axis before it.
    if (inner && stride === 1 && inner[0] === inner[3] && inner[2] === 1) {
      axes[axes.length - 1] = [n * inner[0], start * inner[0], 1, size * inner[0]];
    } else axes.push([n, start, stride, size]);
  }
  return launch("sliceGrad", sliceGradient, gradient, dx, 0, axes);
}

function launch(
  kernel: string,
  source: ShaderSource,
  from: View,
  to: View,
  offset: number,
  axes: readonly (readonly number[])[],
): Launch {
  const count = sizeOf(to.shape);
  const params = new Uint32Array(4 + MAX_STRIDED_AXES * 4);
  params.set([count, offset]);
  axes.forEach((axis, a) => {
    params.set(axis, 4 + a * 4);
  });
  return {
    kernel,
    variant: `${axes.length} axes`,
    shader: specialize(source, { WORKGROUP, AXES: axes.length }),
    params: params.buffer,
    bindings: [
      { view: from, access: "read" },
      { view: to, access: "write" },
    ],
    workgroups: grid(Math.ceil(count / WORKGROUP)),
    flops: 0,
  };
}
