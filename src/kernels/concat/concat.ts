import { grid, type Launch, scratch, sizeOf, type View } from "../../gpu/launch.ts";
import { specialize } from "../../gpu/specialize.ts";
import source from "./concat.wgsl";

const WORKGROUP = 64;

/** Most inputs of one dispatch: WebGPU promises eight storage bindings, one is the output. */
export const MAX_CONCAT_INPUTS = 7;

/** Launches output = 1 to 7 inputs of its type, joined along `axis` (from 0). */
export function concat(inputs: readonly View[], output: View, axis: number): Launch {
  const params = new Uint32Array(4 + MAX_CONCAT_INPUTS * 4);
  const count = sizeOf(output.shape);
  let begin = 0;
  inputs.forEach(({ shape }, k) => {
    const width = sizeOf(shape.slice(axis));
    params.set([begin, width], 4 + k * 4);
    begin += width;
  });
  params.set([count, begin]);
  const empty = scratch([0], output.dtype, "empty");
  return {
    kernel: "concat",
    variant: `${inputs.length} inputs`,
    shader: specialize(source, { WORKGROUP }),
    params: params.buffer,
    bindings: [
      ...Array.from({ length: MAX_CONCAT_INPUTS }, (_, k) => ({ view: inputs[k] ?? empty, access: "read" as const })),
      { view: output, access: "write" as const },
    ],
    workgroups: grid(Math.ceil(count / WORKGROUP)),
    flops: 0,
  };
}
