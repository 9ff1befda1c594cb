// tfjs on Dawn, for Node's side of the benchmark and for tests that compare with it.

import { prepareNode } from "./node_globals.ts";
import { openTfjs as open, type Tfjs } from "./rivals/tfjs.ts";

export { namedTensors, type Tfjs } from "./rivals/tfjs.ts";

/** Opens tfjs's WebGPU backend on Dawn with the same toggles as ours. Throws what it throws. */
export async function openTfjs(toggles: readonly string[]): Promise<Tfjs> {
  const { wasmFolder, release } = await prepareNode(toggles);
  const tfjs = await open("webgpu", wasmFolder);
  return {
    ...tfjs,
    close() {
      tfjs.close();
      release();
    },
  };
}
