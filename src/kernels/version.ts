import gatherNaive from "./conv2d/gather_naive.wgsl";
import gatherQuads from "./conv2d/gather_quads.wgsl";
import gatherRows from "./conv2d/gather_rows.wgsl";
import gatherTiled from "./conv2d/gather_tiled.wgsl";
import packWeights from "./conv2d/pack_weights.wgsl";
import weightNaive from "./conv2d/weight_gradient_naive.wgsl";
import weightSubgroup from "./conv2d/weight_gradient_subgroup.wgsl";
import weightTiled from "./conv2d/weight_gradient_tiled.wgsl";
import { laneConstants } from "./lanes.ts";
import matmulNaive from "./matmul/naive.wgsl";
import { finishParts, subgroupConstants, subgroupOperands } from "./matmul/parts.ts";
import matmulSubgroup from "./matmul/subgroup.wgsl";
import matmulTiled from "./matmul/tiled.wgsl";
import reduce from "./reduce/reduce.wgsl";

/** What parts.ts writes into products, for every way of storing the operands at sizes with and without a remainder. */
function productParts(): string {
  const texts: string[] = [];
  const storages = [false, true].flatMap((transposeA) =>
    [false, true].map((transposeB) => ({ transposeA, transposeB })),
  );
  for (const n of [8, 6, 5]) {
    for (const k of [8, 6, 5]) {
      for (const rowsPerLane of [2, 4]) {
        for (const storage of storages) {
          const call = { m: 8, n, k, batches: 1, ...storage, sharedA: false, sharedB: false };
          const finish = finishParts(call, "vec4<f32>", n % 4 === 0 ? 4 : 1, rowsPerLane);
          const constants = Object.values(subgroupConstants(call, rowsPerLane)).map(String);
          texts.push(...Object.values({ ...finish, ...subgroupOperands(call, rowsPerLane) }).flat(), ...constants);
        }
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
    .concat(productParts(), ...[4, 8, 16].map((lanes) => JSON.stringify(laneConstants(lanes))))
    .join("\n"),
);

/** The 32-bit FNV-1a hash of a text's UTF-16 units, in eight hexadecimal digits. */
export function fnv1a(text: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, "0");
}
