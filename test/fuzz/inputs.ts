import fc from "fast-check";
import { Rng } from "../../src/kernels/random/philox.ts";
import { MOST_BYTES, pick } from "./mutate.ts";
import type { Reader } from "./reader.ts";

/** Inputs that share their seeds. */
export const BLOCK = 5000;
const SEEDS_PER_BLOCK = 40;
/** One input in so many is left as it is, so that what is right is tried too. */
const UNCHANGED = 1 / 12;

/** The inputs of a reader: each is a function of (seed, reader, index) alone. */
export class Inputs {
  #block = -1;
  #seeds: Uint8Array[] = [];
  readonly #stream: number;

  constructor(
    readonly reader: Reader,
    readonly seed: number,
  ) {
    this.#stream = hashOf(reader.name);
  }

  at(index: number): Uint8Array {
    const block = Math.floor(index / BLOCK);
    if (block !== this.#block) {
      const seed = (this.seed ^ this.#stream ^ Math.imul(block, 0x9e37_79b9)) | 0;
      this.#seeds = fc.sample(this.reader.seeds, { seed, numRuns: SEEDS_PER_BLOCK });
      this.#block = block;
    }
    const rng = new Rng(this.seed, this.#stream, index);
    let input = pick(rng, this.#seeds);
    if (rng.chance(UNCHANGED)) return input;
    do {
      input = pick(rng, this.reader.mutators)(input, rng, pick(rng, this.#seeds));
    } while (rng.chance(0.5));
    return input.subarray(0, MOST_BYTES);
  }
}

function hashOf(text: string): number {
  let hash = 0;
  for (const character of text) hash = (Math.imul(hash, 31) + character.charCodeAt(0)) >>> 0;
  return hash;
}
