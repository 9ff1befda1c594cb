import { describe, expect, it } from "vitest";
import { normalFromWord, normalTable, upperQuantile } from "../../../src/kernels/random/normal.ts";
import { words } from "../../../src/kernels/random/philox.ts";

/** P(X > x) by Simpson's rule on the density over [x, x + 8]: slow, simple, good to 1e-11 relative. */
function upperTail(x: number): number {
  const steps = 4000;
  const h = 8 / steps;
  let sum = 0;
  for (let i = 0; i <= steps; i++) {
    const weight = i === 0 || i === steps ? 1 : i % 2 === 1 ? 4 : 2;
    sum += weight * Math.exp(-0.5 * (x + i * h) ** 2);
  }
  return (sum * h) / 3 / Math.sqrt(2 * Math.PI);
}

const density = (x: number) => Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);

describe("upperQuantile", () => {
  it.each([0.5, 0.4, 0.25, 0.075, 0.0749, 1e-3, 1e-6, 2 ** -33])("inverts the tail integral at %s", (p) => {
    const x = upperQuantile(p);
    expect(Math.abs(upperTail(x) - p) / density(x)).toBeLessThan(1e-10);
  });
});

describe("normalFromWord", () => {
  it("lies within 5e-8 and half an f32 step of the exact quantile, in the middle and in the tail", () => {
    const chosen = [0, 1, 2, 3, 7, 8, 15, 16, 2 ** 30 - 1, 2 ** 30, 2 ** 31 - 1];
    words(1, 0, 0, 20_000).forEach((word, i) => {
      chosen.push((word >>> 1) >>> (i % 31));
    });
    for (const word of chosen) {
      const x = normalFromWord(word);
      const exact = upperQuantile((2 * word + 1) * 2 ** -33);
      if (Math.abs(x - exact) > 5e-8 + exact * 2 ** -24) expect.fail(`word ${word}: ${x} instead of ${exact}`);
    }
  });

  it("is symmetric, never zero, exact in f32, and reaches 6.3", () => {
    for (const word of [...words(2, 0, 0, 1000), 0, 0x7fffffff]) {
      const x = normalFromWord(word);
      expect(x).not.toBe(0);
      expect(Math.fround(x)).toBe(x);
      expect(normalFromWord((word ^ 0x80000000) >>> 0)).toBe(-x);
    }
    expect(normalFromWord(0)).toBeCloseTo(6.338, 3);
  });

  it("falls as the tail probability grows", () => {
    let last = Number.POSITIVE_INFINITY;
    for (let word = 0; word < 2 ** 31; word = word < 5000 ? word + 1 : Math.floor(word * 1.001)) {
      const x = normalFromWord(word);
      expect(x).toBeLessThanOrEqual(last);
      last = x;
    }
  });

  it("pins the table, so that a seed keeps its meaning between versions and machines", () => {
    let hash = 0x811c9dc5;
    for (const word of normalTable()) hash = Math.imul(hash ^ word, 0x01000193) >>> 0;
    expect(hash.toString(16)).toMatchInlineSnapshot(`"a135fd35"`);
  });
});
