/**
 * Philox4x32-10, the counter-based generator of Salmon et al., "Parallel random numbers: as easy as 1, 2, 3" (SC 2011).
 * A block of four 32-bit words is a pure function of (counter, key), so any element can be made alone, anywhere.
 *
 * The layout, the same wherever tailgrad makes a random number:
 *   key     = (seed low 32 bits, seed high 32 bits)
 *   counter = (block index, stream id, step low 32 bits, step high 32 bits)
 *   element i is made from word i % 4 of block floor(i / 4).
 */
import { UsageError } from "../../errors.ts";
import { mulHigh } from "./mul_high.ts";
import { normalFromWord } from "./normal.ts";

const MULTIPLIER_0 = 0xd2511f53;
const MULTIPLIER_1 = 0xcd9e8d57;
const WEYL_0 = 0x9e3779b9;
const WEYL_1 = 0xbb67ae85;
const ROUNDS = 10;
const TWO_32 = 2 ** 32;
const TWO_NEG_24 = 2 ** -24;

export type PhiloxCounter = readonly [number, number, number, number];
export type PhiloxKey = readonly [number, number];

/** One block, from plain numbers, so that bulk generation allocates nothing. */
function block(
  out: Uint32Array,
  offset: number,
  counter0: number,
  counter1: number,
  counter2: number,
  counter3: number,
  key0: number,
  key1: number,
): void {
  let c0 = counter0 | 0;
  let c1 = counter1 | 0;
  let c2 = counter2 | 0;
  let c3 = counter3 | 0;
  let k0 = key0 | 0;
  let k1 = key1 | 0;
  for (let round = 0; round < ROUNDS; round++) {
    const high0 = mulHigh(MULTIPLIER_0, c0);
    const low0 = Math.imul(MULTIPLIER_0, c0);
    const high1 = mulHigh(MULTIPLIER_1, c2);
    const low1 = Math.imul(MULTIPLIER_1, c2);
    c0 = high1 ^ c1 ^ k0;
    c1 = low1;
    c2 = high0 ^ c3 ^ k1;
    c3 = low0;
    k0 = (k0 + WEYL_0) | 0;
    k1 = (k1 + WEYL_1) | 0;
  }
  out[offset] = c0;
  out[offset + 1] = c1;
  out[offset + 2] = c2;
  out[offset + 3] = c3;
}

/**
 * The four words of Philox4x32-10 for one counter and key; written to `out[offset..offset+3]` if given.
 * Checked in the tests by the known answers published with Random123.
 */
export function philox4x32(
  counter: PhiloxCounter,
  key: PhiloxKey,
  out: Uint32Array = new Uint32Array(4),
  offset = 0,
): Uint32Array {
  block(out, offset, counter[0], counter[1], counter[2], counter[3], key[0], key[1]);
  return out;
}

/** Throws UsageError unless `value` is an integer of 0..2^53-1 (what a seed and a step may be). */
export function checkSeed(value: number, what = "seed"): void {
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new UsageError(`random: ${what} ${value} is not an integer of 0..2^53-1; give a whole number such as 1`);
  }
}

function checkUint32(value: number, what: string): void {
  if (!Number.isInteger(value) || value < 0 || value >= TWO_32) {
    throw new UsageError(`random: ${what} ${value} is not an integer of 0..2^32-1; give a whole number in that range`);
  }
}

function checkBelow(below: number): void {
  if (!Number.isInteger(below) || below < 1 || below > TWO_32) {
    throw new UsageError(`random: integers below ${below} cannot be drawn; the bound must be an integer of 1..2^32`);
  }
}

/** Splits a seed or step of 0..2^53-1 into (low, high) 32-bit words, as key and counter hold it. */
export function splitUint64(value: number): [number, number] {
  return [value >>> 0, Math.floor(value / TWO_32)];
}

/** The raw words of elements 0..count-1 (u32) for (seed, stream, step). */
export function words(seed: number, stream: number, step: number, count: number): Uint32Array<ArrayBuffer> {
  checkSeed(seed);
  checkUint32(stream, "stream");
  checkSeed(step, "step");
  checkUint32(count, "count");
  const [key0, key1] = splitUint64(seed);
  const [step0, step1] = splitUint64(step);
  const blocks = Math.ceil(count / 4);
  const out = new Uint32Array(blocks * 4);
  for (let b = 0; b < blocks; b++) block(out, b * 4, b, stream, step0, step1, key0, key1);
  return out.length === count ? out : out.slice(0, count);
}

/** `count` numbers uniform in [0, 1), each a multiple of 2^-24: (word >>> 8) * 2^-24, exact in f32. */
export function uniform(seed: number, stream: number, step: number, count: number): Float32Array<ArrayBuffer> {
  const raw = words(seed, stream, step, count);
  const out = new Float32Array(count);
  for (let i = 0; i < count; i++) out[i] = (raw[i]! >>> 8) * TWO_NEG_24;
  return out;
}

/** `count` standard normal numbers (f32), one from each word, by {@link normalFromWord}. */
export function normal(seed: number, stream: number, step: number, count: number): Float32Array<ArrayBuffer> {
  const raw = words(seed, stream, step, count);
  const out = new Float32Array(count);
  for (let i = 0; i < count; i++) out[i] = normalFromWord(raw[i]!);
  return out;
}

/** `count` integers of 0..below-1: floor(word * below / 2^32), the high half of the 64-bit product. */
export function integers(
  seed: number,
  stream: number,
  step: number,
  count: number,
  below: number,
): Uint32Array<ArrayBuffer> {
  checkBelow(below);
  const out = words(seed, stream, step, count);
  if (below === TWO_32) return out;
  for (let i = 0; i < count; i++) out[i] = mulHigh(out[i]!, below);
  return out;
}

/**
 * A sequence of random numbers for work on the host (shuffles, samples, drawing). It walks the words of
 * (seed, stream, step) in order; two of the same three numbers give the same sequence.
 */
export class Rng {
  readonly #key: [number, number];
  readonly #stream: number;
  readonly #step: [number, number];
  readonly #buffer = new Uint32Array(4);
  #block = 0;
  #used = 4;

  constructor(seed: number, stream: number, step = 0) {
    checkSeed(seed);
    checkUint32(stream, "stream");
    checkSeed(step, "step");
    this.#key = splitUint64(seed);
    this.#stream = stream;
    this.#step = splitUint64(step);
  }

  /** The next 32-bit word. One sequence holds 2^34 of them. */
  nextUint32(): number {
    if (this.#used === 4) {
      if (this.#block === TWO_32)
        throw new UsageError("random: a sequence of 2^34 words is used up; take another step");
      block(this.#buffer, 0, this.#block, this.#stream, this.#step[0], this.#step[1], this.#key[0], this.#key[1]);
      this.#block++;
      this.#used = 0;
    }
    return this.#buffer[this.#used++]!;
  }

  /** A number uniform in [low, high), on a grid of 2^24 points. */
  uniform(low = 0, high = 1): number {
    return low + (high - low) * ((this.nextUint32() >>> 8) * TWO_NEG_24);
  }

  /** A normal number, an f32 before scaling; takes one word. */
  normal(mean = 0, standardDeviation = 1): number {
    return mean + standardDeviation * normalFromWord(this.nextUint32());
  }

  /** An integer of 0..below-1, without bias (Lemire, "Fast random integer generation in an interval", 2019). */
  integer(below: number): number {
    checkBelow(below);
    let word = this.nextUint32();
    if (below === TWO_32) return word;
    let low = Math.imul(word, below) >>> 0;
    if (low < below) {
      const threshold = (TWO_32 - below) % below;
      while (low < threshold) {
        word = this.nextUint32();
        low = Math.imul(word, below) >>> 0;
      }
    }
    return mulHigh(word, below) >>> 0;
  }

  /** True with the given probability. */
  chance(probability: number): boolean {
    return this.uniform() < probability;
  }

  /** Puts `values` into a uniformly random order, in place (Fisher-Yates), and returns it. */
  shuffle(values: Uint32Array): Uint32Array {
    for (let i = values.length - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      const held = values[i]!;
      values[i] = values[j]!;
      values[j] = held;
    }
    return values;
  }

  /** `count` different integers of 0..population-1 in random order; throws UsageError if count > population. */
  sampleWithoutReplacement(population: number, count: number): Uint32Array<ArrayBuffer> {
    checkUint32(population, "population");
    checkUint32(count, "count");
    if (count > population) {
      throw new UsageError(
        `random: ${count} different numbers cannot be drawn from ${population}; ask for at most ${population}`,
      );
    }
    const pool = new Uint32Array(population);
    for (let i = 0; i < population; i++) pool[i] = i;
    for (let i = 0; i < count; i++) {
      const j = i + this.integer(population - i);
      const held = pool[i]!;
      pool[i] = pool[j]!;
      pool[j] = held;
    }
    return pool.slice(0, count);
  }
}
