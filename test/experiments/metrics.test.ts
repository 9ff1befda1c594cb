import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DataError } from "../../src/errors.ts";
import { classMetrics, confusionRows, headMiddleTail } from "../../src/experiments/metrics.ts";

describe("classMetrics", () => {
  it("agrees with values computed by hand", () => {
    // True class 0: 3 of 4 found; class 1: 1 of 2; class 2: 2 of 2. Called 0: 4, called 1: 1, called 2: 3.
    const metrics = classMetrics([
      [3, 0, 1],
      [1, 1, 0],
      [0, 0, 2],
    ]);
    expect(metrics.accuracy).toBeCloseTo(6 / 8, 15);
    expect(metrics.recall).toEqual([3 / 4, 1 / 2, 1]);
    expect(metrics.precision).toEqual([3 / 4, 1, 2 / 3]);
    // 2PR/(P+R): 3/4; 2*0.5/1.5 = 2/3; 2*(2/3)/(5/3) = 4/5.
    expect(metrics.f1).toEqual([3 / 4, 2 / 3, 4 / 5]);
    expect(metrics.f1Macro).toBeCloseTo((3 / 4 + 2 / 3 + 4 / 5) / 3, 15);
    expect(metrics.f1Weighted).toBeCloseTo((4 * (3 / 4) + 2 * (2 / 3) + 2 * (4 / 5)) / 8, 15);
    expect(metrics.gMean).toBeCloseTo(Math.cbrt(3 / 8), 15);
    expect([metrics.headRecall, metrics.middleRecall, metrics.tailRecall]).toEqual([3 / 4, 1 / 2, 1]);
  });

  it("gives 0, never NaN, where a ratio has no denominator", () => {
    // Class 1 never occurs, class 2 is never called; class 1's predictions are all wrong.
    const metrics = classMetrics([
      [2, 1, 0],
      [0, 0, 0],
      [1, 0, 0],
    ]);
    expect(metrics.recall).toEqual([2 / 3, 0, 0]);
    expect(metrics.precision).toEqual([2 / 3, 0, 0]);
    expect(metrics.f1).toEqual([2 / 3, 0, 0]);
    expect(metrics.gMean).toBe(0);
    expect(metrics.f1Weighted).toBeCloseTo(((2 / 3) * 3) / 4, 15);
  });

  it("is all 0 on an empty test set", () => {
    const { recall, precision, f1, ...scalars } = classMetrics([
      [0, 0],
      [0, 0],
    ]);
    expect([...recall, ...precision, ...f1, ...Object.values(scalars)].every((value) => value === 0)).toBe(true);
  });

  it("is all 1 where nothing is wrong, with one class and with a thousand", () => {
    for (const classes of [1, 10, 1000]) {
      const counts = Array.from({ length: classes }, (_, row) =>
        Array.from({ length: classes }, (_, c) => +(c === row)),
      );
      const metrics = classMetrics(counts);
      expect([metrics.accuracy, metrics.f1Macro, metrics.f1Weighted, metrics.gMean]).toEqual([1, 1, 1, 1]);
      expect([metrics.headRecall, metrics.tailRecall]).toEqual([1, 1]);
    }
  });

  it("does not let the G-mean of many classes underflow", () => {
    const classes = 1200;
    const counts = Array.from({ length: classes }, (_, row) =>
      Array.from({ length: classes }, (_, c) => (c === row || c === (row + 1) % classes ? 1 : 0)),
    );
    expect(classMetrics(counts).gMean).toBeCloseTo(0.5, 12);
  });

  it("takes head and tail from the training counts", () => {
    const counts = [
      [1, 1, 0],
      [0, 4, 0],
      [3, 0, 1],
    ];
    expect(classMetrics(counts, [5, 900, 40])).toMatchObject({ headRecall: 1, middleRecall: 1 / 4, tailRecall: 1 / 2 });
  });

  it("has weighted F1 equal macro F1 on a balanced test set", () => {
    const row = fc.tuple(fc.nat(50), fc.nat(50), fc.nat(50)).map(([a, b, c]) => [a, b, c, 150 - a - b - c]);
    fc.assert(
      fc.property(fc.tuple(row, row, row, row), (counts) => {
        const { f1Macro, f1Weighted } = classMetrics(counts);
        expect(f1Weighted).toBeCloseTo(f1Macro, 12);
      }),
    );
  });

  it.each([
    [[], /has no class/],
    [[[1, 2]], /row 0 has 2 counts, must have 1/],
    [
      [
        [1, 0],
        [-1, 0],
      ],
      /row 1 holds -1/,
    ],
    [[[Number.NaN]], /row 0 holds NaN/],
  ])("refuses %j", (counts, message) => {
    expect(() => classMetrics(counts)).toThrow(DataError);
    expect(() => classMetrics(counts)).toThrow(message);
  });
});

describe("headMiddleTail", () => {
  it("splits ten classes into 3, 4 and 3, by count and then by number", () => {
    const groups = headMiddleTail([12, 6000, 24, 3000, 47, 1500, 94, 750, 188, 375]);
    expect(groups).toEqual({ head: [1, 3, 5], middle: [7, 9, 8, 6], tail: [4, 2, 0] });
    expect(headMiddleTail(new Uint32Array(3))).toEqual({ head: [0], middle: [1], tail: [2] });
  });

  it("has a head and a tail whatever the number of classes", () => {
    expect(headMiddleTail([5])).toEqual({ head: [0], middle: [], tail: [0] });
    expect(headMiddleTail([5, 9])).toEqual({ head: [1], middle: [], tail: [0] });
  });
});

describe("confusionRows", () => {
  it("cuts a flat matrix into rows", () => {
    expect(confusionRows(new Uint32Array([1, 2, 3, 4]), 2)).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(() => confusionRows([1, 2, 3], 2)).toThrow(/3 counts for 2 classes, must be 4/);
  });
});
