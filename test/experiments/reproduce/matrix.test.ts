import { describe, expect, it } from "vitest";
import table1 from "../../../src/experiments/paper/table1.json" with { type: "json" };
import { type MatrixRequest, planMatrix } from "../../../src/experiments/reproduce/matrix.ts";
import { PRESETS } from "../../../src/experiments/reproduce/presets.ts";
import { EXPERIMENTS, settingOf } from "../../../src/experiments/reproduce/settings.ts";
import { GFLOP_PER_IMAGE, tasksOf } from "../../../src/experiments/reproduce/tasks.ts";

const GANS = ["mlp_cgan_relu", "small_mlp_cgan_leaky", "mlp_cgan_leaky", "big_mlp_cgan_leaky"] as const;
const request: MatrixRequest = { experiments: EXPERIMENTS, settings: [], gans: GANS, loss: "plain", seeds: 1 };
const scale = { counts: new Array(10).fill(6000), sizes: PRESETS.paper };

describe("the rows of the experiments", () => {
  it("all: the 15 rows of Table 1, each once, and two GANs of each kind", () => {
    const { gans, rows } = planMatrix(request, scale);
    expect(rows.map(({ setting, rebalancing }) => [setting, rebalancing === "none" ? "-" : rebalancing])).toEqual(
      table1.rows.map(({ dataset, rebalancing }) => [dataset, rebalancing]),
    );
    expect(gans).toHaveLength(8);
    expect(new Set([...gans, ...rows].map(({ folder }) => folder)).size).toBe(23);
  });

  it.each([
    [1, ["original", "low_unbalanced", "high_unbalanced"], 0],
    [2, ["original", ...new Array(7).fill("low_unbalanced")], 4],
    [3, ["original", ...new Array(7).fill("high_unbalanced")], 4],
  ] as const)("experiment %i", (experiment, settings, gans) => {
    const matrix = planMatrix({ ...request, experiments: [experiment] }, scale);
    expect(matrix.rows.map(({ setting }) => setting)).toEqual(settings);
    expect(matrix.gans).toHaveLength(gans);
    expect(matrix.rows.every((row) => row.experiments.includes(experiment))).toBe(true);
  });

  it("other imbalances come behind, with all their rebalancings; those of the paper keep its names", () => {
    const settings = ["2/3", "0.5", "7/9"].map(settingOf);
    expect(settings.map(({ name }) => name)).toEqual(["2/3", "high_unbalanced", "low_unbalanced"]);
    const { rows } = planMatrix({ ...request, experiments: [], settings: settings.slice(0, 2) }, scale);
    expect(rows.map(({ setting }) => setting)).toEqual([
      "original",
      ...new Array(7).fill("high_unbalanced"),
      ...new Array(7).fill("2/3"),
    ]);
    expect(rows.at(-1)).toMatchObject({ experiments: [], key: "cnn-2of3-big_mlp_cgan_leaky-plain-seed1" });
    expect(planMatrix({ ...request, experiments: [3], settings: [settingOf("0.50")] }, scale).rows).toHaveLength(8);
  });

  it("equal ratios are one setting, however they are written", () => {
    const settings = ["0.6", "3/5", "6 / 10", ".60"].map(settingOf);
    expect(new Set(settings.map(({ name, imbalance }) => `${name} ${imbalance}`))).toEqual(new Set(["3/5 3/5"]));
    expect(settingOf("9/9").name).toBe("original");
    const { rows } = planMatrix({ ...request, experiments: [], settings }, scale);
    expect(rows).toHaveLength(8);
  });

  it("seeds have runs of their own, one after the other; both losses share GANs and nothing else", () => {
    const plain = planMatrix({ ...request, seeds: 2 }, scale);
    expect(plain.rows.map(({ seed }) => seed)).toEqual([...new Array(15).fill(1), ...new Array(15).fill(2)]);
    expect(new Set(plain.rows.map(({ key }) => key)).size).toBe(30);
    const paper = planMatrix({ ...request, loss: "paper", seeds: 2 }, scale);
    expect(paper.gans).toEqual(plain.gans);
    const keys = new Set(plain.rows.map(({ key }) => key));
    expect(paper.rows.filter(({ key }) => keys.has(key))).toEqual([]);
  });
});

describe("the steps of the runs", () => {
  const stepsOf = (matrix: ReturnType<typeof planMatrix>) =>
    Object.fromEntries(matrix.rows.map(({ setting, rebalancing, steps }) => [`${setting}/${rebalancing}`, steps]));

  it("are the paper's at full size", () => {
    const matrix = planMatrix(request, scale);
    expect(stepsOf(matrix)).toMatchObject({
      "original/none": 30 * 600,
      "low_unbalanced/none": 30 * 249,
      "low_unbalanced/downsampled": 30 * 63,
      "high_unbalanced/none": 30 * 120,
      "high_unbalanced/downsampled": 30 * 2,
      "high_unbalanced/upsampled": 30 * 600,
      "high_unbalanced/mlp_cgan_relu": 30 * 600,
    });
    expect(new Set(matrix.gans.map(({ steps }) => steps))).toEqual(new Set([100 * 235]));
  });

  it("a cut keeps its floor, and rows with few steps an epoch train for more epochs", () => {
    const cut = { trainPerClass: 1000, leastPerClass: 12, testPerClass: 10 };
    const cnn = { ...PRESETS.small.cnn, epochs: 4, batchSize: 100, leastSteps: 60 };
    const matrix = planMatrix(request, { ...scale, sizes: { ...PRESETS.small, cut, cnn } });
    // 1000 500 250 125 63 32 16 12 12 12: 2,022 images, and 120 when cut to the smallest.
    expect(stepsOf(matrix)).toMatchObject({
      "high_unbalanced/none": 4 * 21,
      "high_unbalanced/downsampled": 60,
      "high_unbalanced/upsampled": 4 * 100,
    });
    expect(matrix.rows.find(({ key }) => key.includes("high_unbalanced-downsampled"))!.epochs).toBe(30);
  });

  it("no preset cuts a class below 12 images", () => {
    for (const { cut } of Object.values(PRESETS)) expect(cut?.leastPerClass ?? 12).toBeGreaterThanOrEqual(12);
  });
});

it("tasks: every GAN once, right before the first row that needs it", () => {
  const matrix = planMatrix({ ...request, experiments: [3], seeds: 2 }, scale);
  const tasks = tasksOf(matrix, PRESETS.paper, 10_000);
  expect(tasks).toHaveLength(16 + 8);
  for (const [i, { kind, run }] of tasks.entries()) {
    if (kind === "gan") expect(tasks[i + 1]!.run).toMatchObject({ gan: run.key, seed: run.seed });
  }
  const original = tasks[0]!;
  expect(original.work).toBeCloseTo((18_000 * 100 + (31 * 10_000) / 3) * GFLOP_PER_IMAGE.cnn, 6);
});
