import { describe, expect, it } from "vitest";
import { evaluate } from "../../../src/autograd/evaluate.ts";
import { grad } from "../../../src/autograd/grad.ts";
import * as ops from "../../../src/autograd/ops/elementwise.ts";
import { sum } from "../../../src/autograd/ops/sum.ts";
import type { Tensor } from "../../../src/autograd/tensor.ts";
import { DTypeError, ShapeError } from "../../../src/errors.ts";
import * as oracle from "../../oracle/elementwise.ts";
import { type Array64, array, indices, random, zeros } from "../../support/arrays.ts";
import { checkOp, expectClose, toHost } from "../../support/check.ts";
import { testDevice } from "../../support/device.ts";

const SPECIALS = [NaN, Infinity, -Infinity, 0, -0, 1, -1, 2.5, -2.5, 200, -200, 3e38, -3e38];

/** Shapes that meet every way an operand is indexed. */
const PAIRS: readonly (readonly [number[], number[]])[] = [
  [[], []],
  [[1], [1]],
  [[7], [7]],
  [[8], [8]],
  [[5], []],
  [[], [4]],
  [[5, 3], [3]],
  [[3, 8], [8]],
  [
    [5, 3],
    [5, 1],
  ],
  [
    [3, 8],
    [3, 1],
  ],
  [
    [5, 1],
    [1, 3],
  ],
  [
    [2, 3, 4, 4],
    [3, 1, 1],
  ],
  [
    [2, 3, 5],
    [1, 3, 1],
  ],
  [
    [2, 3, 5],
    [2, 1, 5],
  ],
  [
    [2, 1, 3, 1],
    [1, 4, 1, 5],
  ],
  [
    [2, 1, 2, 1, 2, 1, 2, 1],
    [1, 2, 1, 2, 1, 2, 1, 2],
  ],
  [[1, 1, 6], [6]],
  [[67, 131], [131]],
  [
    [67, 131],
    [67, 1],
  ],
  [
    [0, 3],
    [1, 3],
  ],
  [[0], []],
  [
    [4, 0, 2],
    [4, 1, 2],
  ],
];

const BINARY: Readonly<
  Record<string, readonly [(a: ops.Operand, b: ops.Operand) => Tensor, (a: Array64, b: Array64) => Array64]>
> = {
  add: [ops.add, oracle.add],
  sub: [ops.sub, oracle.sub],
  mul: [ops.mul, oracle.mul],
  div: [ops.div, oracle.div],
};
const UNARY: Readonly<Record<string, readonly [(x: Tensor) => Tensor, (x: Array64) => Array64]>> = {
  relu: [ops.relu, oracle.relu],
  tanh: [ops.tanh, oracle.tanh],
  sigmoid: [ops.sigmoid, oracle.sigmoid],
  neg: [ops.neg, oracle.neg],
  exp: [ops.exp, oracle.exp],
  log: [ops.log, oracle.log],
  sqrt: [ops.sqrt, oracle.sqrt],
  abs: [ops.abs, oracle.abs],
  square: [ops.square, oracle.square],
};

describe.each(Object.entries(BINARY))("%s", (name, [op, expected]) => {
  it.each(PAIRS)("broadcasts %j and %j, and sums the gradients back", async (a, b) => {
    const inputs = [random(a, 1, 0.5, 2), random(b, 2, 0.5, 2)];
    await checkOp({
      op: (x, y) => op(x!, y!),
      oracle: (x, y) => expected(x!, y!),
      inputs,
    });
  });

  it("takes a number on either side", async () => {
    const number = array([2.5], []);
    const x = random([3, 5], 3, 0.5, 2);
    await checkOp({ op: (t) => op(t!, 2.5), oracle: (t) => expected(t!, number), inputs: [x] });
    await checkOp({ op: (t) => op(2.5, t!), oracle: (t) => expected(number, t!), inputs: [x] });
  });

  it("takes one tensor twice", async () => {
    const x = random([3, 5], 3, 0.5, 2);
    await checkOp({ op: (t) => op(t!, t!), oracle: (t) => expected(t!, t!), inputs: [x] });
  });

  it("refuses shapes that do not broadcast, and integers", async () => {
    const device = await testDevice();
    const [x, y] = [random([2, 3], 1), random([3, 2], 2)].map(toHost);
    const integers = toHost(indices([1, 2, 3], [3]));
    await expect(evaluate(device, (a, b) => [op(a!, b!)], [x!, y!])).rejects.toThrow(
      new ShapeError(`${name}: shapes [2, 3] and [3, 2] do not broadcast: sizes 2 and 3 of axis 0 must be equal or 1`),
    );
    await expect(evaluate(device, (a, b) => [op(a!, b!)], [x!, integers])).rejects.toThrow(DTypeError);
  });
});

describe.each(Object.entries(UNARY))("%s", (name, [op, expected]) => {
  it.each([[[]], [[1]], [[7]], [[3, 4]], [[257]], [[5, 0]]])("of shape %j, with its gradient", async (shape) => {
    const positive = name === "log" || name === "sqrt";
    const x = random(shape, 5, positive ? 0.2 : -3, 3);
    // WGSL promises tanh to 1e-5 absolute only.
    await checkOp({
      op: (t) => op(t!),
      oracle: (t) => expected(t!),
      inputs: [x],
      ...(name === "tanh" ? { absolute: 1e-5 } : {}),
    });
  });

  it("keeps NaN and infinities as IEEE arithmetic does", async () => {
    const x = array(SPECIALS, [SPECIALS.length]);
    const [y] = await evaluate(await testDevice(), (t) => [op(t!)], [toHost(x)]);
    expectClose(y!.data, Float32Array.from(expected(x).data), 1e-5, 1e-6, name);
  });

  it("refuses integers", async () => {
    const x = toHost(indices([1], [1]));
    await expect(evaluate(await testDevice(), (t) => [op(t!)], [x])).rejects.toThrow(
      `${name}: needs f32, but got u32[1]; convert it with cast`,
    );
  });
});

describe("leakyRelu", () => {
  it.each([0.2, 0.01, 0, -0.5])("with slope %d", async (slope) => {
    await checkOp({
      op: (t) => ops.leakyRelu(t!, slope),
      oracle: (t) => oracle.leakyRelu(t!, slope),
      inputs: [random([9, 7], 6)],
    });
  });

  it("keeps NaN and infinities", async () => {
    const x = array(SPECIALS, [SPECIALS.length]);
    const [y] = await evaluate(await testDevice(), (t) => [ops.leakyRelu(t!, 0.25)], [toHost(x)]);
    expectClose(y!.data, oracle.leakyRelu(x, 0.25).data, 1e-6, 0, "leakyRelu");
  });
});

describe("gradients where a rule must choose", () => {
  const gradientOf = async (op: (x: Tensor) => Tensor, x: number[]) => {
    const [g] = await evaluate(await testDevice(), (t) => grad(sum(op(t!)), [t!]), [
      { data: Float32Array.from(x), shape: [x.length] },
    ]);
    return Array.from(g!.data);
  };

  it("are PyTorch's at 0", async () => {
    expect(await gradientOf(ops.relu, [0, 1, -1])).toEqual([0, 1, 0]);
    expect(await gradientOf((x) => ops.leakyRelu(x, 0.5), [0, 1, -1])).toEqual([0.5, 1, 0.5]);
    expect(await gradientOf(ops.abs, [0, 2, -2])).toEqual([0, 1, -1]);
    expect(await gradientOf(ops.sqrt, [0, 4])).toEqual([Infinity, 0.25]);
  });

  it("do not hide NaN", async () => {
    expect(await gradientOf((x) => ops.square(ops.relu(x)), [NaN, 1])).toEqual([NaN, 2]);
    expect(await gradientOf(ops.abs, [NaN, 1])).toEqual([NaN, 1]);
    expect(await gradientOf(ops.tanh, [NaN, 100])).toEqual([NaN, 0]);
    expect(await gradientOf(ops.sigmoid, [NaN, 100, -100])).toEqual([NaN, 0, 0]);
  });
});

describe("full", () => {
  it.each([0, -0, 1, 0.1, -2.5e-7, 1e21, 3.4028234663852886e38, 1e-40, NaN, Infinity, -Infinity])(
    "writes %d",
    async (value) => {
      const [y] = await evaluate(await testDevice(), () => [ops.full([2, 3], value)], []);
      expect(y!.shape).toEqual([2, 3]);
      // Numbers below the normal range may be flushed.
      expectClose(
        y!.data,
        Float32Array.from({ length: 6 }, () => value),
        0,
        1.2e-38,
        "full",
      );
    },
  );

  it("makes an infinity of a number beyond f32, and refuses what is no number", async () => {
    const device = await testDevice();
    const [y] = await evaluate(device, () => [ops.full([2], -1e39)], []);
    expect(Array.from(y!.data)).toEqual([-Infinity, -Infinity]);
    await expect(evaluate(device, () => [ops.full([2], "1" as never)], [])).rejects.toThrow(DTypeError);
  });

  it("refuses sizes that are no counts", async () => {
    await expect(evaluate(await testDevice(), () => [ops.full([2, -1], 1)], [])).rejects.toThrow(ShapeError);
    await expect(evaluate(await testDevice(), () => [ops.full([1.5], 1)], [])).rejects.toThrow(ShapeError);
  });
});

describe("large and deep tensors", () => {
  it("pass 65,535 workgroups element by element", async () => {
    const x = random([4_194_305], 8);
    await checkOp({ op: (a) => ops.neg(a!), oracle: oracle.neg, inputs: [x], gradients: [] });
  });

  it("pass 65,535 workgroups in vectors of four", async () => {
    const count = 65_536 * 256 + 4;
    const data = Float32Array.from({ length: count }, (_, i) => i % 1021);
    const [y] = await evaluate(await testDevice(), (a) => [ops.add(a!, 1)], [{ data, shape: [count] }]);
    expect(y!.data.findIndex((v, i) => v !== (i % 1021) + 1)).toBe(-1);
  });

  it("have at most eight axes", async () => {
    const shape = [1, 2, 1, 2, 1, 2, 1, 2, 1];
    const x = toHost(zeros(shape));
    await expect(evaluate(await testDevice(), (a) => [ops.neg(a!)], [x])).rejects.toThrow(
      "neg: [1, 2, 1, 2, 1, 2, 1, 2, 1] has 9 axes, but at most 8 are possible; join some with reshape",
    );
  });
});
