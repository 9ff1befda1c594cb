import { grid, type Launch, type ShaderSource, sizeOf, type View } from "../../gpu/launch.ts";
import { specialize } from "../../gpu/specialize.ts";
import forward from "./avg_pool2d.wgsl";
import backward from "./avg_pool2d_grad.wgsl";
import { type Windows, windowParams } from "./pool2d.ts";

const WORKGROUP = 64;

/** Launches average pooling of input [N, C, H, W] to output [N, C, OH, OW]. */
export function avgPool2d(input: View, output: View, windows: Windows, countPadding: boolean): Launch {
  return launch("avgPool2d", forward, input, output, windows, countPadding, output);
}

/** Launches the gradient of {@link avgPool2d}: from the output's gradient to the input's. */
export function avgPool2dGrad(gradient: View, dx: View, windows: Windows, countPadding: boolean): Launch {
  return launch("avgPool2dGrad", backward, gradient, dx, windows, countPadding, gradient);
}

function launch(
  kernel: string,
  source: ShaderSource,
  from: View,
  to: View,
  windows: Windows,
  countPadding: boolean,
  pooled: View,
): Launch {
  const count = sizeOf(to.shape);
  return {
    kernel,
    variant: "naive",
    shader: specialize(source, { WORKGROUP, COUNT_PADDING: countPadding }),
    params: windowParams(count, windows),
    bindings: [
      { view: from, access: "read" },
      { view: to, access: "write" },
    ],
    workgroups: grid(Math.ceil(count / WORKGROUP)),
    flops: sizeOf(pooled.shape) * windows.kernel[0] * windows.kernel[1],
  };
}
