import { describe, expect, it } from "vitest";
import { compile } from "../../../src/autograd/compile.ts";
import { evaluate } from "../../../src/autograd/evaluate.ts";
import { concat } from "../../../src/autograd/ops/concat.ts";
import { Variable } from "../../../src/autograd/tensor.ts";
import * as oracle from "../../oracle/concat.ts";
import { indices, random, zeros } from "../../support/arrays.ts";
import { checkOp, toHost } from "../../support/check.ts";
import { testDevice } from "../../support/device.ts";

const NINE = Array.from({ length: 9 }, (_, k) => [2, k % 4]);

describe("concat", () => {
  it.each([
    [[[3], [4]], 0],
    [[[3], [0], [1]], 0],
    [
      [
        [256, 100],
        [256, 10],
      ],
      1,
    ],
    [
      [
        [2, 3],
        [5, 3],
        [1, 3],
      ],
      0,
    ],
    [
      [
        [2, 3, 5],
        [2, 1, 5],
        [2, 4, 5],
      ],
      1,
    ],
    [
      [
        [2, 3, 5],
        [2, 3, 1],
      ],
      -1,
    ],
    [
      [
        [0, 3],
        [0, 2],
      ],
      1,
    ],
    [
      [
        [3, 0],
        [2, 0],
      ],
      0,
    ],
    [
      [
        [67, 131],
        [67, 13],
      ],
      1,
    ],
    [[[4, 2]], 0],
    [NINE, 1],
  ])("of %j along %d, with gradients", async (shapes, axis) => {
    const inputs = shapes.map((shape, k) => random(shape, k));
    const along = axis < 0 ? axis + shapes[0]!.length : axis;
    await checkOp({ op: (...x) => concat(x, axis), oracle: (...x) => oracle.concat(x, along), inputs });
  });

  it("takes one tensor twice", async () => {
    await checkOp({
      op: (x) => concat([x!, x!], 1),
      oracle: (x) => oracle.concat([x!, x!], 1),
      inputs: [random([3, 2], 1)],
    });
  });

  it("joins the first axis unless told otherwise, and keeps the bits of integers", async () => {
    const [a, b] = [indices([0xffffffff, 16777217], [2]), indices([5], [1])].map(toHost);
    const [y] = await evaluate(await testDevice(), (x, z) => [concat([x!, z!])], [a!, b!]);
    expect(y!.data).toEqual(Uint32Array.from([0xffffffff, 16777217, 5]));
  });

  it("takes one dispatch for seven tensors, two for nine", async () => {
    const dispatches = async (count: number) => {
      const x = new Variable(new Float32Array(2), [2]);
      const step = await compile(await testDevice(), () => ({ y: concat(Array<Variable>(count).fill(x)) }));
      const { length } = step.explain().dispatches;
      step.destroy();
      x.destroy();
      return length;
    };
    expect([await dispatches(7), await dispatches(9)]).toEqual([1, 2]);
  });

  it("passes 65,535 workgroups", async () => {
    const count = 65_536 * 64;
    const a = { data: new Float32Array(count).fill(1), shape: [count] };
    const b = { data: Float32Array.of(2, 3, 4), shape: [3] };
    const [y] = await evaluate(await testDevice(), (x, z) => [concat([x!, z!])], [a, b]);
    expect(y!.data.findIndex((v) => v !== 1)).toBe(count);
    expect(Array.from(y!.data.subarray(count))).toEqual([2, 3, 4]);
  });

  it("refuses what does not join", async () => {
    const device = await testDevice();
    const call = (shapes: number[][], axis: number) =>
      evaluate(
        device,
        (...x) => [concat(x, axis)],
        shapes.map((shape) => toHost(zeros(shape))),
      );
    await expect(call([], 0)).rejects.toThrow("concat: no tensor is given; give at least one");
    await expect(
      call(
        [
          [2, 3],
          [2, 4],
        ],
        0,
      ),
    ).rejects.toThrow("concat: f32[2, 3] and f32[2, 4] do not join along axis 0");
    await expect(call([[2, 3], [2]], 0)).rejects.toThrow("all other sizes must be equal");
    await expect(
      call(
        [
          [2, 3],
          [2, 3],
        ],
        2,
      ),
    ).rejects.toThrow("concat: axes [2] do not fit f32[2, 3]");
    await expect(call([[], []], 0)).rejects.toThrow("concat: axes [0] do not fit f32[]");
    const mixed = [zeros([2]), indices([1], [1])].map(toHost);
    await expect(evaluate(device, (...x) => [concat(x)], mixed)).rejects.toThrow(
      "concat: f32[2] and u32[1] differ in type",
    );
  });
});
