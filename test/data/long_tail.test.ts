import { describe, expect, it } from "vitest";
import { classCountsAt } from "../../src/data/dataset.ts";
import {
  downsampled,
  longTail,
  longTailCounts,
  parseImbalance,
  syntheticLabels,
  syntheticPlan,
  upsampledCyclic,
  upsampledRandom,
} from "../../src/data/long_tail.ts";
import { DataError, UsageError } from "../../src/errors.ts";

const balanced = new Array<number>(10).fill(6000);
const labels = Uint8Array.from({ length: 60_000 }, (_, i) => (i * 7) % 10);
const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

/** The paper's table: C, counts, total, undersampled total, synthetic pictures needed. */
const PAPER = [
  ["7/9", [6000, 4667, 3630, 2824, 2196, 1708, 1329, 1034, 804, 625], 24_817, 6250, 35_183],
  ["1/2", [6000, 3000, 1500, 750, 375, 188, 94, 47, 24, 12], 11_990, 120, 48_010],
] as const;

describe("imbalances that are none", () => {
  it.each([
    "__proto__",
    "constructor",
    "toString",
    "1/2\n",
    "\t1",
    "1/\u00a02",
    "-1",
    "1/0",
    "0",
    "2/1",
    "1e-1",
    "\u0661/2",
  ])("%j is refused by name", (text) => {
    expect(() => parseImbalance(text)).toThrow(UsageError);
    expect(() => parseImbalance(text)).toThrow(
      /^imbalance: "[^\p{Cc}]*" is not a ratio above 0 and up to 1; give one/u,
    );
  });

  it("are refused at once and shortly, however long", () => {
    const began = performance.now();
    for (const text of ["9", " ", "1/", "1 ", "0."].map((part) => part.repeat(200_000))) {
      const error = (() => {
        try {
          parseImbalance(`1${text}x`);
        } catch (thrown) {
          return thrown;
        }
      })();
      expect((error as Error).message.length).toBeLessThan(250);
    }
    expect(performance.now() - began).toBeLessThan(500);
  });
});

describe.each(PAPER)("imbalance %s on 6000 per class", (text, counts, total, under, synthetic) => {
  const imbalance = parseImbalance(text);
  const tail = longTail(labels, 10, imbalance, 1);

  it("keeps the paper's counts", () => {
    expect(longTailCounts(balanced, imbalance)).toEqual(counts);
    expect(tail).toHaveLength(total);
    expect(classCountsAt(labels, tail, 10)).toEqual(counts);
    expect(new Set(tail).size).toBe(total);
    expect(tail).toEqual(tail.slice().sort());
  });

  it("undersamples to the smallest class", () => {
    const cut = downsampled(labels, tail, 10, 1);
    expect(cut).toHaveLength(under);
    expect(classCountsAt(labels, cut, 10)).toEqual(new Array(10).fill(counts[9]));
    const kept = new Set(tail);
    expect(new Set(cut).size).toBe(under);
    expect(cut.every((i) => kept.has(i))).toBe(true);
  });

  it("oversamples to the largest class, cyclic and random", () => {
    for (const up of [upsampledCyclic(labels, tail, 10), upsampledRandom(labels, tail, 10, 1)]) {
      expect(classCountsAt(labels, up, 10)).toEqual(balanced);
      expect(new Set(up)).toEqual(new Set(tail));
    }
    const last = upsampledCyclic(labels, tail, 10).slice(54_000);
    const own = counts[9];
    expect(last[own]).toBe(last[0]);
    expect(last[5999]).toBe(last[5999 % own]);
    expect(upsampledRandom(labels, tail, 10, 1)).not.toEqual(upsampledRandom(labels, tail, 10, 2));
  });

  it("plans the synthetic pictures", () => {
    const plan = syntheticPlan(counts);
    expect(sum(plan)).toBe(synthetic);
    expect(plan[0]).toBe(0);
    expect(syntheticLabels([0, 2, 1])).toEqual(Uint8Array.of(1, 1, 2));
  });

  it("is fixed by the seed", () => {
    expect(longTail(labels, 10, imbalance, 1)).toEqual(tail);
    expect(longTail(labels, 10, imbalance, 2)).not.toEqual(tail);
  });
});

describe("counts", () => {
  it("are exact where floating point is not", () => {
    // 1000 * 0.1 ** 3 is 1.0000000000000002 in doubles, whose ceil is 2.
    expect(longTailCounts([1000, 1000, 1000, 1000], parseImbalance("0.1"))).toEqual([1000, 100, 10, 1]);
    expect(longTailCounts([729, 729, 729, 729], parseImbalance("7/9"))).toEqual([729, 567, 441, 343]);
  });

  it("never ask for more than a class has, and C = 1 keeps all", () => {
    expect(longTailCounts([90, 100, 80], parseImbalance("1"))).toEqual([90, 100, 80]);
    expect(longTailCounts([90, 100, 20], parseImbalance("1/2"))).toEqual([90, 50, 20]);
    expect(longTail(labels, 10, parseImbalance("1"), 3)).toHaveLength(60_000);
  });
});

describe("parseImbalance", () => {
  it.each([
    ["7/9", 7n, 9n],
    ["0.5", 5n, 10n],
    [".25", 25n, 100n],
    ["1", 1n, 1n],
    [" 3 / 4 ", 3n, 4n],
    ["high_unbalanced", 1n, 2n],
    ["low_unbalanced", 7n, 9n],
  ])("reads %j", (text, numerator, denominator) => {
    expect(parseImbalance(text)).toMatchObject({ numerator, denominator });
  });

  it.each(["", ".", "0", "0/3", "1/0", "2", "9/7", "-1/2", "1e-1", "half", "1/2/3", "0.1234567890123"])(
    "refuses %j",
    (text) => {
      expect(() => parseImbalance(text)).toThrow(UsageError);
      expect(() => parseImbalance(text)).toThrow(/give one such as 7\/9/);
    },
  );
});

it("refuses to balance an empty class", () => {
  const few = Uint8Array.of(0, 0, 2);
  const all = Uint32Array.of(0, 1, 2);
  expect(() => downsampled(few, all, 3, 1)).toThrow(DataError);
  expect(() => upsampledCyclic(few, all, 3)).toThrow(/class 1 has no pictures/);
});
