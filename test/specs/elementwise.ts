import { clamp } from "../../src/autograd/ops/clamp.ts";
import { equal, greater, greaterEqual, less, lessEqual } from "../../src/autograd/ops/compare.ts";
import { add, div, full, mul, type Operand, sub } from "../../src/autograd/ops/elementwise.ts";
import { maximum, minimum } from "../../src/autograd/ops/maximum.ts";
import { pow } from "../../src/autograd/ops/pow.ts";
import { where } from "../../src/autograd/ops/where.ts";
import { sizeOf } from "../../src/gpu/launch.ts";
import { clamp as clampOracle, clampPartial } from "../oracle/clamp.ts";
import * as compare from "../oracle/compare.ts";
import * as oracle from "../oracle/elementwise.ts";
import * as choice from "../oracle/maximum.ts";
import { pow as powOracle, powPartials } from "../oracle/pow.ts";
import { where as whereOracle, wherePartials } from "../oracle/where.ts";
import { type Array64, array } from "../support/arrays.ts";
import { forwardOnly, sumError } from "./cases.ts";
import { CAST_SPEC } from "./cast.ts";
import { Draw } from "./draw.ts";
import { DROPOUT_SPEC } from "./dropout.ts";
import { binarySpec, drawOperandShape, drawShape, sharedBy } from "./operands.ts";
import type { OpSpec, SpecCase } from "./spec.ts";
import { MANY, UNARY_SPECS, unarySpec } from "./unary.ts";

const NUMBERS = [
  [2.5, -0.5],
  [-0.5, 2.5],
] as const;

const uniform = (draw: Draw, shape: readonly number[]) => draw.values(shape, -2, 2);
const signed = (draw: Draw, shape: readonly number[]) => draw.signed(shape, 0.3, 2);

/** Values on a grid of 0.02 on the left, between its points on the right: never equal, never near. */
function drawApart(draw: Draw, shape: readonly number[], side: 0 | 1): Array64 {
  const values = Float64Array.from({ length: sizeOf(shape) }, () => (draw.integer(-100, 100) + side / 2) * 0.02);
  return array(values, shape);
}

/** Few different values, so that many are equal. */
function drawAlike(draw: Draw, shape: readonly number[]): Array64 {
  return array(
    Float64Array.from({ length: sizeOf(shape) }, () => draw.pick([-2.5, -1, -0, 0, 1, 1.000001, 2.5])),
    shape,
  );
}

const COMPARE_SPECS = (
  [
    ["equal", equal, compare.equal],
    ["greater", greater, compare.greater],
    ["greaterEqual", greaterEqual, compare.greaterEqual],
    ["less", less, compare.less],
    ["lessEqual", lessEqual, compare.lessEqual],
  ] as const
).map(([name, op, value]) =>
  binarySpec({
    name,
    op,
    oracle: (a, b) => ({ ...value(a, b), dtype: "u32" }),
    values: drawAlike,
    numbers: [
      [1, 2.5],
      [-0, 1],
    ],
    specials: true,
  }),
);

/** A chain of additions that becomes one kernel of 3 to 7 operands, the first of full size. */
function chainCase(draw: Draw, shape: readonly number[], count: number): SpecCase {
  const rest = Array.from({ length: count - 1 }, () => draw.values(drawOperandShape(draw, shape), -2, 2));
  const inputs = [draw.values(shape, -2, 2), ...rest];
  return {
    label: inputs.map((input) => `[${input.shape}]`).join(" + "),
    inputs,
    op: (...tensors) => tensors.reduce((total, x) => add(total, x)),
    oracle: (...arrays) => oracle.elementwise((...values) => values.reduce((a, b) => a + b), ...arrays),
    gradient: (g, ...arrays) =>
      oracle.elementwiseGradient(
        g,
        arrays,
        arrays.map(() => () => 1),
      ),
    gradientAbsolute: sumError(sharedBy(inputs)),
  };
}

/** Bounds of clamp; infinite and missing ones cut nothing. */
const BOUNDS: readonly (readonly [least?: number | undefined, most?: number])[] = [
  [-0.5, 0.25],
  [-0.5],
  [undefined, 0.25],
  [-Infinity, 1],
  [0, Infinity],
  [0.5, -0.5],
];

const CLAMP_SPEC = unarySpec("clamp", (draw) => {
  const [least, most] = draw.pick(BOUNDS);
  const near = (v: number) => [least, most].some((bound) => Math.abs(v - (bound ?? Infinity)) < 0.01);
  return {
    label: `from ${least} to ${most}`,
    op: (x) => clamp(x, least, most),
    oracle: (x) => clampOracle(x, least, most),
    partial: clampPartial(least, most),
    values: (drawn, shape) => {
      const { data } = drawn.values(shape, -2, 2);
      return array(
        data.map((v) => (near(v) ? v + 0.05 : v)),
        shape,
      );
    },
  };
});

/** pow of tensors and of a number to a tensor; {@link POW_NUMBER_SPEC} takes number exponents. */
const POW_SPEC = binarySpec({
  name: "pow",
  op: pow,
  oracle: powOracle,
  partials: powPartials,
  steepest: 30,
  values: (draw, shape, side) => (side === 0 ? draw.values(shape, 0.4, 2.5) : draw.values(shape, -2.5, 2.5)),
  numbers: [
    [1.5, 3],
    [0.75, -1.5],
  ],
});

const POW_NUMBER_SPEC = unarySpec("pow (number exponent)", (draw) => {
  const exponent = draw.pick([-2, -1, 0, 0.5, 1, 2, 3, 2.5]);
  const number = array([exponent], []);
  return {
    label: `to ${exponent}`,
    op: (x) => pow(x, exponent),
    oracle: (x) => powOracle(x, number),
    partial: (v) => powPartials[0](v, exponent),
    // Negative numbers take whole exponents only.
    values: (drawn, shape) => (Number.isInteger(exponent) ? drawn.signed(shape, 0.4, 2) : drawn.values(shape, 0.4, 2)),
  };
});

/** Values of a condition: most integers and floats are true, 0 and -0 are not. */
function drawCondition(draw: Draw, shape: readonly number[], dtype: Array64["dtype"]): Array64 {
  const values = { u32: [0, 1, 2 ** 32 - 1, 16_777_217], i32: [0, -1, 7], f32: [0, -0, 0.5, Number.NaN, -Infinity] };
  const data = Float64Array.from({ length: sizeOf(shape) }, () => (draw.flag(0.4) ? 0 : draw.pick(values[dtype])));
  return { data, shape, dtype };
}

/** Numbers stand for the values where they are given. */
function whereCase(condition: Array64, a: Array64 | number, b: Array64 | number): SpecCase {
  const tensors = [a, b].filter((value) => typeof value !== "number");
  const operands = <T>(given: readonly T[], number: (value: number) => T): [T, T] => {
    const left = [...given];
    return [a, b].map((value) => (typeof value === "number" ? number(value) : left.shift()!)) as [T, T];
  };
  const arrays = (given: readonly Array64[]) => operands(given, (value) => array([value], []));
  const text = [a, b].map((value) => (typeof value === "number" ? value : `[${value.shape}]`));
  return {
    label: `${condition.dtype} [${condition.shape}] ? ${text[0]} : ${text[1]}`,
    inputs: [condition, ...tensors],
    op: (c, ...rest) => where(c!, ...operands<Operand>(rest, (value) => value)),
    oracle: (c, ...rest) => whereOracle(c!, ...arrays(rest)),
    gradient: (g, c, ...rest) => {
      const [, da, db] = oracle.elementwiseGradient(g, [c!, ...arrays(rest)], wherePartials);
      return [undefined, ...(typeof a === "number" ? [] : [da]), ...(typeof b === "number" ? [] : [db])];
    },
    gradientAbsolute: sumError(sharedBy([condition, ...tensors])),
  };
}

function drawWhere(draw: Draw): SpecCase {
  const shape = drawShape(draw);
  const dtype = draw.pick(["u32", "u32", "i32", "f32"] as const);
  // Each type and way of indexing is another kernel: one type goes through all ways.
  const condition = drawCondition(draw, dtype === "u32" ? drawOperandShape(draw, shape) : shape, dtype);
  const value = (number: number) => (draw.flag(0.15) ? number : draw.values(drawOperandShape(draw, shape)));
  return whereCase(condition, value(2.5), value(-0.5));
}

const WHERE_SPEC: OpSpec = {
  name: "where",
  draw: drawWhere,
  large: [
    () =>
      whereCase(drawCondition(new Draw(1), [513, 794], "i32"), new Draw(2).values([794]), new Draw(3).values([513, 1])),
    () => {
      const [a, b] = [new Draw(5).values([7, 1, 601]), new Draw(6).values([1009, 1])];
      return forwardOnly(whereCase(drawCondition(new Draw(4), [1009, 601], "f32"), a, b));
    },
  ],
};

/** A constant, read by itself or by an op that writes it into its kernel. */
function fullCase(shape: readonly number[], value: number, x?: Array64): SpecCase {
  const filled = (): Array64 => ({
    data: new Float64Array(sizeOf(shape)).fill(Math.fround(value)),
    shape,
    dtype: "f32",
  });
  if (!x) {
    const label = `[${shape}] of ${value}`;
    return { label, inputs: [], op: () => full(shape, value), oracle: filled, relative: 2 ** -23, absolute: 0 };
  }
  return {
    label: `[${shape}] of ${value}, plus [${x.shape}]`,
    inputs: [x],
    op: (t) => add(full(shape, value), t!),
    oracle: (t) => oracle.add(filled(), t!),
    gradient: (g, t) => [oracle.elementwiseGradient(g, [filled(), t!], oracle.partials.add)[1]],
    gradientAbsolute: sumError(sharedBy([filled(), x])),
  };
}

const FULL_SPEC: OpSpec = {
  name: "full",
  draw: (draw) => {
    const shape = drawShape(draw);
    const value = draw.pick([0, -0, 1, 0.1, -2.5e-7]);
    return fullCase(shape, value, draw.flag(0.3) ? draw.values(drawOperandShape(draw, shape)) : undefined);
  },
  // The first takes over 65,535 workgroups.
  large: [() => fullCase([MANY], 3.5), () => fullCase([513, 796], -1.25)],
};

/** Ops that make each element of the result from one element of each operand. */
export const ELEMENTWISE_SPECS: readonly OpSpec[] = [
  ...UNARY_SPECS,
  ...(
    [
      ["add", add, oracle.add, uniform, 1],
      ["sub", sub, oracle.sub, uniform, 1],
      ["mul", mul, oracle.mul, uniform, 2],
      ["div", div, oracle.div, signed, 22],
    ] as const
  ).map(([name, op, value, values, steepest]) =>
    binarySpec({
      name,
      op,
      oracle: value,
      partials: oracle.partials[name],
      steepest,
      values,
      numbers: NUMBERS,
      specials: name !== "div",
    }),
  ),
  {
    name: "add (fused chain)",
    draw: (draw) => chainCase(draw, drawShape(draw, { least: 3 }), draw.integer(3, 7)),
    large: [() => chainCase(new Draw(7), [33, 17, 5, 65], 7)],
  },
  ...(
    [
      ["maximum", maximum, choice.maximum, choice.maximumPartials],
      ["minimum", minimum, choice.minimum, choice.minimumPartials],
    ] as const
  ).map(([name, op, value, partials]) =>
    binarySpec({ name, op, oracle: value, partials, values: drawApart, numbers: [[0.255, -1.505]], specials: true }),
  ),
  ...COMPARE_SPECS,
  CLAMP_SPEC,
  POW_SPEC,
  POW_NUMBER_SPEC,
  WHERE_SPEC,
  FULL_SPEC,
  CAST_SPEC,
  DROPOUT_SPEC,
];
