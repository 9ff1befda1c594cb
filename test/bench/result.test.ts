import { describe, expect, it } from "vitest";
import { parseReport, rateOf, ratioTo } from "../../bench/result.ts";
import type { Timing } from "../../bench/statistics.ts";
import { report, row, timed } from "./reports.ts";

const ceilings = { gflops: 100, gigabytesPerSecond: 10 };

describe("results", () => {
  it("rates by operations where they are counted, else by bytes, as a share of that ceiling", () => {
    const tenMs = timed(10) as Timing;
    expect(rateOf(row("a", {}), tenMs, ceilings)).toEqual({ value: 100, unit: "GFLOP/s", share: 1 });
    const { flops: _, ...bytesOnly } = row("b", {}, { bytes: 5e7 });
    expect(rateOf(bytesOnly, tenMs, ceilings)).toEqual({ value: 5, unit: "GB/s", share: 0.5 });
    expect(rateOf(row("c", {}, { unit: "MiB" }), tenMs, ceilings)).toBeUndefined();
  });

  it("compares medians with a rival that has some", () => {
    const some = row("a", {
      tailgrad: timed(2),
      "tfjs webgpu": timed(9),
      "tfjs cpu": { status: "cannot", reason: "r" },
    });
    expect(ratioTo(some, "tfjs webgpu")).toBe(4.5);
    expect(ratioTo(some, "tfjs cpu")).toBeUndefined();
    expect(ratioTo(some, "jax-js wasm")).toBeUndefined();
  });

  it("reads back what it wrote and refuses what is something else", () => {
    const some = report([row("a", { tailgrad: timed(1, 2) })]);
    expect(parseReport(JSON.stringify(some))).toEqual(some);
    expect(() => parseReport('{"rows":[]}')).toThrow(/not a report of this benchmark/);
    const { environment: _, ...rest } = some;
    expect(() => parseReport(JSON.stringify(rest))).toThrow(/not a report of this benchmark/);
    expect(() => parseReport("null")).toThrow(SyntaxError);
  });
});
