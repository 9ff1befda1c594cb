import { deepEqual } from "node:assert/strict";

/** The tiles of src/kernels/matmul/subgroup.wgsl, and what other sizes would give. */
export function check({ multiplyAdds, loads, bestTile }) {
  for (const [lanes, rows, columns, most, least] of [
    [8, 16, 32, 64, 6], // 2 of A, 4 of B
    [16, 16, 64, 64, 5],
    [16, 32, 64, 128, 6],
  ]) {
    const tile = `per lane of a tile of ${rows} x ${columns} by ${lanes} lanes`;
    same(multiplyAdds(lanes, rows, columns), most, `multiply-adds ${tile}`);
    same(loads(lanes, rows, columns), least, `loads ${tile}`);
  }
  for (const [lanes, registers, rows, columns] of [
    [8, 70, 16, 32],
    [8, 140, 32, 32],
    [16, 70, 16, 64],
  ]) {
    same(bestTile(lanes, registers), { rows, columns }, `the best tile for ${lanes} lanes of ${registers} numbers`);
  }
}

function same(actual, expected, what) {
  deepEqual(actual, expected, `${what}: ${JSON.stringify(actual)}, but should be ${JSON.stringify(expected)}`);
}
