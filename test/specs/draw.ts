import { sizeOf } from "../../src/gpu/launch.ts";
import { type Array64, array, indices, randomSource } from "../support/arrays.ts";

/** Sizes at which kernels go wrong: nothing, one, primes, and tile sizes with their neighbours. */
const SIZES = [0, 1, 1, 2, 3, 4, 5, 7, 8, 9, 11, 13, 15, 16, 17, 23, 31, 32, 33, 37, 61, 63, 64, 65, 97, 127, 128, 129];

/** Draws the shapes, options and values of a case; the same seed draws the same case. */
export class Draw {
  readonly #next: () => number;

  constructor(seed: number) {
    this.#next = randomSource(seed);
  }

  /** Uniform in [low, high). */
  number(low: number, high: number): number {
    return low + (high - low) * this.#next();
  }

  /** A whole number from low to high, both included. */
  integer(low: number, high: number): number {
    return low + Math.floor(this.#next() * (high - low + 1));
  }

  flag(probability = 0.5): boolean {
    return this.#next() < probability;
  }

  pick<T>(options: readonly T[]): T {
    return options[Math.floor(this.#next() * options.length)]!;
  }

  /** One of the sizes at which kernels go wrong, from `low` to `high`. */
  size(low = 0, high = 129): number {
    return this.pick(SIZES.filter((size) => size >= low && size <= high));
  }

  /** A shape of `rank` such sizes with at most `most` elements in all. */
  shape(rank: number, { low = 0, high = 129, most = 20_000 } = {}): number[] {
    for (let tries = 0; tries < 50; tries++) {
      const shape = Array.from({ length: rank }, () => this.size(low, high));
      if (sizeOf(shape) <= most) return shape;
    }
    return Array.from({ length: rank }, () => Math.max(low, 1));
  }

  /** f32 values, uniform in [low, high). */
  values(shape: readonly number[], low = -1, high = 1): Array64 {
    return array(
      Float64Array.from({ length: sizeOf(shape) }, () => this.number(low, high)),
      shape,
    );
  }

  /** f32 values of random sign whose magnitude is uniform in [low, high): away from the kink of relu and abs. */
  signed(shape: readonly number[], low = 0.1, high = 2): Array64 {
    return array(
      Float64Array.from({ length: sizeOf(shape) }, () => this.number(low, high) * (this.flag() ? 1 : -1)),
      shape,
    );
  }

  /** f32 values no two of which are nearer than 0.01: for ops that choose (max), so that a small step changes no choice. */
  distinct(shape: readonly number[]): Array64 {
    const size = sizeOf(shape);
    const order = Float64Array.from({ length: size }, (_, i) => (i - size / 2) * 0.01);
    for (let i = size - 1; i > 0; i--) {
      const j = this.integer(0, i);
      [order[i], order[j]] = [order[j]!, order[i]!];
    }
    return array(order, shape);
  }

  /** u32 values in [0, below). */
  indices(shape: readonly number[], below: number): Array64 {
    return indices(
      Float64Array.from({ length: sizeOf(shape) }, () => this.integer(0, below - 1)),
      shape,
    );
  }
}
