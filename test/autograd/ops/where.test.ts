import { describe, expect, it } from "vitest";
import { evaluate } from "../../../src/autograd/evaluate.ts";
import { grad } from "../../../src/autograd/grad.ts";
import { log } from "../../../src/autograd/ops/elementwise.ts";
import { sum } from "../../../src/autograd/ops/sum.ts";
import { where } from "../../../src/autograd/ops/where.ts";
import * as oracle from "../../oracle/where.ts";
import { array, indices, random, randomIndices } from "../../support/arrays.ts";
import { checkOp, toHost } from "../../support/check.ts";
import { testDevice } from "../../support/device.ts";

describe("where", () => {
  it.each([
    [[7], [7], [7]],
    [[3, 8], [8], []],
    [
      [3, 1],
      [1, 5],
      [3, 5],
    ],
    [[1], [2, 4], [4]],
    [[0], [1], [0]],
  ])("condition %j, a %j, b %j, with gradients", async (condition, a, b) => {
    const inputs = [randomIndices(condition, 2, 1), random(a, 2), random(b, 3)];
    await checkOp({ op: (c, x, y) => where(c!, x!, y!), oracle: (c, x, y) => oracle.where(c!, x!, y!), inputs });
  });

  it("takes any number but 0 for true, NaN and large integers too", async () => {
    const floats = toHost(array([NaN, 0, -0, 0.5, -Infinity], [5]));
    const integers = toHost(indices([4294967295, 0, 16777217, 1, 0], [5]));
    const results = await evaluate(await testDevice(), (c, d) => [where(c!, 1, 2), where(d!, 1, 2)], [
      floats,
      integers,
    ]);
    expect(results.map(({ data }) => Array.from(data))).toEqual([
      [1, 2, 2, 1, 1],
      [1, 2, 1, 1, 2],
    ]);
  });

  it("hides a value and a gradient that are not chosen", async () => {
    const inputs = [toHost(indices([1, 0], [2])), toHost(array([4, -1], [2])), toHost(array([NaN, 3], [2]))];
    const [y, g] = await evaluate(
      await testDevice(),
      (c, a, b) => {
        const chosen = where(c!, log(a!), b!);
        return [chosen, ...grad(sum(chosen), [b!])];
      },
      inputs,
    );
    expect(Array.from(y!.data)).toEqual([Math.fround(Math.log(4)), 3]);
    expect(Array.from(g!.data)).toEqual([0, 1]);
  });

  it("refuses integers to choose from", async () => {
    const c = toHost(indices([1], [1]));
    await expect(evaluate(await testDevice(), (t) => [where(t!, t!, 1)], [c])).rejects.toThrow(
      "where: needs f32, but got u32[1]",
    );
  });
});
