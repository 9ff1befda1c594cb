import {
  type Binding,
  type Capabilities,
  grid,
  type Launch,
  type Parts,
  type ShaderSource,
  sizeOf,
  u32Params,
  type View,
} from "../../gpu/launch.ts";
import { specialize } from "../../gpu/specialize.ts";
import naive from "./max_pool2d.wgsl";
import paired from "./max_pool2d_2x2.wgsl";
import pairedGrad from "./max_pool2d_2x2_grad.wgsl";
import pairedRows from "./max_pool2d_2x2_rows.wgsl";
import naiveGrad from "./max_pool2d_grad.wgsl";
import { type Windows, windowParams } from "./pool2d.ts";

const WORKGROUP = 64;

/** True for 2x2 windows side by side that leave no row or column over: the fast kernels take these. */
function isPaired({ input, output, kernel, stride, padding, dilation }: Windows): boolean {
  const all = (pair: readonly number[], value: number) => pair.every((n) => n === value);
  const tight = all(kernel, 2) && all(stride, 2) && all(padding, 0) && all(dilation, 1);
  return tight && input.every((n, axis) => n === 2 * output[axis]!);
}

/**
 * Launches max pooling of input [N, C, H, W] to output [N, C, OH, OW] and, where they are wanted, of the same shape, `places` (u32):
 * where in its plane (y * W + x) each window's winner stands; 2^32 - 1 where a dilated window meets padding only.
 */
export function maxPool2d(
  input: View,
  output: View,
  places: View | undefined,
  windows: Windows,
  { software }: Capabilities,
): Launch {
  const bindings: Binding[] = [
    { view: input, access: "read" },
    { view: output, access: "write" },
  ];
  if (places) bindings.push({ view: places, access: "write" });
  const parts: Parts = places ? {} : { places: [], keep: [] };
  const kernelSize = windows.kernel[0] * windows.kernel[1];
  const flops = sizeOf(output.shape) * kernelSize;
  const [rows, columns] = windows.output;
  if (software && isPaired(windows) && columns % 2 === 0) {
    const count = sizeOf(output.shape) / columns;
    return {
      kernel: "maxPool2d",
      variant: "2x2 rows",
      shader: specialize(pairedRows, { WORKGROUP }, parts),
      params: u32Params(count, rows, columns / 2, 0),
      bindings,
      workgroups: grid(Math.ceil(count / WORKGROUP)),
      flops,
    };
  }
  return launch("maxPool2d", isPaired(windows), naive, paired, output, windows, bindings, flops, parts);
}

/** Launches the gradient of {@link maxPool2d}: from the output's gradient and the saved places to the input's gradient. */
export function maxPool2dGrad(gradient: View, places: View, dx: View, windows: Windows): Launch {
  const bindings = [
    { view: gradient, access: "read" as const },
    { view: places, access: "read" as const },
    { view: dx, access: "write" as const },
  ];
  const paired = isPaired(windows);
  return launch(
    "maxPool2dGrad",
    paired,
    naiveGrad,
    pairedGrad,
    paired ? gradient : dx,
    windows,
    bindings,
    sizeOf(dx.shape),
  );
}

/** One invocation per element of `tasks`. */
function launch(
  kernel: string,
  isFast: boolean,
  slow: ShaderSource,
  fast: ShaderSource,
  tasks: View,
  windows: Windows,
  bindings: Launch["bindings"],
  flops: number,
  parts: Parts = {},
): Launch {
  const count = sizeOf(tasks.shape);
  return {
    kernel,
    variant: isFast ? "2x2" : "naive",
    shader: specialize(isFast ? fast : slow, { WORKGROUP }, parts),
    params: isFast ? u32Params(count, ...windows.output) : windowParams(count, windows),
    bindings,
    workgroups: grid(Math.ceil(count / WORKGROUP)),
    flops,
  };
}
