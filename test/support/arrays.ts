import type { HostTensor } from "../../src/autograd/evaluate.ts";
import type { HostArray } from "../../src/autograd/host_array.ts";
import { sizeOf } from "../../src/gpu/launch.ts";

/** A float64 array that the oracles compute with; `dtype` says how it goes to the GPU. */
export interface Array64 {
  readonly data: Float64Array;
  readonly shape: readonly number[];
  readonly dtype: "f32" | "i32" | "u32";
}

/** Wraps numbers as f32 data: each is rounded to f32, so that GPU and oracle start from the same values. */
export function array(data: ArrayLike<number>, shape: readonly number[]): Array64 {
  return { data: new Float64Array(new Float32Array(data)), shape, dtype: "f32" };
}

/** Whole numbers as u32 data. */
export function indices(data: ArrayLike<number>, shape: readonly number[]): Array64 {
  return { data: Float64Array.from(data), shape, dtype: "u32" };
}

/** The f32, i32 or u32 form that goes to the GPU. */
export function toHost({ data, shape, dtype }: Array64): HostTensor {
  const typed: HostArray =
    dtype === "f32" ? new Float32Array(data) : dtype === "u32" ? new Uint32Array(data) : new Int32Array(data);
  return { data: typed, shape };
}

/** An array of zeros to fill by an oracle. */
export function zeros(shape: readonly number[]): Array64 {
  return { data: new Float64Array(sizeOf(shape)), shape, dtype: "f32" };
}

/** Small seeded generator (mulberry32): test data only. All 53 bits of a seed count. */
export function randomSource(seed: number): () => number {
  let state = (Math.imul(seed, 0x9e3779b9) ^ Math.imul(Math.floor(seed / 2 ** 32), 0x85ebca6b)) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Uniform f32 values in [low, high). */
export function random(shape: readonly number[], seed: number, low = -1, high = 1): Array64 {
  const next = randomSource(seed);
  return array(
    Float64Array.from({ length: sizeOf(shape) }, () => low + (high - low) * next()),
    shape,
  );
}

/** Uniform whole numbers in [0, below). */
export function randomIndices(shape: readonly number[], below: number, seed: number): Array64 {
  const next = randomSource(seed);
  return indices(
    Float64Array.from({ length: sizeOf(shape) }, () => Math.floor(next() * below)),
    shape,
  );
}
