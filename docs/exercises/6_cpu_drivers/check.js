import { deepEqual, equal } from "node:assert/strict";

/** The tiles of src/kernels/matmul/subgroup.wgsl, and what other sizes would give. */
export function check({ multiplyAdds, loads, bestTile }) {
  equal(multiplyAdds(8, 16, 32), 64, "multiply-adds per lane of a tile of 16 x 32 by 8 lanes");
  equal(multiplyAdds(16, 16, 64), 64, "multiply-adds per lane of a tile of 16 x 64 by 16 lanes");
  equal(loads(8, 16, 32), 6, "loads per lane of a tile of 16 x 32 by 8 lanes: 2 of A, 4 of B");
  equal(loads(16, 32, 64), 6, "loads per lane of a tile of 32 x 64 by 16 lanes");
  deepEqual(bestTile(8, 70), { rows: 16, columns: 32 }, "with 70 numbers a lane");
  deepEqual(bestTile(8, 140), { rows: 32, columns: 32 }, "with 140 numbers a lane");
  deepEqual(bestTile(16, 70), { rows: 16, columns: 64 }, "with 70 numbers a lane, by 16 lanes");
}
