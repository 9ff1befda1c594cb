import { DTypeError, UsageError } from "../../errors.ts";
import { checkSeed } from "../../kernels/random/philox.ts";
import { launchIntegers, launchNormal, launchUniform, type RandomPlace } from "../../kernels/random/random.ts";
import { checkOptions, checkShape, shown } from "../arguments.ts";
import { currentGraph, recordOne } from "../record.ts";
import { type Graph, type Tensor, Variable } from "../tensor.ts";

/**
 * Where an op's random numbers come from. Each recorded op draws from a stream of its own, numbered in the order of
 * recording from 65,536, so two ops of one step differ, and the same program always gets the same numbers.
 * `clock` is a u32 [2] variable (see `newClock`); the numbers change whenever it is advanced.
 */
export interface RandomSource {
  /** Whole number of 0..2^53-1. */
  readonly seed: number;
  readonly clock: Variable;
  /** A fixed stream of 0..65,535 instead of the next one of the recording: for numbers that must not depend on order. */
  readonly stream?: number;
}

/** Streams below this one are left to explicit use, by ops and on the host. */
export const FIRST_STREAM = 2 ** 16;

const streamsUsed = new WeakMap<Graph, number>();

/** A step counter of 64 bits for random numbers, logs and batches: u32 [2], low and high word. Throws UsageError. */
export function newClock(start = 0, name = "clock"): Variable {
  checkSeed(start, `start of ${name}`);
  return new Variable(Uint32Array.of(start >>> 0, Math.floor(start / 2 ** 32)), [2], { name });
}

/** Throws DTypeError unless `clock` is a u32 variable of two elements. */
export function checkClock(op: string, clock: Tensor): void {
  if (!(clock instanceof Variable) || clock.dtype !== "u32" || clock.size !== 2) {
    throw new DTypeError(
      `${op}: the clock must be a u32 variable of 2 elements, but is ${shown(clock)}; make it with newClock()`,
    );
  }
}

/** Validates a source and gives the op its stream. Throws UsageError, DTypeError. */
export function drawPlace(op: string, source: RandomSource): RandomPlace {
  checkOptions(op, source, ["seed", "clock", "stream"], "the random source");
  const { seed, clock, stream } = source;
  checkSeed(seed, `seed of ${op}`);
  checkClock(op, clock);
  if (stream !== undefined) {
    if (!Number.isInteger(stream) || stream < 0 || stream >= FIRST_STREAM) {
      throw new UsageError(
        `${op}: stream ${shown(stream)} is not a whole number of 0..${FIRST_STREAM - 1}; leave it out to get the next free one`,
      );
    }
    return { seed, clock, stream };
  }
  const graph = currentGraph(op);
  const used = streamsUsed.get(graph) ?? 0;
  streamsUsed.set(graph, used + 1);
  return { seed, clock, stream: FIRST_STREAM + used };
}

/**
 * f32 numbers uniform in [0, 1), multiples of 2^-24; the same bits as `uniform` of src/kernels/random/philox.ts.
 * No gradient. Throws ShapeError, UsageError, DTypeError. Source: Philox4x32-10, Salmon et al. 2011.
 */
export function uniform(shape: readonly number[], source: RandomSource): Tensor {
  checkShape("uniform", shape);
  const place = drawPlace("uniform", source);
  return recordOne({
    op: "uniform",
    inputs: [source.clock],
    shape,
    dtype: "f32",
    lower: (out) => [launchUniform(out, place)],
  });
}

/**
 * f32 numbers of mean 0 and deviation 1, normally distributed; the same bits as `normal` of src/kernels/random/philox.ts.
 * No gradient. Throws ShapeError, UsageError, DTypeError. Source: as {@link uniform}.
 */
export function normal(shape: readonly number[], source: RandomSource): Tensor {
  checkShape("normal", shape);
  const place = drawPlace("normal", source);
  return recordOne({
    op: "normal",
    inputs: [source.clock],
    shape,
    dtype: "f32",
    lower: (out) => [launchNormal(out, place)],
  });
}

/**
 * u32 numbers of 0..below-1, below being 1..2^32; the same bits as `integers` of src/kernels/random/philox.ts.
 * No gradient. Throws ShapeError, UsageError, DTypeError. Source: as {@link uniform}.
 */
export function randomIntegers(shape: readonly number[], below: number, source: RandomSource): Tensor {
  checkShape("randomIntegers", shape);
  if (!Number.isInteger(below) || below < 1 || below > 2 ** 32) {
    throw new UsageError(`randomIntegers: below is ${shown(below)}, but must be a whole number of 1..2^32`);
  }
  const place = drawPlace("randomIntegers", source);
  return recordOne({
    op: "randomIntegers",
    inputs: [source.clock],
    shape,
    dtype: "u32",
    lower: (out) => [launchIntegers(out, below, place)],
  });
}
