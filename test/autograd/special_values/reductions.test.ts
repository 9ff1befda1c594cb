import { expect, it } from "vitest";
import { grad } from "../../../src/autograd/grad.ts";
import { argmax } from "../../../src/autograd/ops/argmax.ts";
import { cast } from "../../../src/autograd/ops/cast.ts";
import { max, mean, min } from "../../../src/autograd/ops/reduce.ts";
import { reshape } from "../../../src/autograd/ops/reshape.ts";
import { logSoftmax, softmax } from "../../../src/autograd/ops/softmax.ts";
import { sum } from "../../../src/autograd/ops/sum.ts";
import type { Tensor } from "../../../src/autograd/tensor.ts";
import { launchedFor } from "../../specs/forced.ts";
import { differences, expectBits, floats, MAX, results } from "../../support/special_values.ts";

const { POSITIVE_INFINITY: INF, NEGATIVE_INFINITY: NEG, NaN: NAN } = Number;

/** Rows of five with their sum, mean, maximum, minimum and first largest place (NaN counts as largest). */
const ROWS: readonly (readonly [row: number[], sum: number, mean: number, max: number, min: number, place: number])[] =
  [
    [[1, 2, NAN, 4, 5], NAN, NAN, NAN, NAN, 2],
    [[NAN, 2, 3, 4, 5], NAN, NAN, NAN, NAN, 0],
    [[1, 2, 3, INF, NAN], NAN, NAN, NAN, NAN, 4],
    [[NAN, NAN, NAN, NAN, NAN], NAN, NAN, NAN, NAN, 0],
    [[1, INF, 3, 4, 5], INF, INF, INF, 1, 1],
    [[1, NEG, 3, 4, 5], NEG, NEG, 5, NEG, 4],
    [[1, INF, 3, NEG, 5], NAN, NAN, INF, NEG, 1],
    [[NEG, NEG, NEG, NEG, NEG], NEG, NEG, NEG, NEG, 0],
    [[INF, INF, INF, INF, INF], INF, INF, INF, INF, 0],
    [[MAX, MAX, 1, 1, 1], INF, INF, MAX, 1, 0],
    [[-MAX, -MAX, 1, 1, 1], NEG, NEG, 1, -MAX, 2],
    [[-0, -0, -0, -0, -0], 0, 0, -0, -0, 0],
    [[1, 1, 2, 2, 4], 10, 2, 4, 1, 4],
  ];
const OPS = { sum, mean, max, min, argmax: (x: Tensor, axes: readonly number[]) => cast(argmax(x, axes[0]!), "f32") };

/** Along rows and along columns, and repeated to lengths at which kernels take four at a time or several parts. */
const LAYOUTS: readonly (readonly [string, number, boolean])[] = [
  ["rows of five", 1, false],
  ["columns of five", 1, true],
  ["rows of forty", 8, false],
  ["rows of 5,000, in parts", 1000, false],
];

it.each(LAYOUTS)("reductions of NaN, infinities and zeros, %s", async (_, times, columns) => {
  const data = ROWS.flatMap(([row]) => Array.from({ length: times }, () => row).flat());
  const length = 5 * times;
  const rows = ROWS.length;
  const turned = Array.from({ length: data.length }, (_, i) => data[(i % rows) * length + Math.floor(i / rows)]!);
  const shape = columns ? [length, rows] : [rows, length];
  const all = await results(
    (x) =>
      [true, false].flatMap((software) =>
        launchedFor({ software, subgroupSize: 0 }, () => Object.values(OPS).map((op) => op(x!, [columns ? 0 : 1]))),
      ),
    [floats(columns ? turned : data, shape)],
  );
  const found = all.flatMap((y, k) => {
    const name = Object.keys(OPS)[k % 5]!;
    const expected = ROWS.map(([, ...results]) => {
      const value = results[k % 5]!;
      return name === "sum" ? value * (Math.abs(value) < 100 ? times : 1) : value;
    });
    return differences(y, expected, name, { anyZero: true });
  });
  expect(found).toEqual([]);
});

it("gradients of max and min are NaN where the result is, and shared among equal infinities and zeros", async () => {
  const rows = [
    [1, NAN, 3],
    [INF, 1, INF],
    [-0, 0, -1],
    [NEG, NEG, NEG],
  ];
  const [toMax, toMin] = await results(
    (x) => [max, min].flatMap((op) => grad(sum(op(x!, [1])), [x!])),
    [floats(rows.flat(), [4, 3])],
  );
  const third = Math.fround(1 / 3);
  const thirds = [third, third, third];
  expectBits(toMax!, [NAN, NAN, NAN, 0.5, 0, 0.5, 0.5, 0.5, 0, ...thirds], "max", { anyZero: true });
  expectBits(toMin!, [NAN, NAN, NAN, 0, 1, 0, 0, 0, 1, ...thirds], "min", { anyZero: true });
});

const SOFT: readonly (readonly [row: number[], softmax: number[], log: number[]])[] = [
  [
    [NAN, 1, 2],
    [NAN, NAN, NAN],
    [NAN, NAN, NAN],
  ],
  [
    [1, 2, NAN],
    [NAN, NAN, NAN],
    [NAN, NAN, NAN],
  ],
  [
    [INF, 1, 2],
    [NAN, NAN, NAN],
    [NAN, NAN, NAN],
  ],
  [
    [NEG, NEG, NEG],
    [NAN, NAN, NAN],
    [NAN, NAN, NAN],
  ],
  [
    [NEG, 7, NEG],
    [0, 1, 0],
    [NEG, 0, NEG],
  ],
  [
    [7, 7, NEG],
    [0.5, 0.5, 0],
    [-Math.LN2, -Math.LN2, NEG],
  ],
  [
    [MAX, 0, -MAX],
    [1, 0, 0],
    [0, -MAX, NEG],
  ],
  [
    [1000, 0, -1000],
    [1, 0, 0],
    [0, -1000, -2000],
  ],
];

it.each([
  ["short rows", 1],
  ["rows of 120, shared among lanes", 40],
])("softmax and logSoftmax, %s", async (_, times) => {
  const pad = (row: readonly number[], value: number) => [...row, ...Array<number>(3 * (times - 1)).fill(value)];
  const data = SOFT.flatMap(([row]) => pad(row, NEG));
  const all = await results(
    (x) =>
      [true, false].flatMap((software) =>
        launchedFor({ software, subgroupSize: 0 }, () => [softmax(x!), logSoftmax(x!)]),
      ),
    [floats(data, [SOFT.length, 3 * times])],
  );
  const isBad = (row: readonly number[]) => Number.isNaN(row[0]);
  const found = all.flatMap((y, k) => {
    const log = k % 2 === 1;
    const expected = SOFT.flatMap(([, soft, logs]) => pad(log ? logs : soft, isBad(soft) ? NAN : log ? NEG : 0));
    return differences(y, expected, log ? "logSoftmax" : "softmax", { relative: 1e-6, anyZero: true });
  });
  expect(found).toEqual([]);
});

it("gradients of softmax and logSoftmax beside masked (-infinity) elements are finite, and do not leave their row", async () => {
  const [soft, log] = await results(
    (x, seed) => [softmax, logSoftmax].flatMap((op) => grad(op(x!), [x!], reshape(seed!, x!.shape))),
    [floats([7, 7, NEG, NAN, 1, 2, 1, 1, NEG], [3, 3]), floats([1, 2, 3, 1, 1, 1, 0, 0, 0])],
  );
  expectBits(soft!, [-0.25, 0.25, 0, NAN, NAN, NAN, 0, 0, 0], "softmax", { anyZero: true, relative: 1e-6 });
  expectBits(log!, [-2, -1, 3, NAN, NAN, NAN, 0, 0, 0], "logSoftmax", { anyZero: true, relative: 1e-6 });
});
