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

/** A kernel, how many invocations it takes, and what it is told. */
interface Variant {
  readonly variant: string;
  readonly source: ShaderSource;
  readonly count: number;
  readonly params: ArrayBuffer;
}

const naiveOf = (source: ShaderSource, count: number, windows: Windows): Variant => ({
  variant: "naive",
  source,
  count,
  params: windowParams(count, windows),
});

const pairedOf = (source: ShaderSource, count: number, { output }: Windows): Variant => ({
  variant: "2x2",
  source,
  count,
  params: u32Params(count, ...output),
});

/** For drivers that run on the CPU: a row of `columns` results, an even number, to an invocation. */
const rowsOf = (source: ShaderSource, size: number, { output: [rows, columns] }: Windows): Variant => ({
  variant: "2x2 rows",
  source,
  count: size / columns,
  params: u32Params(size / columns, rows, columns / 2),
});

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
  const size = sizeOf(output.shape);
  const fast =
    software && windows.output[1] % 2 === 0 ? rowsOf(pairedRows, size, windows) : pairedOf(paired, size, windows);
  const bindings: Binding[] = [
    { view: input, access: "read" },
    { view: output, access: "write" },
  ];
  if (places) bindings.push({ view: places, access: "write" });
  return launch(
    "maxPool2d",
    isPaired(windows) ? fast : naiveOf(naive, size, windows),
    bindings,
    size * windows.kernel[0] * windows.kernel[1],
    places ? {} : { places: [], keep: [] },
  );
}

/** Launches the gradient of {@link maxPool2d}: from the output's gradient and the saved places to the input's gradient. */
export function maxPool2dGrad(gradient: View, places: View, dx: View, windows: Windows): Launch {
  const bindings: Binding[] = [
    { view: gradient, access: "read" },
    { view: places, access: "read" },
    { view: dx, access: "write" },
  ];
  const size = sizeOf(dx.shape);
  const variant = isPaired(windows)
    ? pairedOf(pairedGrad, sizeOf(gradient.shape), windows)
    : naiveOf(naiveGrad, size, windows);
  return launch("maxPool2dGrad", variant, bindings, size);
}

function launch(
  kernel: string,
  { variant, source, count, params }: Variant,
  bindings: readonly Binding[],
  flops: number,
  parts: Parts = {},
): Launch {
  const shader = specialize(source, { WORKGROUP }, parts);
  return { kernel, variant, shader, params, bindings, workgroups: grid(Math.ceil(count / WORKGROUP)), flops };
}
