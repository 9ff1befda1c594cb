import { describe, expect, it } from "vitest";
import { evaluate } from "../../../src/autograd/evaluate.ts";
import { slice } from "../../../src/autograd/ops/slice.ts";
import * as oracle from "../../oracle/slice.ts";
import { random, zeros } from "../../support/arrays.ts";
import { checkOp, toHost } from "../../support/check.ts";
import { testDevice } from "../../support/device.ts";

type Case = readonly [shape: number[], starts: number[], sizes: number[], strides?: number[]];

const CASES: readonly Case[] = [
  [[], [], []],
  [[7], [2], [3]],
  [[7], [0], [7]],
  [[8], [1], [3], [3]],
  [
    [256, 110],
    [0, 100],
    [256, 10],
  ],
  [
    [5, 4, 6],
    [1, 0, 0],
    [3, 4, 6],
  ],
  [
    [5, 4, 6],
    [1, 1, 0],
    [3, 2, 6],
  ],
  [
    [5, 4, 6],
    [0, 1, 2],
    [3, 2, 2],
    [2, 2, 3],
  ],
  [
    [5, 4, 6],
    [0, 0, 2],
    [5, 4, 1],
  ],
  [
    [4, 3, 5],
    [3, 0, 4],
    [1, 2, 1],
    [1, 2, 7],
  ],
  [
    [1, 3, 1],
    [0, 1, 0],
    [1, 2, 1],
  ],
  [
    [4, 3],
    [4, 0],
    [0, 3],
  ],
  [
    [0, 3],
    [0, 1],
    [0, 2],
  ],
  [
    [67, 131],
    [3, 5],
    [61, 40],
    [1, 3],
  ],
  [
    [2, 2, 2, 2, 2, 2, 2, 2],
    [0, 1, 0, 1, 0, 1, 0, 1],
    [2, 1, 2, 1, 2, 1, 2, 1],
  ],
];

describe("slice", () => {
  it.each(CASES.map(([shape, starts, sizes, strides]) => [shape, starts, sizes, strides] as const))(
    "of %j from %j, sizes %j, strides %j, with its gradient",
    async (shape, starts, sizes, strides) => {
      const inputs = [random(shape, 1)];
      await checkOp({
        op: (x) => slice(x!, starts, sizes, strides),
        oracle: (x) => oracle.slice(x!, starts, sizes, strides),
        inputs,
      });
    },
  );

  it("keeps every bit of integers and NaN, beyond 65,535 workgroups", async () => {
    const data = Uint32Array.from({ length: 4_194_400 }, (_, i) => i + 0x7f800000);
    const starts = [3];
    const sizes = [4_194_391];
    const [u] = await evaluate(await testDevice(), (x) => [slice(x!, starts, sizes)], [{ data, shape: [data.length] }]);
    expect(u!.data.findIndex((v, i) => v !== data[i + 3])).toBe(-1);
    const floats = new Float32Array(data.buffer);
    const [f] = await evaluate(await testDevice(), (x) => [slice(x!, starts, sizes)], [
      { data: floats, shape: [data.length] },
    ]);
    expect(new Uint32Array(f!.data.buffer).findIndex((v, i) => v !== data[i + 3])).toBe(-1);
  });

  it.each<[shape: number[], starts: number[], sizes: number[], strides: number[], message: string]>([
    [[4, 3], [0], [1], [1], "each needs one number per axis"],
    [[4, 3], [0, 0], [5, 3], [1, 1], "slice: starts [0, 0], sizes [5, 3], strides [1, 1] leave f32[4, 3] along axis 0"],
    [[4, 3], [0, 1], [4, 3], [1, 1], "along axis 1"],
    [[4, 3], [0, 0], [3, 3], [2, 1], "along axis 0"],
    [[4, 3], [-1, 0], [1, 1], [1, 1], "along axis 0"],
    [[4, 3], [0, 0], [-1, 1], [1, 1], "along axis 0"],
    [[4, 3], [5, 0], [0, 1], [1, 1], "along axis 0"],
    [[4, 3], [0, 0], [1, 1], [0, 1], "strides 1 or more"],
    [[4, 3], [0, 0], [1, 1], [1, -1], "strides 1 or more"],
    [[4, 3], [0.5, 0], [1, 1], [1, 1], "along axis 0"],
    [[4, 3], [0, Number.NaN], [1, 1], [1, 1], "along axis 1"],
  ])("refuses of %j from %j, sizes %j, strides %j", async (shape, starts, sizes, strides, message) => {
    const call = evaluate(await testDevice(), (x) => [slice(x!, starts, sizes, strides)], [toHost(zeros(shape))]);
    await expect(call).rejects.toThrow(message);
  });

  it("refuses more than eight axes", async () => {
    const ones = Array<number>(9).fill(1);
    const call = evaluate(await testDevice(), (x) => [slice(x!, Array<number>(9).fill(0), ones)], [
      toHost(zeros(ones)),
    ]);
    await expect(call).rejects.toThrow("at most 8 axes");
  });
});
