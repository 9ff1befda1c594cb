import { describe, expect, it } from "vitest";
import { failuresOf, headerText, rowText, summaryText } from "../../bench/report.ts";
import { RIVAL_NAMES } from "../../bench/rivals/rivals.ts";
import { chosenWork } from "../../bench/works.ts";
import { report, row, timed } from "./reports.ts";

const ROWS = [
  row("matmul 64x64x64", {
    tailgrad: timed(40, 50, 60),
    "tfjs webgpu": timed(200),
    "tfjs cpu": { status: "skipped", reason: "at the best rate it has shown here a run takes 99 s or more" },
    "jax-js webgpu": timed(25),
  }),
  row(
    "conv2d",
    { tailgrad: timed(10), "tfjs wasm": { status: "cannot", reason: "no kernel" } },
    { group: "convolutions" },
  ),
  row("ladder, matmul", { naive: timed(100), tiled: timed(50) }, { group: "ladder" }),
  row("batch 10: CNN step", { tailgrad: timed(20) }, { group: "scaling", samples: 10 }),
  row("cnn: peak memory", { tailgrad: timed(100), "tfjs webgpu": timed(300) }, { group: "start", unit: "MiB" }),
];

describe("report", () => {
  it("gives everybody a line in full, with reasons where there is no time", () => {
    const text = rowText(ROWS[0]!, report([]).ceilings);
    const lines = text.split("\n");
    expect(lines[0]).toBe("matmul 64x64x64");
    expect(lines[1]).toMatch(/^ {2}tailgrad +50\.0 ms +\(45\.0 to 55\.0\) +3 x 1 +20\.0 GFLOP\/s +20% of ceiling$/);
    expect(lines[2]).toMatch(/tfjs webgpu +200 ms .* 5\.00 GFLOP\/s +4\.0x$/);
    expect(lines[3]).toMatch(/tfjs cpu +skipped: at the best rate/);
    expect(lines.every((line) => line.length <= 120)).toBe(true);
  });

  it("sums up group by group, within 120 columns", () => {
    const text = summaryText(report(ROWS));
    expect(text).toMatch(/^matmul 64x64x64 +50\.0 +±10% +20\.0 +20% +4\.0x +slow +0\.50x$/m);
    expect(text).toMatch(/^conv2d +10\.0 +100 +100% +cannot$/m);
    expect(text).toMatch(/^matmul +10\.0 +20\.0$/m);
    expect(text).toMatch(/^batch 10: CNN step +20\.0 +2\.00 +50\.0 +50%$/m);
    expect(text).toMatch(/^cnn: peak memory +100 MiB +3\.0x$/m);
    expect(text).toMatch(/^jax-js webgpu: 0\.50x in 1 row \(matmul 64x64x64\), ahead of us in 1$/m);
    const two = summaryText(report([ROWS[0]!, row("other", { tailgrad: timed(1), "jax-js webgpu": timed(2) })]));
    expect(two).toMatch(
      /^jax-js webgpu: 1\.0x on average of 2 rows, least 0\.50x \(matmul 64x64x64\), ahead of us in 1$/m,
    );
    expect(text.split("\n").every((line) => line.length <= 120)).toBe(true);
    const everybody = Object.fromEntries(
      ["tailgrad", ...RIVAL_NAMES].map((name) => [name, timed(0.0123, 4.56, 12_345)]),
    );
    const widest = chosenWork({ software: false, only: /./, scaling: true }).map(({ name, group }) =>
      row(name, { ...everybody, "tfjs cpu": { status: "cannot", reason: "r" } }, { group }),
    );
    expect(
      summaryText(report(widest))
        .split("\n")
        .filter((line) => line.length > 120),
    ).toEqual([]);
    expect(summaryText(report(ROWS), true)).toContain("### Products\n\n| work |");
  });

  it("names what the figures were measured on", () => {
    expect(headerText(report([]).environment)).toContain("adapter   some adapter, subgroups of 8");
    expect(headerText(report([], { driverVariables: { LP: "512" } }).environment)).toContain("some driver, LP=512");
    expect(headerText(report([]).environment)).toMatch(/^versions {2}tailgrad 0\.1\.0$/m);
    const own = headerText(report([], { commit: "0123456-dirty", tune: "off" }).environment);
    expect(own).toMatch(/^versions {2}tailgrad 0\.1\.0 \(0123456-dirty\)$/m);
    expect(own).toMatch(/^tune {6}off: our kernels are the usual ones$/m);
  });

  it("counts the variants that our kernels took", () => {
    const variants = { "matmul 1x1x1 NN": "tiled 32", "matmul 2x2x2 NN": "tiled 64", "matmul 2x2x2 TN": "tiled 32" };
    const text = rowText(row("step", { tailgrad: timed(1) }, { variants }), report([]).ceilings);
    expect(text.split("\n").at(-1)).toBe("  our variants  2 tiled 32, tiled 64");
  });

  it("counts our failures, not those of rivals or of rungs that an adapter cannot run", () => {
    const failed = { status: "failed", reason: "wrong" } as const;
    const rows = [
      row("a", { tailgrad: failed, "tfjs webgpu": failed }),
      row("b", { naive: failed, tiled: { status: "cannot", reason: "r" } }),
    ];
    expect(failuresOf(rows)).toEqual(["a: tailgrad: wrong", "b: naive: wrong"]);
  });
});
