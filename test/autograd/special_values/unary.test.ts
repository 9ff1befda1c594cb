import { expect, it } from "vitest";
import { grad } from "../../../src/autograd/grad.ts";
import { clamp } from "../../../src/autograd/ops/clamp.ts";
import * as ops from "../../../src/autograd/ops/elementwise.ts";
import { pow } from "../../../src/autograd/ops/pow.ts";
import { reshape } from "../../../src/autograd/ops/reshape.ts";
import type { Tensor } from "../../../src/autograd/tensor.ts";
import {
  cycle,
  differences,
  ELEMENTWISE_PATHS,
  floats,
  type Path,
  PRODUCT_PATHS,
  results,
  SPECIALS,
  type Tolerance,
} from "../../support/special_values.ts";

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
    slope: (x) => (Number.isNaN(x) ? 0 : G),
  },
  "pow 2": { op: (x) => pow(x, 2), value: (x) => x * x, slope: (x) => G * (2 * x) },
  "pow 3": { op: (x) => pow(x, 3), value: (x) => x ** 3, slope: (x) => G * (3 * f32(x * x)), relative: 1e-6 },
  "pow 0": { op: (x) => pow(x, 0), value: () => 1, slope: () => 0 },
  "pow -1": { op: (x) => pow(x, -1), value: (x) => 1 / x, slope: (x) => -G * f32(x ** -2), relative: 1e-5 },
  "pow 0.5": {
    op: (x) => pow(x, 0.5),
    value: (x) => (x === 0 ? x : x ** 0.5),
    slope: (x) => G / (2 * (x === 0 ? x : x ** 0.5)),
    relative: 1e-5,
  },
  "pow 2.5": {
    op: (x) => pow(x, 2.5),
    value: (x) => x ** 2.5,
    slope: (x) => G * (2.5 * f32(x ** 1.5)),
    relative: 1e-5,
  },
};

/** Computes rules and their gradients in one step and compares them. */
async function check(rules: Readonly<Record<string, Rule>>, path: Path, joined: boolean): Promise<void> {
  const { count, around, repeat, keepsZeroSign } = path;
  const x = cycle(SPECIALS, count(SPECIALS.length));
  const all = await results(
    (t, seed) =>
      Object.values(rules).flatMap(({ op }) => {
        const y = around(t!, op);
        return [y, ...grad(y, [t!], reshape(seed!, y.shape))];
      }),
    [floats(x), floats(cycle([G], x.length * repeat))],
    joined,
  );
  const wrong = Object.entries(rules).flatMap(([name, { value, slope, anyZero = false, ...near }], k) => {
    const values = x.flatMap((v) => cycle([value(f32(v))], repeat));
    const slopes = x.map((v) => repeat * slope(f32(v)));
    return [
      ...differences(all[2 * k]!, values, name, { ...near, anyZero: anyZero || !keepsZeroSign }),
      ...differences(all[2 * k + 1]!, slopes, `gradient of ${name}`, { ...near, anyZero: true }),
    ];
  });
  expect(wrong).toEqual([]);
}

it.each(ELEMENTWISE_PATHS)("elementwise ops, $name", (path) => check(RULES, path, false));

it.each(PRODUCT_PATHS)("activations, $name", (path) => {
  const { relu, leakyRelu, tanh, sigmoid } = RULES;
  return check({ relu: relu!, leakyRelu: leakyRelu!, tanh: tanh!, sigmoid: sigmoid! }, path, false);
});

it("activations, in joined kernels", () => {
  const { relu, tanh } = RULES;
  return check({ relu: relu!, tanh: tanh! }, ELEMENTWISE_PATHS[1]!, true);
});
