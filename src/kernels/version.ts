import gatherNaive from "./conv2d/gather_naive.wgsl";
import gatherQuads from "./conv2d/gather_quads.wgsl";
import gatherRows from "./conv2d/gather_rows.wgsl";
import gatherTiled from "./conv2d/gather_tiled.wgsl";
import packWeights from "./conv2d/pack_weights.wgsl";
import weightNaive from "./conv2d/weight_gradient_naive.wgsl";
import weightSubgroup from "./conv2d/weight_gradient_subgroup.wgsl";
import weightTiled from "./conv2d/weight_gradient_tiled.wgsl";
import matmulNaive from "./matmul/naive.wgsl";
import { finishParts, subgroupConstants, subgroupOperands } from "./matmul/parts.ts";
import matmulSubgroup from "./matmul/subgroup.wgsl";
import matmulTiled from "./matmul/tiled.wgsl";
import reduce from "./reduce/reduce.wgsl";

/** What parts.ts writes into products, for every way of storing the operands at sizes with and without a remainder. */
function productParts(): string {
  const texts: string[] = [];
  for (const size of [8, 6, 5]) {
    for (const transposeA of [false, true]) {
      for (const transposeB of [false, true]) {
        const call = { m: size, n: size, k: size, batches: 1, transposeA, transposeB, sharedA: false, sharedB: false };
        const finish = finishParts(call, "vec4<f32>", size % 4 === 0 ? 4 : 1, 4);
        const constants = Object.values(subgroupConstants(call, 4)).map(String);
        texts.push(...Object.values({ ...finish, ...subgroupOperands(call, 4) }).flat(), ...constants);
      }
    }
  }
  return texts.join("\n");
}

/** Names the texts of the kernels that a tuner chooses among: what was measured of others says nothing of these. */
export const KERNELS_VERSION = fnv1a(
  [
    matmulNaive,
    matmulTiled,
    matmulSubgroup,
    gatherNaive,
    gatherTiled,
    gatherRows,
    gatherQuads,
    weightNaive,
    weightSubgroup,
    weightTiled,
    packWeights,
    reduce,
  ]
    .map(({ code }) => code)
    .concat(productParts())
    .join("\n"),
);

/** The 32-bit FNV-1a hash of a text's UTF-16 units, in eight hexadecimal digits. */
export function fnv1a(text: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, "0");
}
