import { describe, expect, it } from "vitest";
import { evaluate } from "../../../src/autograd/evaluate.ts";
import { grad } from "../../../src/autograd/grad.ts";
import { embedding } from "../../../src/autograd/ops/embedding.ts";
import { sum } from "../../../src/autograd/ops/sum.ts";
import * as oracle from "../../oracle/embedding.ts";
import { random, randomIndices, zeros } from "../../support/arrays.ts";
import { checkOp, expectClose, toHost } from "../../support/check.ts";
import { testDevice } from "../../support/device.ts";

describe("embedding", () => {
  it.each([
    [[256], [10, 10]],
    [[], [3, 4]],
    [[1], [1, 1]],
    [
      [5, 7],
      [13, 3],
    ],
    [[0], [4, 2]],
    [[6], [4, 0]],
    [[67], [131, 17]],
  ])("of indices %j in weight %j, with its gradient", async (picks, weight) => {
    const inputs = [randomIndices(picks, weight[0]!, 1), random(weight, 2)];
    await checkOp({ op: (k, w) => embedding(k!, w!), oracle: (k, w) => oracle.embedding(k!, w!), inputs });
  });

  it("gives NaN and no gradient for indices out of range", async () => {
    const k = { data: Uint32Array.from([2, 1, 3, 0xffffffff]), shape: [4] };
    const w = { data: Float32Array.from([1, 2, 3, 4, 5, 6]), shape: [3, 2] };
    const [y, g] = await evaluate(
      await testDevice(),
      (indices, weight) => {
        const rows = embedding(indices!, weight!);
        return [rows, ...grad(sum(rows), [weight!])];
      },
      [k, w],
    );
    expectClose(y!.data, [5, 6, 3, 4, NaN, NaN, NaN, NaN], 0, 0, "rows");
    expect(Array.from(g!.data)).toEqual([0, 0, 1, 1, 1, 1]);
  });

  it("gives NaN from an empty table", async () => {
    const [y] = await evaluate(
      await testDevice(),
      (k, w) => [embedding(k!, w!)],
      [randomIndices([2], 5, 1), zeros([0, 3])].map(toHost),
    );
    expectClose(y!.data, Array<number>(6).fill(NaN), 0, 0, "rows");
  });

  it("sums the gradient to the same bits every time", async () => {
    const inputs = [randomIndices([4001], 3, 1), random([3, 5], 2), random([4001, 5], 3)].map(toHost);
    const run = async () =>
      (await evaluate(await testDevice(), (k, w, s) => grad(embedding(k!, w!), [w!], s), inputs))[0]!.data;
    expect(await run()).toEqual(await run());
  });

  it("refuses other types and ranks", async () => {
    const device = await testDevice();
    const [k, w, row] = [randomIndices([2], 3, 1), zeros([3, 2]), zeros([3])].map(toHost);
    await expect(evaluate(device, (a, b) => [embedding(a!, b!)], [w!, w!])).rejects.toThrow(
      "embedding: indices must be u32, but got f32[3, 2]",
    );
    await expect(evaluate(device, (a, b) => [embedding(a!, b!)], [k!, k!])).rejects.toThrow(
      "embedding: needs f32, but got u32[2]",
    );
    await expect(evaluate(device, (a, b) => [embedding(a!, b!)], [k!, row!])).rejects.toThrow(
      "embedding: the weight must be [rows, width], but got f32[3]",
    );
  });
});
