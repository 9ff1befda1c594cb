import { expect, it } from "vitest";
import { scratch } from "../../src/gpu/launch.ts";
import { laneConstants } from "../../src/kernels/lanes.ts";
import { type MatmulCall, matmul } from "../../src/kernels/matmul/matmul.ts";

it("subgroups of 8 shuffle, which lavapipe does in one instruction; others broadcast", () => {
  expect(laneConstants(8)).toEqual({ LANES: 8, "subgroupBroadcast()": "subgroupShuffle" });
  for (const lanes of [4, 16]) expect(laneConstants(lanes)).toEqual({ LANES: lanes });
  const call: MatmulCall = {
    ...{ m: 32, n: 32, k: 32, batches: 1 },
    ...{ transposeA: false, transposeB: false, sharedA: false, sharedB: false },
  };
  const [a, b, c] = ["a", "b", "c"].map((name) => scratch([32, 32], "f32", name));
  for (const lanes of [4, 8, 16]) {
    const [launch] = matmul(a!, b!, c!, call, { software: true, subgroupSize: lanes }, "subgroup 16");
    const [shuffles, broadcasts] = ["subgroupShuffle(", "subgroupBroadcast("].map((name) =>
      launch!.shader.code.includes(name),
    );
    expect([lanes, shuffles, broadcasts]).toEqual([lanes, lanes === 8, lanes !== 8]);
  }
});
