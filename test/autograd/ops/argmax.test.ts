import { expect, it } from "vitest";
import { evaluate } from "../../../src/autograd/evaluate.ts";
import { argmax } from "../../../src/autograd/ops/argmax.ts";
import { DTypeError, ShapeError } from "../../../src/errors.ts";
import * as oracle from "../../oracle/argmax.ts";
import { array, random } from "../../support/arrays.ts";
import { checkOp, toHost } from "../../support/check.ts";
import { testDevice } from "../../support/device.ts";

it.each<[number[], number]>([
  [[1], 0],
  [[7], -1],
  [[5, 10], 1],
  [[5, 10], 0],
  [[131, 17], -1],
  [[3, 4, 5], 1],
  [[2, 3, 2, 5], -3],
  [[4_200_001, 2], 1],
])("argmax of %j along %i", (shape, axis) =>
  checkOp({
    op: (x) => argmax(x, axis),
    oracle: (x) => oracle.argmax(x, axis < 0 ? axis + shape.length : axis),
    inputs: [random(shape, 1)],
    gradients: [],
    relative: 0,
    absolute: 0,
  }),
);

it("takes the first of ties, and NaN as the largest", async () => {
  const rows = [
    [1, 3, 3],
    [-Infinity, -Infinity, -Infinity],
    [NaN, Infinity, NaN],
    [1, Infinity, NaN],
    [0, -0, 0],
  ];
  const [result] = await evaluate(await testDevice(), (x) => [argmax(x!)], [toHost(array(rows.flat(), [5, 3]))]);
  expect(Array.from(result!.data)).toEqual([1, 0, 0, 2, 0]);
});

it("of no rows is nothing; along no elements it is refused, as are other types and axes", async () => {
  const device = await testDevice();
  const run = (data: Float32Array | Uint32Array, shape: number[], axis: number) =>
    evaluate(device, (x) => [argmax(x!, axis)], [{ data, shape }]);
  expect((await run(new Float32Array(), [0, 3], 1))[0]!.shape).toEqual([0]);
  await expect(run(new Float32Array(), [3, 0], 1)).rejects.toThrow(
    new ShapeError("argmax: f32[3, 0] has no elements along axis 1; it needs at least one"),
  );
  await expect(run(new Float32Array(3), [3], 1)).rejects.toThrow(ShapeError);
  await expect(run(new Uint32Array(3), [3], 0)).rejects.toThrow(DTypeError);
});
