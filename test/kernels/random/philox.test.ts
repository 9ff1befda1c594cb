import { describe, expect, it } from "vitest";
import { UsageError } from "../../../src/errors.ts";
import { normalFromWord } from "../../../src/kernels/random/normal.ts";
import { integers, normal, philox4x32, Rng, uniform, words } from "../../../src/kernels/random/philox.ts";

const hex = (values: Uint32Array) => Array.from(values, (v) => v.toString(16).padStart(8, "0")).join(" ");

/** Philox4x32-10 by BigInt, straight from the paper: the oracle for the fast products. */
function oracle(counter: bigint[], key: bigint[]): bigint[] {
  const mask = 0xffffffffn;
  let [c0, c1, c2, c3] = counter as [bigint, bigint, bigint, bigint];
  let [k0, k1] = key as [bigint, bigint];
  for (let round = 0; round < 10; round++) {
    const p0 = 0xd2511f53n * c0;
    const p1 = 0xcd9e8d57n * c2;
    [c0, c1, c2, c3] = [(p1 >> 32n) ^ c1 ^ k0, p1 & mask, (p0 >> 32n) ^ c3 ^ k1, p0 & mask];
    k0 = (k0 + 0x9e3779b9n) & mask;
    k1 = (k1 + 0xbb67ae85n) & mask;
  }
  return [c0, c1, c2, c3];
}

describe("philox4x32", () => {
  it("gives Random123's known answers", () => {
    expect(hex(philox4x32([0, 0, 0, 0], [0, 0]))).toBe("6627e8d5 e169c58d bc57ac4c 9b00dbd8");
    const ones = 0xffffffff;
    expect(hex(philox4x32([ones, ones, ones, ones], [ones, ones]))).toBe("408f276d 41c83b0e a20bc7c6 6d5451fd");
    const pi = philox4x32([0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0]);
    expect(hex(pi)).toBe("d16cfe09 94fdcceb 5001e420 24126ea1");
  });

  it("equals a BigInt oracle on 500 counters and writes at an offset", () => {
    const out = new Uint32Array(8);
    let state = 12345;
    const next = () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state;
    };
    for (let i = 0; i < 500; i++) {
      const c: [number, number, number, number] = [next(), next(), next(), next()];
      const k: [number, number] = [next(), next()];
      philox4x32(c, k, out, 4);
      expect(Array.from(out.subarray(4), BigInt)).toEqual(oracle(c.map(BigInt), k.map(BigInt)));
    }
  });
});

describe("bulk generation", () => {
  it("keys by seed, counts by (block, stream, step), words in order", () => {
    const seed = 2 ** 32 * 5 + 7;
    const step = 2 ** 32 * 3 + 2;
    const raw = words(seed, 9, step, 7);
    const first = philox4x32([0, 9, 2, 3], [7, 5]);
    const second = philox4x32([1, 9, 2, 3], [7, 5]);
    expect(Array.from(raw)).toEqual([...first, ...second.subarray(0, 3)]);
  });

  it("uniform is (word >>> 8) / 2^24", () => {
    const raw = words(1, 2, 3, 9);
    expect(Array.from(uniform(1, 2, 3, 9))).toEqual(Array.from(raw, (w) => (w >>> 8) / 2 ** 24));
    expect(uniform(1, 2, 3, 0)).toHaveLength(0);
  });

  it("normal takes one word per number, any count being a prefix of a longer one", () => {
    const values = normal(4, 0, 0, 8);
    expect(values).toEqual(Float32Array.from(words(4, 0, 0, 8), normalFromWord));
    for (const count of [0, 1, 2, 3, 5]) expect(normal(4, 0, 0, count)).toEqual(values.slice(0, count));
  });

  it("normal has mean 0, deviation 1 and the right tails", () => {
    const values = normal(11, 1, 0, 200_000);
    let sum = 0;
    let squares = 0;
    let beyond2 = 0;
    for (const v of values) {
      sum += v;
      squares += v * v;
      if (Math.abs(v) > 2) beyond2++;
    }
    expect(Math.abs(sum / values.length)).toBeLessThan(0.01);
    expect(Math.abs(squares / values.length - 1)).toBeLessThan(0.015);
    expect(Math.abs(beyond2 / values.length - 0.0455)).toBeLessThan(0.003);
  });

  it("integers take the high half of word x below", () => {
    const raw = words(8, 1, 0, 50);
    for (const below of [1, 2, 10, 60_000, 0x80000001, 2 ** 32]) {
      const want = Array.from(raw, (w) => Number((BigInt(w) * BigInt(below)) >> 32n));
      expect(Array.from(integers(8, 1, 0, 50, below))).toEqual(want);
    }
  });

  it("pins bits, so that a seed keeps its meaning between versions", () => {
    expect(hex(words(1, 0, 0, 4))).toBe(hex(philox4x32([0, 0, 0, 0], [1, 0])));
    expect(Array.from(integers(2022, 5, 1, 4, 1000))).toMatchInlineSnapshot(`
      [
        38,
        839,
        738,
        610,
      ]
    `);
  });

  it.each([-1, 1.5, Number.NaN, 2 ** 53])("refuses seed %s", (seed) => {
    expect(() => uniform(seed, 0, 0, 1)).toThrow(UsageError);
    expect(() => new Rng(seed, 0)).toThrow(/0\.\.2\^53-1/);
  });

  it("refuses bad streams, counts and bounds", () => {
    expect(() => uniform(0, -1, 0, 1)).toThrow(UsageError);
    expect(() => uniform(0, 0, 0, -1)).toThrow(UsageError);
    expect(() => integers(0, 0, 0, 1, 0)).toThrow(UsageError);
  });
});

describe("Rng", () => {
  it("walks the same words as the bulk functions", () => {
    const rng = new Rng(3, 4, 5);
    expect(Array.from({ length: 10 }, () => rng.nextUint32())).toEqual(Array.from(words(3, 4, 5, 10)));
    const a = new Rng(3, 4);
    expect(Array.from({ length: 4 }, () => a.normal())).toEqual(Array.from(normal(3, 4, 0, 4)));
  });

  it("shuffles to a permutation that the seed fixes, all orders equally likely", () => {
    const order = new Rng(1, 0).shuffle(Uint32Array.from({ length: 100 }, (_, i) => i));
    expect(Array.from(order).sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i));
    expect(order).toEqual(new Rng(1, 0).shuffle(Uint32Array.from({ length: 100 }, (_, i) => i)));
    const seen = new Map<string, number>();
    const rng = new Rng(2, 0);
    for (let i = 0; i < 6000; i++) {
      const key = rng.shuffle(Uint32Array.of(0, 1, 2)).join("");
      seen.set(key, (seen.get(key) ?? 0) + 1);
    }
    expect(seen.size).toBe(6);
    for (const count of seen.values()) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });

  it("draws integers without bias where the plain product would be biased", () => {
    const below = 0xc0000000;
    const rng = new Rng(5, 0);
    let thirds = 0;
    for (let i = 0; i < 30_000; i++) if (rng.integer(below) % 3 === 0) thirds++;
    expect(Math.abs(thirds / 30_000 - 1 / 3)).toBeLessThan(0.012);
    expect(rng.integer(1)).toBe(0);
  });

  it("samples without replacement", () => {
    const sample = new Rng(9, 0).sampleWithoutReplacement(50, 20);
    expect(new Set(sample).size).toBe(20);
    expect(Math.max(...sample)).toBeLessThan(50);
    expect(new Set(new Rng(9, 0).sampleWithoutReplacement(7, 7)).size).toBe(7);
    expect(() => new Rng(9, 0).sampleWithoutReplacement(3, 4)).toThrow(/at most 3/);
  });
});
