import { describe, expect, it } from "vitest";
import { evaluate } from "../../../src/autograd/evaluate.ts";
import { grad } from "../../../src/autograd/grad.ts";
import { gather, indexSelect } from "../../../src/autograd/ops/gather.ts";
import { sum } from "../../../src/autograd/ops/sum.ts";
import * as oracle from "../../oracle/gather.ts";
import { type Array64, random, randomIndices, zeros } from "../../support/arrays.ts";
import { checkOp, toHost } from "../../support/check.ts";
import { testDevice } from "../../support/device.ts";

/** Whole numbers in [-below, below) as i32. */
function signedIndices(shape: readonly number[], below: number, seed: number): Array64 {
  const { data } = randomIndices(shape, 2 * below, seed);
  return { data: data.map((v) => v - below), shape, dtype: "i32" };
}

describe("gather", () => {
  it.each([
    [[5], [7], 0],
    [[4, 3], [9, 3], 0],
    [[4, 6], [4, 1], 1],
    [[2, 5, 3], [2, 4, 3], 1],
    [[2, 5, 3], [1, 7, 2], 1],
    [[2, 5, 3], [2, 5, 11], 2],
    [[1, 1], [1, 1], 0],
    [[3, 4], [0, 4], 0],
    [[3, 0], [2, 0], 0],
    [[13, 67], [131, 67], 0],
  ])("of %j by indices %j along %d, with its gradient", async (shape, picks, axis) => {
    const x = random(shape, 1);
    // Beyond the range too: those take the last row.
    const unsigned = randomIndices(picks, shape[axis]! + 2, 2);
    const signed = signedIndices(picks, shape[axis]! + 2, 3);
    for (const indices of [unsigned, signed]) {
      await checkOp({
        op: (t, k) => gather(t!, k!, axis),
        oracle: (t, k) => oracle.gather(t!, k!, axis),
        inputs: [x, indices],
      });
    }
  });

  it("takes axes from the end, extreme indices, and keeps the bits of integers", async () => {
    const x = { data: Uint32Array.from([0xffffffff, 16777217, 3]), shape: [3] };
    const u = { data: Uint32Array.from([0, 1, 2, 3, 0xffffffff, 0x80000000]), shape: [6] };
    const i = { data: Int32Array.from([0, -1, -3, -4, -(2 ** 31), 2 ** 31 - 1]), shape: [6] };
    const results = await evaluate(await testDevice(), (t, a, b) => [gather(t!, a!, -1), gather(t!, b!, -1)], [
      x,
      u,
      i,
    ]);
    expect(results.map(({ data }) => Array.from(data))).toEqual([
      [0xffffffff, 16777217, 3, 3, 3, 3],
      [0xffffffff, 3, 0xffffffff, 0xffffffff, 0xffffffff, 3],
    ]);
  });

  it("sums the gradient to the same bits every time", async () => {
    const inputs = [random([3, 5], 1), randomIndices([4001, 5], 3, 2)].map(toHost);
    const run = async () =>
      (await evaluate(await testDevice(), (x, k) => grad(sum(gather(x!, k!, 0)), [x!]), inputs))[0]!.data;
    expect(await run()).toEqual(await run());
  });

  it.each([
    [[4, 3], [4], 0, "gather: indices u32[4] do not fit f32[4, 3] along axis 0"],
    [[4, 3], [2, 4], 0, "indices must not be longer along any other axis"],
    [[4, 3], [4, 3], 2, "gather: axes [2] do not fit f32[4, 3]"],
    [[0, 3], [1, 3], 0, "gather: axis 0 of f32[0, 3] is empty"],
  ])("refuses of %j by indices %j along %d", async (shape, picks, axis, message) => {
    const inputs = [zeros(shape), randomIndices(picks, 1, 1)].map(toHost);
    await expect(evaluate(await testDevice(), (x, k) => [gather(x!, k!, axis)], inputs)).rejects.toThrow(message);
  });

  it("refuses indices of f32", async () => {
    const x = toHost(zeros([3]));
    await expect(evaluate(await testDevice(), (t) => [gather(t!, t!, 0)], [x])).rejects.toThrow(
      "gather: indices must be u32 or i32, but got f32[3]; convert them with cast",
    );
  });
});

describe("indexSelect", () => {
  it.each([
    [[5], 0, [7]],
    [[5], 0, []],
    [[4, 3], 0, [2, 5]],
    [[4, 3], 1, [6]],
    [[2, 5, 3], 1, [67]],
    [[2, 5, 3], 1, [0]],
  ])("of %j along %d by indices %j, with its gradient", async (shape, axis, picks) => {
    for (const indices of [randomIndices(picks, shape[axis]! + 1, 2), signedIndices(picks, shape[axis]! + 1, 3)]) {
      await checkOp({
        op: (x, k) => indexSelect(x!, axis, k!),
        oracle: (x, k) => oracle.indexSelect(x!, axis, k!),
        inputs: [random(shape, 1), indices],
      });
    }
  });

  it("passes 65,535 workgroups", async () => {
    const count = 65_536 * 64 + 5;
    const x = { data: Float32Array.from({ length: 1021 }, (_, i) => i), shape: [1021] };
    const k = { data: Uint32Array.from({ length: count }, (_, i) => i % 1021), shape: [count] };
    const [y] = await evaluate(await testDevice(), (t, indices) => [indexSelect(t!, 0, indices!)], [x, k]);
    expect(y!.data.findIndex((v, i) => v !== i % 1021)).toBe(-1);
  });

  it("refuses axes that are not there, and empty ones", async () => {
    const device = await testDevice();
    const k = toHost(randomIndices([2], 1, 1));
    const call = (shape: number[], axis: number) =>
      evaluate(device, (x, i) => [indexSelect(x!, axis, i!)], [toHost(zeros(shape)), k]);
    await expect(call([3], 1)).rejects.toThrow("indexSelect: axes [1] do not fit f32[3]");
    await expect(call([0], 0)).rejects.toThrow("indexSelect: axis 0 of f32[0] is empty");
  });
});
