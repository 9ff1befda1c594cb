import * as ops from "../../src/autograd/ops/elementwise.ts";
import type { Tensor } from "../../src/autograd/tensor.ts";
import * as oracle from "../oracle/elementwise.ts";
import type { Array64 } from "../support/arrays.ts";
import { forwardOnly } from "./cases.ts";
import { Draw } from "./draw.ts";
import { drawShape, drawSpecials } from "./operands.ts";
import type { OpSpec, SpecCase } from "./spec.ts";

/** More elements than 65,535 workgroups of 64 make, and no multiple of four: those would be made four at a time. */
export const MANY = 65_535 * 64 + 65;

/** What a case of an op of one operand needs. */
export interface UnaryRow {
  readonly label?: string;
  readonly op: (x: Tensor) => Tensor;
  readonly oracle: (x: Array64) => Array64;
  readonly partial: oracle.Partial;
  /** Draws the operand, away from kinks. */
  readonly values: (draw: Draw, shape: readonly number[]) => Array64;
  readonly absolute?: number;
}

/** A case of an op that makes each element from one element. */
export function unaryCase(row: UnaryRow, x: Array64): SpecCase {
  return {
    label: `[${x.shape}]${row.label ? `, ${row.label}` : ""}`,
    inputs: [x],
    op: (t) => row.op(t!),
    oracle: (t) => row.oracle(t!),
    gradient: (g, t) => oracle.elementwiseGradient(g, [t!], [row.partial]),
    ...(row.absolute === undefined ? {} : { absolute: row.absolute }),
  };
}

/** Calls of an op of one operand, whose options are drawn too. */
export function unarySpec(name: string, rowFor: (draw: Draw) => UnaryRow): OpSpec {
  const large = (seed: number, shape: readonly number[]) => () => {
    const draw = new Draw(seed);
    const row = rowFor(draw);
    return unaryCase(row, row.values(draw, shape));
  };
  return {
    name,
    draw: (draw) => {
      const [row, shape] = [rowFor(draw), drawShape(draw)];
      if (draw.flag(0.1)) return forwardOnly(unaryCase(row, drawSpecials(draw, shape)));
      return unaryCase(row, row.values(draw, shape));
    },
    large: [large(1, [513, 794]), () => forwardOnly(large(2, [MANY])())],
  };
}

const uniform = (low: number, high: number) => (draw: Draw, shape: readonly number[]) => draw.values(shape, low, high);
const signed = (draw: Draw, shape: readonly number[]) => draw.signed(shape);

/** WGSL allows tanh an absolute error of 1e-5, which doubles in 1 - y^2. */
const TANH = 3e-5;

/** Functions of one tensor. */
export const UNARY_SPECS: readonly OpSpec[] = [
  ...(
    [
      ["neg", ops.neg, oracle.neg, uniform(-3, 3)],
      ["abs", ops.abs, oracle.abs, signed],
      ["exp", ops.exp, oracle.exp, uniform(-4, 3)],
      ["log", ops.log, oracle.log, uniform(0.2, 4)],
      ["sqrt", ops.sqrt, oracle.sqrt, uniform(0.2, 4)],
      ["square", ops.square, oracle.square, uniform(-3, 3)],
      ["tanh", ops.tanh, oracle.tanh, uniform(-4, 4), TANH],
      ["sigmoid", ops.sigmoid, oracle.sigmoid, uniform(-6, 6)],
      ["relu", ops.relu, oracle.relu, signed],
    ] as const
  ).map(([name, op, value, values, absolute = 1e-6]) =>
    unarySpec(name, () => ({ op, oracle: value, partial: oracle.partials[name][0], values, absolute })),
  ),
  unarySpec("leakyRelu", (draw) => {
    // Not 0: drivers may take 0 * x for 0 whatever x is.
    const slope = draw.pick([0.2, 1.5, -0.5]);
    return {
      label: `slope ${slope}`,
      op: (x) => ops.leakyRelu(x, slope),
      oracle: (x) => oracle.leakyRelu(x, slope),
      partial: oracle.leakyReluPartial(slope),
      values: signed,
    };
  }),
];
