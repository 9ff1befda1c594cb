import { describe, expect, it } from "vitest";
import { chartsOf, colourOf, seriesOf } from "../../bench/plot.ts";
import { chosenWork } from "../../bench/works.ts";
import { report, row, timed } from "./reports.ts";

const at = (x: number | string, chart = "matmul") => ({ plot: { chart, x } });
const ROWS = [
  row("matmul 128", { tailgrad: timed(10), "jax-js webgpu": timed(40) }, at(128)),
  row(
    "matmul 64",
    { tailgrad: timed(5), "tfjs webgpu": timed(50), "tfjs cpu": { status: "cannot", reason: "r" } },
    at(64),
  ),
  row("ladder, matmul 64", { naive: timed(100), tiled: timed(20) }, { ...at(64), group: "ladder" }),
  row("conv2d", { tailgrad: timed(10) }, { ...at("100x1x28x28 to 32", "conv2d forward"), group: "convolutions" }),
  row("batch 10", { tailgrad: timed(20) }, { ...at(10, "batch, CNN"), group: "scaling", samples: 10 }),
];

describe("plots", () => {
  it("makes one series of each contestant: ours, rungs, rivals, by ascending size", () => {
    const series = seriesOf(ROWS, "matmul", (_, median) => median);
    expect(series.map(({ name }) => name)).toEqual(["tailgrad", "naive", "tiled", "tfjs webgpu", "jax-js webgpu"]);
    expect(series[0]!.points).toEqual([
      [64, 5],
      [128, 10],
    ]);
  });

  it("draws the charts that there are figures for, as SVG that stands alone", () => {
    const charts = chartsOf(report(ROWS));
    expect(charts.map(({ file }) => file)).toEqual(["matmul.svg", "conv2d_forward.svg", "batch_cnn.svg"]);
    for (const { svg } of charts) {
      expect(svg.startsWith("<svg ")).toBe(true);
      expect(svg.endsWith("</svg>\n")).toBe(true);
    }
    expect(charts[0]!.svg).toContain("ceiling");
    expect(charts[0]!.svg).not.toContain("var(--");
  });

  it("draws the ceiling across the chart where there is one size alone", () => {
    const [chart] = chartsOf(report([ROWS[0]!]));
    const [, from, to] =
      /<path d="M([\d.]+) [\d.]+L([\d.]+) [^"]*"[^>]*stroke="#a8a29e"[^>]*stroke-dasharray/.exec(chart!.svg) ?? [];
    expect(Number(to) - Number(from)).toBeGreaterThan(500);
  });

  it("draws a ladder alone, every rung in a colour of its own", () => {
    const ladders = chosenWork({ only: /^ladder/, ladder: true, software: true });
    const rows = ladders.map(({ name, plot, ours }) => {
      const results = Object.fromEntries(Object.keys(ours).map((rung) => [rung, timed(10)]));
      return row(name, results, { group: "ladder", ...(plot ? { plot } : {}) });
    });
    const charts = chartsOf(report(rows));
    expect(charts.map(({ file }) => file)).toEqual([
      "matmul.svg",
      "conv2d_forward.svg",
      "conv2d_input_gradient.svg",
      "conv2d_weight_gradient.svg",
    ]);
    for (const { ours, plot } of ladders) {
      const colours = Object.keys(ours).map(colourOf);
      expect(new Set(colours).size, plot!.chart).toBe(colours.length);
      const { svg } = charts.find(({ file }) => file === `${plot!.chart.replace(/ /g, "_")}.svg`)!;
      expect(colours.filter((colour) => !svg.includes(colour))).toEqual([]);
    }
  });
});
