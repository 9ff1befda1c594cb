import { describe, expect, it } from "vitest";
import { compile } from "../../../src/autograd/compile.ts";
import { evaluate } from "../../../src/autograd/evaluate.ts";
import { permute, transpose } from "../../../src/autograd/ops/permute.ts";
import { Variable } from "../../../src/autograd/tensor.ts";
import * as oracle from "../../oracle/permute.ts";
import { random, randomIndices, zeros } from "../../support/arrays.ts";
import { checkOp, toHost } from "../../support/check.ts";
import { testDevice } from "../../support/device.ts";

describe("permute", () => {
  it.each([
    [[], []],
    [[5], [0]],
    [
      [3, 5],
      [1, 0],
    ],
    [
      [3, 5],
      [0, 1],
    ],
    [
      [67, 131],
      [1, 0],
    ],
    [
      [2, 3, 5],
      [2, 0, 1],
    ],
    [
      [2, 3, 5],
      [1, 0, 2],
    ],
    [
      [2, 3, 4, 5],
      [0, 2, 3, 1],
    ],
    [
      [1, 3, 1, 5],
      [2, 3, 0, 1],
    ],
    [
      [3, 0, 2],
      [2, 1, 0],
    ],
    [
      [2, 1, 2, 3, 1, 2, 2, 2],
      [7, 6, 5, 4, 3, 2, 1, 0],
    ],
  ])("of %j by %j, with its gradient", async (shape, axes) => {
    await checkOp({
      op: (x) => permute(x!, axes),
      oracle: (x) => oracle.permute(x!, axes),
      inputs: [random(shape, 1)],
    });
  });

  it("takes integers, and axes counted from the end", async () => {
    const x = randomIndices([3, 4, 5], 2 ** 32, 2);
    const [y] = await evaluate(await testDevice(), (t) => [permute(t!, [-1, 0, -2])], [toHost(x)]);
    expect(Array.from(y!.data)).toEqual(Array.from(oracle.permute(x, [2, 0, 1]).data));
  });

  it("passes 65,535 workgroups", async () => {
    const [rows, columns] = [2, 2_100_001];
    const data = Float32Array.from({ length: rows * columns }, (_, i) => i % 1021);
    const [y] = await evaluate(await testDevice(), (t) => [permute(t!, [1, 0])], [{ data, shape: [rows, columns] }]);
    expect(y!.data.findIndex((v, i) => v !== data[(i % rows) * columns + Math.floor(i / rows)])).toBe(-1);
  });

  it("copies nothing where only axes of size 1 move", async () => {
    const x = new Variable(new Float32Array(6), [1, 3, 1, 2]);
    const step = await compile(await testDevice(), () => ({ y: permute(x, [1, 0, 3, 2]) }));
    expect(step.explain().dispatches).toEqual([]);
    expect(step.shapeOf("y")).toEqual([3, 1, 2, 1]);
    step.destroy();
    x.destroy();
  });

  it.each([
    [[2, 3], [0], "permute: axes [0] must name each axis of f32[2, 3] once"],
    [[2, 3], [0, 0], "permute: axes [0, 0] do not fit f32[2, 3]"],
    [[2, 3], [0, 2], "permute: axes [0, 2] do not fit f32[2, 3]"],
    [[2, 3], [0, 0.5], "permute: axes [0, 0.5] do not fit"],
    [Array<number>(9).fill(1), [8, 7, 6, 5, 4, 3, 2, 1, 0], "at most 8 axes"],
  ])("refuses of %j by %j", async (shape, axes, message) => {
    const call = evaluate(await testDevice(), (t) => [permute(t!, axes)], [toHost(zeros(shape))]);
    await expect(call).rejects.toThrow(message);
  });
});

describe("transpose", () => {
  it("exchanges two axes, the last two unless told otherwise", async () => {
    const inputs = [random([2, 3, 5], 1)];
    await checkOp({ op: (x) => transpose(x!), oracle: (x) => oracle.permute(x!, [0, 2, 1]), inputs });
    await checkOp({ op: (x) => transpose(x!, 0, 2), oracle: (x) => oracle.permute(x!, [2, 1, 0]), inputs });
  });

  it("refuses axes that are not there", async () => {
    const call = evaluate(await testDevice(), (t) => [transpose(t!)], [toHost(zeros([3]))]);
    await expect(call).rejects.toThrow("transpose: axes [-2] do not fit f32[3]");
  });
});
