import { describe, expect, it } from "vitest";
import { evaluate } from "../../../src/autograd/evaluate.ts";
import { logSoftmax, softmax } from "../../../src/autograd/ops/softmax.ts";
import { recordOne } from "../../../src/autograd/record.ts";
import { DTypeError, ShapeError } from "../../../src/errors.ts";
import { softmax as launch, softmaxGrad as launchGradient } from "../../../src/kernels/softmax/softmax.ts";
import { softmax as oracle } from "../../oracle/softmax.ts";
import { array, random } from "../../support/arrays.ts";
import { checkOp, expectClose, toHost } from "../../support/check.ts";
import { testDevice } from "../../support/device.ts";

describe.each([
  ["softmax", softmax, false],
  ["logSoftmax", logSoftmax, true],
] as const)("%s", (name, op, log) => {
  it.each<[number[], number]>([
    [[1], 0],
    [[7], -1],
    [[5, 10], 1],
    [[5, 10], 0],
    [[3, 4, 5], -2],
    [[2, 3, 2, 5], 1],
    [[131, 17], 1],
    [[3, 257], 1],
    [[4, 1], 1],
  ])("of %j along %i", async (shape, axis) => {
    const from0 = axis < 0 ? axis + shape.length : axis;
    await checkOp({
      op: (x) => op(x, axis),
      oracle: (x) => oracle(x, from0, log),
      inputs: [random(shape, 3, -4, 4)],
      relative: 2e-5,
    });
  });

  it.each([31, 100, 1030])("is the same where lanes share a row of %i", async (length) => {
    const capabilities = { software: false, subgroupSize: 0 };
    const x = random([5, length], 4, -5, 5);
    const g = random([5, length], 5);
    const y = oracle(x, 1, log);
    const spec = { op: name, shape: x.shape, dtype: "f32" } as const;
    const [result, gradient] = await evaluate(
      await testDevice(),
      (...[a, b, c]) => [
        recordOne({ ...spec, inputs: [a!], lower: (out) => [launch(a!, 1, log, out, capabilities)] }),
        recordOne({ ...spec, inputs: [b!, c!], lower: (out) => [launchGradient(b!, c!, 1, log, out, capabilities)] }),
      ],
      [x, y, g].map(toHost),
    );
    expectClose(result!.data, y.data, 1e-5, 1e-6, "result");
    const expected = y.data.map((_, i) => {
      const start = i - (i % length);
      let total = 0;
      for (let j = start; j < start + length; j++) total += (log ? 1 : y.data[j]!) * g.data[j]!;
      return log ? g.data[i]! - Math.exp(y.data[i]!) * total : y.data[i]! * (g.data[i]! - total);
    });
    expectClose(gradient!.data, expected, 1e-5, 1e-6, "gradient");
  });

  it("takes large numbers, infinities and NaN as PyTorch does", async () => {
    const rows = [
      [1e30, 0, -1e30],
      [1000, 1000, -Infinity],
      [NaN, 1, 2],
      [1, 2, NaN],
      [Infinity, 1, 2],
      [-Infinity, -Infinity, -Infinity],
    ];
    const [result] = await evaluate(await testDevice(), (x) => [op(x!)], [toHost(array(rows.flat(), [6, 3]))]);
    const nan = Array(3).fill(NaN);
    const expected = log ? [0, -1e30, -2e30, -Math.LN2, -Math.LN2, -Infinity] : [1, 0, 0, 0.5, 0.5, 0];
    const values = Array.from(result!.data);
    expectClose(values.slice(0, 6), expected, 1e-6, 0, "finite rows");
    expect(values.slice(6, 12)).toEqual([...nan, ...nan]);
    expect(values.slice(15)).toEqual(nan);
    expect(values[12]).toBeNaN();
  });

  it("takes no elements and many workgroups", async () => {
    const device = await testDevice();
    const none = await evaluate(device, (x, y) => [op(x!, 1), op(y!, 1)], [
      { data: new Float32Array(), shape: [0, 3] },
      { data: new Float32Array(), shape: [3, 0] },
    ]);
    expect(none.map(({ data }) => data.length)).toEqual([0, 0]);
    const rows = 65_536 * 64 + 1;
    const data = new Float32Array(rows * 2).map((_, i) => (i % 2 === 0 ? 0 : i % 7));
    const [result] = await evaluate(device, (x) => [op(x!)], [{ data, shape: [rows, 2] }]);
    const wrong = result!.data.findIndex((value, i) => {
      const p = 1 / (1 + Math.exp(data[i ^ 1]! - data[i]!));
      return !(Math.abs(value - (log ? Math.log(p) : p)) < 1e-5);
    });
    expect(wrong).toBe(-1);
  });

  it("refuses axes that do not exist and other types than f32", async () => {
    const device = await testDevice();
    const run = (axis: number, data: Float32Array | Uint32Array) =>
      evaluate(device, (x) => [op(x!, axis)], [{ data, shape: [2, 3] }]);
    await expect(run(2, new Float32Array(6))).rejects.toThrow(
      new ShapeError(`${name}: axes [2] do not fit f32[2, 3]: each must be a distinct whole number from -2 to 1`),
    );
    await expect(run(1, new Uint32Array(6))).rejects.toThrow(
      new DTypeError(`${name}: needs f32, but got u32[2, 3]; convert it with cast`),
    );
  });
});
