import { describe, expect, it } from "vitest";
import { evaluate } from "../../../src/autograd/evaluate.ts";
import { grad } from "../../../src/autograd/grad.ts";
import { max, mean, min } from "../../../src/autograd/ops/reduce.ts";
import { sum } from "../../../src/autograd/ops/sum.ts";
import { recordOne } from "../../../src/autograd/record.ts";
import type { Tensor } from "../../../src/autograd/tensor.ts";
import { DTypeError, ShapeError } from "../../../src/errors.ts";
import { scratch } from "../../../src/gpu/launch.ts";
import { reduce as launchReduce, type ReduceKind } from "../../../src/kernels/reduce/reduce.ts";
import { reduce, rules } from "../../oracle/reduce.ts";
import { type Array64, array, random, randomSource } from "../../support/arrays.ts";
import { checkOp, expectClose, toHost } from "../../support/check.ts";
import { testDevice } from "../../support/device.ts";

const ops = { sum, mean, max, min };
const names = ["sum", "mean", "max", "min"] as const;

/** Distinct values at least 1/64 apart, so that max and min stay smooth. */
function distinct(shape: readonly number[]): Array64 {
  const size = shape.reduce((a, b) => a * b, 1);
  const next = randomSource(size);
  const order = Array.from({ length: size }, (_, i) => [next(), i] as const).sort((a, b) => a[0] - b[0]);
  return array(
    order.map(([, i]) => (i - size / 2) / 64),
    shape,
  );
}

const check = (name: (typeof names)[number], input: Array64, axes: readonly number[], keepDims = false) => {
  const from0 = axes.map((axis) => (axis < 0 ? axis + input.shape.length : axis));
  return checkOp({
    op: (x) => ops[name](x, axes, keepDims),
    oracle: (x) => reduce(x, from0, keepDims, rules[name]),
    inputs: [input],
    absolute: 1e-5,
  });
};

describe.each(names)("%s", (name) => {
  it.each<[number[], number[]]>([
    [[], []],
    [[1], [0]],
    [[7], [0]],
    [[8], [-1]],
    [[5, 3], []],
    [[5, 3], [0]],
    [[5, 8], [0]],
    [[5, 8], [1]],
    [[13, 17], [-1]],
    [[4, 1, 6], [1]],
    [
      [3, 4, 5],
      [0, 2],
    ],
    [
      [3, 5, 4],
      [-3, -1],
    ],
    [
      [2, 3, 4, 8],
      [1, 3],
    ],
    [
      [2, 3, 2, 5, 2, 3],
      [0, 2, 4],
    ],
    [
      [2, 3, 2, 3, 2, 1, 3, 2],
      [0, 2, 4, 7],
    ],
    [
      [70, 6, 12],
      [0, 2],
    ],
    [[257, 3], [0]],
    [[3, 1031], [1]],
    [[2, 1000, 3], [1]],
  ])("of %j over %j", async (shape, axes) => {
    await check(name, distinct(shape), axes);
  });

  it("keeps reduced axes at size 1 when asked", () => check(name, distinct([3, 4, 5]), [0, 2], true));

  it("takes every axis when none is given", () =>
    checkOp({
      op: (x) => ops[name](x),
      oracle: (x) => reduce(x, [0, 1], false, rules[name]),
      inputs: [distinct([6, 7])],
      absolute: 1e-5,
    }));

  it("refuses axes that do not exist or repeat, and other types than f32", async () => {
    const device = await testDevice();
    const run = (axes: number[], data: Float32Array | Uint32Array = new Float32Array(6)) =>
      evaluate(device, (x) => [ops[name](x!, axes)], [{ data, shape: [2, 3] }]);
    await expect(run([2])).rejects.toThrow(
      new ShapeError(`${name}: axes [2] do not fit f32[2, 3]: each must be a distinct whole number from -2 to 1`),
    );
    await expect(run([1, -1])).rejects.toThrow(ShapeError);
    await expect(run([0.5])).rejects.toThrow(ShapeError);
    await expect(run([0], new Uint32Array(6))).rejects.toThrow(DTypeError);
  });

  it.each<[string, number[], number[]]>([
    ["0, 2, 3", [100, 8, 28, 28], [0, 2, 3]],
    ["all", [100_003], [0]],
    ["all", [300_000], [0]],
    ["0", [4099, 20], [0]],
    ["0", [4099, 5], [0]],
    ["1", [3, 6007], [1]],
    ["1, 3", [3, 100, 7, 36], [1, 3]],
  ])("over %s of %j takes several workgroups and stages, the same on every kind of adapter", async (_, shape, axes) => {
    const device = await testDevice();
    const input = random(shape, 5, -0.5, 1.5);
    const expected = reduce(input, axes, true, rules[name]);
    const results = await evaluate(
      device,
      (x) => [true, false].map((software) => on(software, name, x!, axes, expected.shape)),
      [toHost(input)],
    );
    for (const { data } of results) expectClose(data, expected.data, 2e-6, 2e-6, name);
  });
});

/** The kernel as it is launched on another kind of adapter. */
function on(software: boolean, kind: ReduceKind, x: Tensor, axes: readonly number[], shape: readonly number[]): Tensor {
  const capabilities = { software, subgroupSize: 0 };
  return recordOne({
    op: kind,
    inputs: [x],
    shape,
    dtype: "f32",
    lower: (out) => launchReduce(kind, x, axes, out, capabilities),
  });
}

describe("special cases", () => {
  const apply = async (op: (x: Tensor) => readonly Tensor[], data: readonly number[], shape: readonly number[]) =>
    (await evaluate(await testDevice(), (x) => op(x!), [toHost(array(data, shape))])).map((result) =>
      Array.from(result.data),
    );

  it("sums of none are 0, means of none NaN, a maximum of none is refused", async () => {
    expect(await apply((x) => [sum(x, [1]), mean(x, [1]), sum(x)], [], [2, 0])).toEqual([[0, 0], [NaN, NaN], [0]]);
    expect(await apply((x) => [max(x, [1]), sum(x, [1])], [], [0, 3])).toEqual([[], []]);
    expect(await apply((x) => grad(mean(x), [x]), [], [2, 0])).toEqual([[]]);
    await expect(apply((x) => [max(x, [1])], [], [2, 0])).rejects.toThrow(
      new ShapeError("max: f32[2, 0] has no elements along axes [1]; each must have at least one"),
    );
    await expect(apply((x) => [min(x)], [], [0])).rejects.toThrow(ShapeError);
  });

  it("NaN wins wherever it stands, and infinities are ordered", async () => {
    for (const length of [5, 8, 4096]) {
      for (const at of [0, 2, length - 1]) {
        const data = Array.from({ length }, (_, i) => (i === at ? NaN : i === 3 ? -Infinity : i));
        expect(await apply((x) => [max(x), min(x), sum(x), mean(x)], data, [length])).toEqual([
          [NaN],
          [NaN],
          [NaN],
          [NaN],
        ]);
      }
    }
    expect(await apply((x) => [max(x, [1]), min(x, [1])], [-Infinity, -Infinity, Infinity, Infinity], [2, 2])).toEqual([
      [-Infinity, Infinity],
      [-Infinity, Infinity],
    ]);
  });

  it("ties share the gradient evenly", async () => {
    expect(await apply((x) => grad(sum(max(x, [1])), [x]), [1, 3, 3, 2, 2, 2], [2, 3])).toEqual([
      [0, 0.5, 0.5, 1 / 3, 1 / 3, 1 / 3].map(Math.fround),
    ]);
    expect(await apply((x) => grad(min(x), [x]), [1, 1, 3, 1], [4])).toEqual([
      [1 / 3, 1 / 3, 0, 1 / 3].map(Math.fround),
    ]);
  });

  it("sums of millions keep six digits", async () => {
    const size = 3_000_001;
    const [[total]] = (await apply((x) => [sum(x)], Array<number>(size).fill(0.1), [size])) as [[number]];
    expect(Math.abs(total / (size * Math.fround(0.1)) - 1)).toBeLessThan(1e-6);
    const [rows] = (await apply((x) => [sum(x, [1])], Array<number>(2000 * 2000).fill(0.1), [2000, 2000])) as [
      number[],
    ];
    for (const row of rows) expect(Math.abs(row / (2000 * Math.fround(0.1)) - 1)).toBeLessThan(1e-6);
  });

  it("reaches beyond 65,535 workgroups", async () => {
    const columns = 4_194_305;
    const data = new Float32Array(2 * columns).map((_, i) => i % 1021);
    const [result] = await evaluate(await testDevice(), (x) => [sum(x!, [0])], [{ data, shape: [2, columns] }]);
    const wrong = result!.data.findIndex((value, i) => value !== (i % 1021) + ((i + columns) % 1021));
    expect(wrong).toBe(-1);
  });

  it("refuses axes that alternate beyond the kernel's reach", async () => {
    const shape = Array<number>(10).fill(2);
    const data = new Float32Array(1024).fill(1);
    await expect(evaluate(await testDevice(), (x) => [sum(x!, [0, 2, 4, 6, 8])], [{ data, shape }])).rejects.toThrow(
      /^sum: axes \[0, 2, 4, 6, 8\] of \[2, .*\] alternate with the kept ones too often .*; reduce in two steps$/,
    );
  });

  it("splits by shape and kind of adapter alone, within WebGPU's dispatch limits", () => {
    for (const software of [true, false]) {
      const launches = launchReduce(
        "sum",
        scratch([1000, 40, 1000], "f32", "x"),
        [1],
        scratch([1000, 1, 1000], "f32", "y"),
        { software, subgroupSize: 0 },
      );
      expect(launches).toHaveLength(1);
      const stages = launchReduce("sum", scratch([2 ** 24], "f32", "x"), [0], scratch([1], "f32", "y"), {
        software,
        subgroupSize: 0,
      });
      expect(stages.length).toBeGreaterThan(1);
      expect(stages.length).toBeLessThan(4);
      for (const { workgroups } of [...launches, ...stages])
        for (const n of workgroups) expect(n).toBeLessThanOrEqual(65_535);
    }
  });
});
