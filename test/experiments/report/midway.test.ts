import { expect, it } from "vitest";
import { classMetrics } from "../../../src/experiments/metrics.ts";
import type { MidwayState } from "../../../src/experiments/midway/states_node.ts";
import { midwaySection } from "../../../src/experiments/report/parts/midway.ts";

const CLASSES = ["chair", "mug", "lamp", "mushroom", "tree", "rocket", "car", "snowman"];
const COUNTS = { real: CLASSES.map(() => 4), synthetic: CLASSES.map(() => 0) };

function state(row: "balanced" | "imbalanced", seed: number, right?: number): MidwayState {
  const folder = `midway/runs/${row}-seed${seed}`;
  const plan = { steps: 9, epochs: 3, trainCounts: COUNTS, result: null };
  const run = { id: `midway/${row}/seed${seed}`, row, seed, folder, ...plan };
  if (right === undefined) return { run, path: folder, status: "interrupted" };
  const confusion = CLASSES.map((_, c) => CLASSES.map((_, d) => (c === d ? right : c + 1 === d ? 10 - right : 0)));
  const evaluation = { ...classMetrics(confusion), loss: 0.5, confusion, samples: 80 };
  const common = { out: folder, stepsPerEpoch: 3, seconds: 1, weights: "w" };
  return { run, path: folder, status: "finished", summary: { ...common, steps: 9, evaluation, trainCounts: COUNTS } };
}

it("shows the picture, a row per training set with its mean over the seeds, and what is not finished", () => {
  const states = [state("balanced", 1, 10), state("balanced", 2, 8), state("imbalanced", 1, 5), state("imbalanced", 2)];
  const section = midwaySection({ states, classNames: CLASSES, sheet: Uint8Array.of(1) })!;
  expect(section.parts.map(({ kind }) => kind)).toEqual(["figure", "list", "table", "figure", "table"]);
  expect(section.parts[1]).toEqual({ kind: "list", items: ["midway/imbalanced/seed2: interrupted"] });
  const table = section.parts[2]!;
  if (table.kind !== "table") throw new Error("no table");
  expect(table.rows.map((row) => row.slice(0, 2).map(({ text }) => text))).toEqual([
    ["all views", "2"],
    ["imbalanced", "1"],
  ]);
  const half = classMetrics(CLASSES.map((_, c) => CLASSES.map((_, d) => (c === d ? 5 : c + 1 === d ? 5 : 0))));
  expect(table.rows[1]![2]!.value).toBe(half.accuracy);
});

it("nothing where it was not asked for", () => {
  expect(midwaySection(undefined)).toBeUndefined();
  expect(midwaySection({ states: [], classNames: CLASSES })).toBeUndefined();
});
