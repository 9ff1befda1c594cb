import { grid, type Launch, sizeOf, u32Params, type View } from "../../gpu/launch.ts";
import { specialize } from "../../gpu/specialize.ts";
import source from "./one_hot.wgsl";

const WORKGROUP = 64;

/** Launches output [..., classes] = 1 at each of the indices [...] (u32), 0 elsewhere. */
export function oneHot(indices: View, output: View, classes: number): Launch {
  const count = sizeOf(output.shape);
  return {
    kernel: "oneHot",
    variant: "naive",
    shader: specialize(source, { WORKGROUP }),
    params: u32Params(count, classes),
    bindings: [
      { view: indices, access: "read" },
      { view: output, access: "write" },
    ],
    workgroups: grid(Math.ceil(count / WORKGROUP)),
    flops: 0,
  };
}
