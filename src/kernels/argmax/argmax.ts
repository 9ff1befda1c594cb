import { grid, type Launch, sizeOf, u32Params, type View } from "../../gpu/launch.ts";
import { specialize } from "../../gpu/specialize.ts";
import source from "./argmax.wgsl";

const WORKGROUP = 64;

/** Launches the index of the largest element along `axis` of `input` into `output` (u32, the shape without the axis). */
export function argmax(input: View, axis: number, output: View): Launch {
  const rows = sizeOf(output.shape);
  return {
    kernel: "argmax",
    variant: "",
    shader: specialize(source, { WORKGROUP }),
    params: u32Params(rows, input.shape[axis]!, sizeOf(input.shape.slice(axis + 1))),
    bindings: [
      { view: input, access: "read" },
      { view: output, access: "write" },
    ],
    workgroups: grid(Math.ceil(rows / WORKGROUP)),
    flops: sizeOf(input.shape),
  };
}
