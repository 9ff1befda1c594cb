import { broadcastShapes, type Operand } from "../../src/autograd/ops/elementwise.ts";
import type { Tensor } from "../../src/autograd/tensor.ts";
import { sizeOf } from "../../src/gpu/launch.ts";
import { elementwiseGradient, type Partial } from "../oracle/elementwise.ts";
import { type Array64, array } from "../support/arrays.ts";
import { forwardOnly, sumError } from "./cases.ts";
import { Draw } from "./draw.ts";
import type { OpSpec, SpecCase } from "./spec.ts";

/** Largest size along each axis by the number of axes, so that most shapes of every rank have a few thousand elements. */
const HIGH = [1, 129, 129, 65, 17, 9, 5, 4, 3];

/** A shape of 0 to 5 axes, now and then of 8, and now and then without elements. */
export function drawShape(draw: Draw, { least = 0, most = 20_000 } = {}): number[] {
  const rank = draw.flag(0.06) ? 8 : draw.integer(least, 5);
  const shape = draw.shape(rank, { low: 1, high: HIGH[rank]!, most });
  if (rank > 0 && draw.flag(0.05)) shape[draw.integer(0, rank - 1)] = 0;
  return shape;
}

/** A shape that broadcasts to `shape`: all of it, or with a hole, or without leading axes and with some sizes 1. */
export function drawOperandShape(draw: Draw, shape: readonly number[]): number[] {
  const way = draw.number(0, 1);
  if (way < 0.35) return [...shape];
  // A size 1 between larger ones takes the most general indexing.
  const hole = draw.integer(1, Math.max(1, shape.length - 2));
  if (way < 0.6 && shape.length > 2) return shape.map((n, axis) => (axis === hole ? 1 : n));
  return shape.slice(draw.integer(0, shape.length)).map((n) => (draw.flag(0.3) ? 1 : n));
}

const SPECIALS = [Number.NaN, Infinity, -Infinity, 0, -0, 1, -1, 2.5, -2.5];

/** Values among which are NaN, infinities and zeros of either sign. */
export function drawSpecials(draw: Draw, shape: readonly number[]): Array64 {
  return array(
    Float64Array.from({ length: sizeOf(shape) }, () => draw.pick(SPECIALS)),
    shape,
  );
}

/** To how many elements one element of some operand is broadcast: as many terms has its gradient. */
export function sharedBy(inputs: readonly Array64[]): number {
  const shape = inputs.map((input) => input.shape).reduce((joined, own) => broadcastShapes("", joined, own));
  return sizeOf(shape) / Math.max(1, Math.min(...inputs.map(({ data }) => data.length)));
}

/** What a case of an op of two operands needs. */
export interface BinaryRow {
  readonly name: string;
  readonly op: (a: Operand, b: Operand) => Tensor;
  readonly oracle: (a: Array64, b: Array64) => Array64;
  /** Partial derivatives by the operands, and their largest magnitude; none for ops without gradients. */
  readonly partials?: readonly [Partial, Partial];
  readonly steepest?: number;
  /** Draws the values of the operand on one side. */
  readonly values: (draw: Draw, shape: readonly number[], side: 0 | 1) => Array64;
  /** Numbers that may stand on either side. */
  readonly numbers: readonly (readonly [left: number, right: number])[];
  /** Whether infinities and NaN follow IEEE arithmetic. */
  readonly specials?: boolean;
}

/** How the operands come about: two tensors, one tensor twice, or a number on one side. */
type Way = "two" | "twice" | "left" | "right";

function placed<T>(way: Way, [x, y]: readonly T[], number: T): [T, T] {
  if (way === "two") return [x!, y!];
  if (way === "twice") return [x!, x!];
  return way === "left" ? [number, x!] : [x!, number];
}

function binaryCase(row: BinaryRow, way: Way, inputs: readonly Array64[], number = 0): SpecCase {
  const { op, oracle, partials, steepest = 1 } = row;
  const operands = (arrays: readonly Array64[]) => placed(way, arrays, array([number], []));
  const [a, b] = placed<string>(
    way,
    inputs.map(({ shape }) => `[${shape}]`),
    String(number),
  );
  return {
    label: `${a}, ${b}`,
    inputs,
    op: (...tensors) => op(...placed<Operand>(way, tensors, number)),
    oracle: (...arrays) => oracle(...operands(arrays)),
    ...(partials
      ? {
          gradient: (g, ...arrays) => {
            const [da, db] = elementwiseGradient(g, operands(arrays), partials) as [Array64, Array64];
            if (way === "two") return [da, db];
            if (way === "twice") return [{ ...da, data: da.data.map((value, i) => value + db.data[i]!) }];
            return [way === "left" ? db : da];
          },
        }
      : {}),
    gradientAbsolute: sumError(sharedBy(inputs), steepest),
  };
}

/** Draws two tensors that broadcast, one tensor twice, or a tensor and a number. */
function drawBinary(draw: Draw, row: BinaryRow): SpecCase {
  const shape = drawShape(draw);
  const way = draw.flag(0.7) ? "two" : draw.pick(["twice", "left", "right"] as const);
  // Drivers may take x - x for 0 whatever x is.
  const specials = row.specials && way !== "twice" && draw.flag(0.1);
  const values = (own: readonly number[], side: 0 | 1) =>
    specials ? drawSpecials(draw, own) : row.values(draw, own, side);
  if (way === "two") {
    const inputs = [values(drawOperandShape(draw, shape), 0), values(drawOperandShape(draw, shape), 1)];
    const one = binaryCase(row, way, inputs);
    return specials ? forwardOnly(one) : one;
  }
  const [left, right] = draw.pick(row.numbers);
  const one = binaryCase(row, way, [values(shape, way === "left" ? 1 : 0)], way === "left" ? left : right);
  return specials ? forwardOnly(one) : one;
}

/** Calls of an op of two operands. */
export function binarySpec(row: BinaryRow): OpSpec {
  const large = (a: readonly number[], b: readonly number[]) => () =>
    binaryCase(row, "two", [row.values(new Draw(1), a, 0), row.values(new Draw(2), b, 1)]);
  return {
    name: row.name,
    draw: (draw) => drawBinary(draw, row),
    large: [
      large([513, 794], [794]),
      large([257, 1, 65], [33, 1]),
      // Over 65,535 workgroups, one element each invocation.
      () => forwardOnly(large([7, 1, 601], [1009, 1])()),
    ],
  };
}
