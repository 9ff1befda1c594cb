import {
  type Capabilities,
  grid,
  type Launch,
  type ShaderSource,
  sizeOf,
  u32Params,
  type View,
} from "../../gpu/launch.ts";
import { specialize } from "../../gpu/specialize.ts";
import forward from "./softmax.wgsl";
import backward from "./softmax_grad.wgsl";

const WORKGROUP = 64;

/** Launches softmax of `input` along `axis`, or its logarithm, into `output` of the same shape. */
export function softmax(input: View, axis: number, log: boolean, output: View, capabilities: Capabilities): Launch {
  return rowwise(log ? "logSoftmax" : "softmax", forward, [input], axis, log, output, capabilities);
}

/** Launches the gradient of {@link softmax}: from its result `y` and the gradient `g` of that to the input's. */
export function softmaxGrad(
  y: View,
  g: View,
  axis: number,
  log: boolean,
  output: View,
  capabilities: Capabilities,
): Launch {
  return rowwise(log ? "logSoftmaxGrad" : "softmaxGrad", backward, [y, g], axis, log, output, capabilities);
}

function rowwise(
  kernel: string,
  source: ShaderSource,
  inputs: readonly View[],
  axis: number,
  log: boolean,
  output: View,
  { software }: Capabilities,
): Launch {
  const length = output.shape[axis]!;
  const step = sizeOf(output.shape.slice(axis + 1));
  const size = sizeOf(output.shape);
  const rows = length === 0 ? 0 : size / length;
  // Lanes pay where they read neighbours and the row is long; a CPU driver pays for the barriers instead.
  const lanes = software || step > 1 || length < 32 ? 1 : 2 ** Math.min(6, Math.floor(Math.log2(length / 4)));
  return {
    kernel,
    variant: `x${lanes}`,
    shader: specialize(source, { LOG: log, WORKGROUP, LANES: lanes }),
    params: u32Params(rows, length, step),
    bindings: [...inputs.map((view) => ({ view, access: "read" as const })), { view: output, access: "write" }],
    workgroups: grid(Math.ceil((rows * lanes) / WORKGROUP)),
    flops: size * 5,
  };
}
