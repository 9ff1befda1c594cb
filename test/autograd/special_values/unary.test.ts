import { describe, it } from "vitest";
import { grad } from "../../../src/autograd/grad.ts";
import { clamp } from "../../../src/autograd/ops/clamp.ts";
import * as ops from "../../../src/autograd/ops/elementwise.ts";
import { pow } from "../../../src/autograd/ops/pow.ts";
import { reshape } from "../../../src/autograd/ops/reshape.ts";
import type { Tensor } from "../../../src/autograd/tensor.ts";
import { cycle, expectBits, floats, PATHS, results, SPECIALS, type Tolerance } from "../../support/special_values.ts";

interface Rule extends Tolerance {
  readonly op: (x: Tensor) => Tensor;
  readonly value: (x: number) => number;
  /** Of the result by x, times the gradient 3 that arrives. */
  readonly slope: (x: number) => number;
}

const G = 3;
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const f32 = Math.fround;

const RULES: Readonly<Record<string, Rule>> = {
  relu: { op: ops.relu, value: (x) => (x <= 0 ? 0 : x), slope: (x) => (x <= 0 ? 0 : G) },
  leakyRelu: {
    op: (x) => ops.leakyRelu(x, 0.25),
    value: (x) => (x < 0 ? 0.25 * x : x),
    slope: (x) => (x > 0 ? G : 0.25 * G),
  },
  "leakyRelu of slope 0": {
    op: (x) => ops.leakyRelu(x, 0),
    value: (x) => (x < 0 ? 0 * x : x),
    slope: (x) => (x > 0 ? G : 0),
  },
  abs: { op: ops.abs, value: Math.abs, slope: (x) => G * Math.sign(x) },
  neg: { op: ops.neg, value: (x) => -x, slope: () => -G },
  // WGSL promises tanh to 1e-5 absolute only.
  tanh: { op: ops.tanh, value: Math.tanh, slope: (x) => G * (1 - Math.tanh(x) ** 2), absolute: 4e-5 },
  sigmoid: {
    op: ops.sigmoid,
    value: sigmoid,
    slope: (x) => G * sigmoid(x) * (1 - sigmoid(x)),
    relative: 1e-5,
    absolute: 1e-6,
  },
  exp: { op: ops.exp, value: Math.exp, slope: (x) => G * f32(Math.exp(x)), relative: 1e-5 },
  log: { op: ops.log, value: Math.log, slope: (x) => G / x, relative: 1e-5, absolute: 1e-6 },
  sqrt: { op: ops.sqrt, value: Math.sqrt, slope: (x) => G / (2 * Math.sqrt(x)), relative: 1e-5 },
  square: { op: ops.square, value: (x) => x * x, slope: (x) => 2 * (G * x) },
  "clamp to [-1, 2]": {
    op: (x) => clamp(x, -1, 2),
    value: (x) => Math.min(2, Math.max(-1, x)),
    slope: (x) => (x >= -1 && x <= 2 ? G : 0),
  },
  "clamp from 0": {
    op: (x) => clamp(x, 0),
    value: (x) => Math.max(x, 0),
    slope: (x) => (x >= 0 ? G : 0),
    anyZero: true,
  },
  "clamp up to infinity": {
    op: (x) => clamp(x, -Infinity, Infinity),
    value: (x) => x,
    slope: (x) => (x === x ? G : 0),
  },
  "pow 2": { op: (x) => pow(x, 2), value: (x) => x * x, slope: (x) => G * (2 * x) },
  "pow 3": { op: (x) => pow(x, 3), value: (x) => x ** 3, slope: (x) => G * (3 * f32(x * x)), relative: 1e-6 },
  "pow 0": { op: (x) => pow(x, 0), value: () => 1, slope: () => 0 },
  "pow -1": { op: (x) => pow(x, -1), value: (x) => 1 / x, slope: (x) => -G * f32(x ** -2), relative: 1e-5 },
  "pow 0.5": { op: (x) => pow(x, 0.5), value: Math.sqrt, slope: (x) => G / (2 * Math.sqrt(x)), relative: 1e-5 },
  "pow 2.5": {
    op: (x) => pow(x, 2.5),
    value: (x) => x ** 2.5,
    slope: (x) => G * (2.5 * f32(x ** 1.5)),
    relative: 1e-5,
  },
};

describe.each(PATHS)("$name", ({ count, around, repeat, keepsZeroSign, joined }) => {
  it.each(Object.entries(RULES))("%s", async (name, { op, value, slope, anyZero = false, ...near }) => {
    const x = cycle(SPECIALS, count(SPECIALS.length));
    const inputs = [floats(x), floats(cycle([G], x.length * repeat))];
    const [y, g] = await results(
      (t, seed) => {
        const result = around(t!, op);
        return [result, ...grad(result, [t!], reshape(seed!, result.shape))];
      },
      inputs,
      joined,
    );
    const expected = x.flatMap((v) => cycle([value(f32(v))], repeat));
    expectBits(y!, expected, name, { ...near, anyZero: anyZero || !keepsZeroSign });
    const slopes = x.map((v) => repeat * slope(f32(v)));
    expectBits(g!, slopes, `gradient of ${name}`, { ...near, anyZero: true });
  });
});
