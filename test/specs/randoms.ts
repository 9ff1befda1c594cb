import { FIRST_STREAM, normal, type RandomSource, randomIntegers, uniform } from "../../src/autograd/ops/random.ts";
import type { Tensor, Variable } from "../../src/autograd/tensor.ts";
import * as philox from "../../src/kernels/random/philox.ts";
import { type Array64, indices } from "../support/arrays.ts";
import { EXACT } from "./cases.ts";
import { Draw } from "./draw.ts";
import type { OpSpec, SpecCase } from "./spec.ts";

/** Where the numbers come from; without a stream, the first free one of the recording. */
interface Place {
  readonly seed: number;
  readonly stream: number | undefined;
  readonly step: number;
}

const drawWhole = (draw: Draw) =>
  draw.pick([draw.integer(0, 10), draw.integer(0, 2 ** 32), draw.integer(0, 2 ** 53 - 1)]);

function drawPlace(draw: Draw): Place {
  const stream = draw.flag() ? draw.integer(0, FIRST_STREAM - 1) : undefined;
  return { seed: drawWhole(draw), stream, step: draw.flag(0.2) ? 2 ** 32 - 1 : drawWhole(draw) };
}

interface RandomOp {
  readonly name: string;
  readonly op: (shape: readonly number[], source: RandomSource) => Tensor;
  /** The same numbers on the CPU. */
  readonly oracle: (seed: number, stream: number, step: number, count: number) => ArrayLike<number>;
  readonly dtype: Array64["dtype"];
}

/** Bit for bit: the clock is the only input. */
function randomCase({ name, op, oracle, dtype }: RandomOp, shape: readonly number[], place: Place): SpecCase {
  const { seed, stream, step } = place;
  const count = shape.reduce((a, b) => a * b, 1);
  return {
    label: `${name} [${shape}], seed ${seed}, stream ${stream ?? "free"}, step ${step}`,
    inputs: [indices(philox.splitUint64(step), [2])],
    op: (clock) => op(shape, { seed, clock: clock as Variable, ...(stream === undefined ? {} : { stream }) }),
    oracle: () => ({ data: Float64Array.from(oracle(seed, stream ?? FIRST_STREAM, step, count)), shape, dtype }),
    ...EXACT,
  };
}

function randomSpec(name: string, opFor: (draw: Draw) => RandomOp, largeOp: RandomOp): OpSpec {
  const shapeOf = (draw: Draw) => draw.shape(draw.integer(0, 4), { most: 20_000 });
  const large = (seed: number, shape: readonly number[]) => () => randomCase(largeOp, shape, drawPlace(new Draw(seed)));
  return {
    name,
    draw: (draw) => randomCase(opFor(draw), shapeOf(draw), drawPlace(draw)),
    // The first takes more than 65,535 workgroups, each of which makes 256 numbers.
    large: [large(1, [65_535 * 256 + 257]), large(2, [133, 794]), large(3, [500, 7, 110])],
  };
}

const UNIFORM: RandomOp = { name: "uniform", op: uniform, oracle: philox.uniform, dtype: "f32" };
const NORMAL: RandomOp = { name: "normal", op: normal, oracle: philox.normal, dtype: "f32" };

function integersBelow(below: number): RandomOp {
  return {
    name: `integers below ${below}`,
    op: (shape, source) => randomIntegers(shape, below, source),
    oracle: (seed, stream, step, count) => philox.integers(seed, stream, step, count, below),
    dtype: "u32",
  };
}

const drawBelow = (draw: Draw) =>
  draw.pick([1, 2, 10, 60_000, 2 ** 31 + 1, 2 ** 32 - 1, 2 ** 32, draw.integer(1, 2 ** 32)]);

/** Random numbers, the same bits as on the CPU. */
export const RANDOM_SPECS: readonly OpSpec[] = [
  randomSpec("uniform", () => UNIFORM, UNIFORM),
  randomSpec("normal", () => NORMAL, NORMAL),
  randomSpec("randomIntegers", (draw) => integersBelow(drawBelow(draw)), integersBelow(60_000)),
];
