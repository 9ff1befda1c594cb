import { grid, type Launch, sizeOf, type View } from "../../gpu/launch.ts";
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
  const bindings = inputs.map((_, k) => `@group(0) @binding(${k + 1}) var<storage, read> in${k}: array<u32>;`);
  bindings.push(`@group(0) @binding(${inputs.length + 1}) var<storage, read_write> out: array<u32>;`);
  const copies = inputs.map((_, k) => `  if (holds(${k}u, column)) { value = in${k}[place(${k}u, row, column)]; }`);
  return {
    kernel: "concat",
    variant: `${inputs.length} inputs`,
    shader: specialize(source, { WORKGROUP }, { bindings, copies }),
    params: params.buffer,
    bindings: [
      ...inputs.map((view) => ({ view, access: "read" as const })),
      { view: output, access: "write" as const },
    ],
    workgroups: grid(Math.ceil(count / WORKGROUP)),
    flops: 0,
  };
}
