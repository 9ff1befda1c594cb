import { describe, expect, it } from "vitest";
import { CannotError, type Contestant, type Work } from "../../bench/contestant.ts";
import { type Budget, measure } from "../../bench/measure.ts";
import type { Outcome } from "../../bench/result.ts";
import type { Rival, RivalName } from "../../bench/rivals/rivals.ts";
import { type Field, Pace, rowOf } from "../../bench/rows.ts";
import type { Timing } from "../../bench/statistics.ts";

const BUDGET: Budget = { budgetMs: 0, minSamples: 2, maxSamples: 3, sampleMs: 1, slowSamples: 1, longestRunMs: 1000 };

/** Notes what is called, in order. */
class FakeContestant implements Contestant {
  constructor(
    private readonly name: string,
    private readonly calls: string[],
    private readonly problem?: Error,
  ) {}

  async run(times: number): Promise<void> {
    this.calls.push(`${this.name} run`);
    await new Promise((resolve) => setTimeout(resolve, 2 * times));
  }

  async check(): Promise<void> {
    this.calls.push(`${this.name} check`);
    if (this.problem) throw this.problem;
  }

  dispose(): void {
    this.calls.push(`${this.name} dispose`);
  }
}

function fieldOf(calls: string[], problems: Partial<Record<RivalName, Error>> = {}): Field {
  const names: RivalName[] = ["tfjs webgpu", "jax-js webgpu"];
  const rivals = names.map((name): [RivalName, Rival] => [
    name,
    {
      name,
      activate: async () => {
        calls.push(`${name} active`);
      },
      open: async () => new FakeContestant(name, calls, problems[name]),
      close() {},
    },
  ]);
  return { device: {} as Field["device"], rivals: new Map(rivals) };
}

function workOf(calls: string[], rest: Partial<Work> = {}): Work {
  return {
    name: "some work",
    group: "products",
    flops: 1e6,
    ours: { tailgrad: async () => new FakeContestant("tailgrad", calls) },
    tfjs: async () => new FakeContestant("unused", calls),
    jax: async () => new FakeContestant("unused", calls),
    ...rest,
  };
}

describe("rows", () => {
  it("checks everybody, then takes samples in turns, each on its own active library", async () => {
    const calls: string[] = [];
    const { results } = await rowOf(workOf(calls), fieldOf(calls), BUDGET, new Pace());
    expect(Object.keys(results)).toEqual(["tailgrad", "tfjs webgpu", "jax-js webgpu"]);
    for (const outcome of Object.values(results)) expect((outcome as Timing).samples).toHaveLength(2);
    const turns = calls.filter((call) => call.endsWith(" run")).slice(-6);
    expect(turns).toEqual([
      "tailgrad run",
      "tfjs webgpu run",
      "jax-js webgpu run",
      "tailgrad run",
      "tfjs webgpu run",
      "jax-js webgpu run",
    ]);
    for (const [i, call] of calls.entries()) {
      if (call === "tfjs webgpu run") expect(calls[i - 1]).toBe("tfjs webgpu active");
    }
    expect(calls.lastIndexOf("tailgrad check")).toBeLessThan(calls.indexOf("tailgrad run"));
    expect(calls.filter((call) => call.endsWith(" dispose"))).toHaveLength(3);
  });

  it("says why a rival has no time, and times the others", async () => {
    const calls: string[] = [];
    const problems = { "tfjs webgpu": new CannotError("no such kernel"), "jax-js webgpu": new Error("wrong\nmore") };
    const { results } = await rowOf(workOf(calls), fieldOf(calls, problems), BUDGET, new Pace());
    expect(results["tfjs webgpu"]).toEqual({ status: "cannot", reason: "no such kernel" });
    expect(results["jax-js webgpu"]).toEqual({ status: "failed", reason: "Error: wrong" });
    expect(results.tailgrad).toHaveProperty("median");
    expect(calls).not.toContain("tfjs webgpu run");
    expect(calls).toContain("tfjs webgpu dispose");
  });

  it("skips a rival that is bound to take too long, and leaves out one for whom nothing is written", async () => {
    const calls: string[] = [];
    const pace = new Pace();
    const slow: Record<string, Outcome> = {
      "tfjs webgpu": { samples: [1000], runsPerSample: 1, median: 1000, quartiles: [1000, 1000] },
    };
    pace.note({ name: "before", group: "products", unit: "ms", flops: 1e5, results: slow });
    const { jax: _, ...withoutJax } = workOf(calls);
    const { results } = await rowOf(withoutJax, fieldOf(calls), BUDGET, pace);
    expect(results["tfjs webgpu"]).toMatchObject({ status: "skipped" });
    expect(Object.keys(results)).toEqual(["tailgrad", "tfjs webgpu"]);
  });
});

describe("pace", () => {
  const noted = (plot: { chart: string; x: number }, flops: number, ms: number) => ({
    name: "row",
    group: "convolutions" as const,
    unit: "ms" as const,
    flops,
    plot,
    results: { rival: { samples: [ms], runsPerSample: 1, median: ms, quartiles: [ms, ms] as const } },
  });
  const slowKind = { chart: "conv2d weight gradient", x: 1 };

  it("expects the best rate of all work, but little more than the best of its own kind", () => {
    const pace = new Pace();
    const work = { flops: 1e9, group: "convolutions" as const, plot: slowKind };
    expect(pace.leastMs("rival", work)).toBe(0);
    pace.note(noted({ chart: "matmul", x: 1 }, 1e9, 1000));
    expect(pace.leastMs("rival", work)).toBe(1000);
    pace.note(noted(slowKind, 1e7, 1000));
    expect(pace.leastMs("rival", work)).toBe(20_000);
    expect(pace.leastMs("rival", { flops: 1e9, group: "products" })).toBe(1000);
  });
});

describe("measure", () => {
  it("repeats short runs within a sample, and gives slow ones few samples", async () => {
    const waiting = (ms: number): Contestant => ({
      run: (times) => new Promise((resolve) => setTimeout(resolve, ms * times)),
      check: async () => {},
      dispose() {},
    });
    const entrant = (ms: number) => ({ contestant: waiting(ms), activate: async () => {} });
    const budget = { ...BUDGET, sampleMs: 200, maxSamples: 2 };
    const timings = await measure(
      new Map([
        ["short", entrant(2)],
        ["slow", entrant(1010)],
      ]),
      budget,
    );
    expect(timings.get("short")!.runsPerSample).toBeGreaterThan(3);
    expect(timings.get("short")!.samples).toHaveLength(2);
    expect(timings.get("slow")!.samples).toHaveLength(1);
    expect(timings.get("slow")!.median).toBeGreaterThan(1000);
  });
});
