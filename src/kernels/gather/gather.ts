import { grid, type Launch, type ShaderSource, sizeOf, u32Params, type View } from "../../gpu/launch.ts";
import { specialize } from "../../gpu/specialize.ts";
import forward from "./gather.wgsl";
import backward from "./gather_grad.wgsl";

const WORKGROUP = 64;

/** What a gather is besides its arrays. */
export interface GatherCall {
  /** Sizes: input [outer, rows, width], output [outer, picks, width]. */
  readonly outer: number;
  readonly rows: number;
  readonly picks: number;
  readonly width: number;
  /** Whether each output element has an index of its own; otherwise each pick has one. */
  readonly indexPerElement: boolean;
  /** What an index out of range takes. */
  readonly outOfRange: "nearest row" | "NaN";
}

/** Launches output[o, j, i] = input[o, index, i]. Indices are u32, or i32 where negative ones count from the end. */
export function gather(kernel: string, input: View, indices: View, output: View, call: GatherCall): Launch {
  return launch(kernel, forward, input, indices, output, call, 0);
}

/** Launches the gradient of {@link gather}: dx[o, r, i] = sum of the gradients of the elements that took row r. */
export function gatherGrad(kernel: string, gradient: View, indices: View, dx: View, call: GatherCall): Launch {
  return launch(kernel, backward, gradient, indices, dx, call, sizeOf(gradient.shape));
}

function launch(
  kernel: string,
  source: ShaderSource,
  from: View,
  indices: View,
  to: View,
  call: GatherCall,
  flops: number,
): Launch {
  const { rows, picks, width } = call;
  const count = sizeOf(to.shape);
  const steps = call.indexPerElement ? [picks * width, width, 1] : [0, 1, 0];
  return {
    kernel,
    variant: "naive",
    shader: specialize(source, {
      WORKGROUP,
      SIGNED: indices.dtype === "i32",
      CLAMP: call.outOfRange === "nearest row",
    }),
    params: u32Params(count, rows, picks, width, ...steps),
    bindings: [
      { view: from, access: "read" },
      { view: indices, access: "read" },
      { view: to, access: "write" },
    ],
    workgroups: grid(Math.ceil(count / WORKGROUP)),
    flops,
  };
}
