import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { jsonDifferences } from "../../src/experiments/json_differences.ts";

describe("jsonDifferences", () => {
  it("names the keys that differ, dotted, with both values", () => {
    const a = { seed: 1, data: { name: "x", counts: [1, 2] }, gone: true };
    const b = { seed: 1, data: { name: "y", counts: [1, 3] }, come: null };
    expect(jsonDifferences(a, b)).toEqual([
      { key: "data.name", a: "x", b: "y" },
      { key: "data.counts", a: [1, 2], b: [1, 3] },
      { key: "gone", a: true, b: undefined },
      { key: "come", a: undefined, b: null },
    ]);
    expect(jsonDifferences(1, "1")).toEqual([{ key: "", a: 1, b: "1" }]);
  });

  it("finds none between a value and what JSON keeps of it", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => jsonDifferences(value, JSON.parse(JSON.stringify(value))).length === 0),
    );
    expect(jsonDifferences({ a: undefined, b: -0 }, { b: 0 })).toEqual([]);
  });
});
