import { showCount, showSeconds } from "../experiments/report/numbers.ts";
import type { RunEstimate, StepTimes } from "../experiments/reproduce/estimate_node.ts";
import type { MatrixFile } from "../experiments/reproduce/matrix_file_node.ts";
import type { Reproduced } from "../experiments/reproduce/reproduce_node.ts";
import type { RowState } from "../experiments/reproduce/run_states_node.ts";
import type { CnnRunSummary } from "../experiments/run_result.ts";
import { textTable } from "./table.ts";

type Measure = (evaluation: CnnRunSummary["evaluation"]) => number;
const MEASURES: readonly (readonly [string, Measure])[] = [
  ["loss", ({ loss }) => loss],
  ["accuracy", ({ accuracy }) => accuracy],
  ["F1", ({ f1Weighted }) => f1Weighted],
  ["G-mean", ({ gMean }) => gMean],
  ["head recall", ({ headRecall }) => headRecall],
  ["tail recall", ({ tailRecall }) => tailRecall],
];

/** Table 1 as far as it goes: a line for each setting, rebalancing and loss, means over the seeds with their spread. */
export function reproducedText(rows: readonly RowState[]): string {
  const groups = new Map<string, RowState[]>();
  for (const row of rows) {
    const { setting, rebalancing, loss } = row.run;
    const name = `${setting} ${rebalancing} ${loss}`;
    groups.set(name, [...(groups.get(name) ?? []), row]);
  }
  const head = ["data set", "rebalancing", "loss mode", "seeds", ...MEASURES.map(([name]) => name)];
  const lines = [...groups.values()].map((group) => {
    const { setting, rebalancing, loss } = group[0]!.run;
    const done = group.flatMap(({ summary }) => summary?.evaluation ?? []);
    const seeds = done.length === group.length ? String(done.length) : `${done.length} of ${group.length}`;
    return [setting, rebalancing, loss, seeds, ...MEASURES.map(([, measure]) => meanAndSpread(done.map(measure)))];
  });
  return textTable([head, ...lines], ["left", "left", "left"]);
}

/** "0.812", or "0.812 ± 0.004" with the sample's standard deviation; a dash for no value. */
function meanAndSpread(values: readonly number[]): string {
  if (values.length === 0) return "\u2013";
  const mean = values.reduce((total, value) => total + value, 0) / values.length;
  if (values.length === 1) return mean.toFixed(3);
  const variance = values.reduce((total, value) => total + (value - mean) ** 2, 0) / (values.length - 1);
  return `${mean.toFixed(3)} ± ${Math.sqrt(variance).toFixed(3)}`;
}

/** What `reproduce --json` prints. */
export function reproducedJson(
  out: string,
  { preset, dataset }: MatrixFile,
  { rows, failures, trained, runs }: Reproduced,
) {
  return {
    out,
    preset,
    dataset,
    runs,
    trained,
    failures: failures.map(({ key, error }) => ({ key, error: error.message })),
    rows: rows.map(({ run, path, status, problem, summary }) => ({
      id: run.id,
      setting: run.setting,
      imbalance: run.imbalance,
      rebalancing: run.rebalancing,
      loss: run.loss,
      seed: run.seed,
      run: path,
      status,
      ...(problem === undefined ? {} : { problem }),
      ...(summary ? { steps: summary.steps, evaluation: summary.evaluation, trainCounts: summary.trainCounts } : {}),
    })),
  };
}

/** What --dry-run found. */
export interface DryRun {
  readonly out: string;
  readonly matrix: MatrixFile;
  readonly times: StepTimes;
  readonly runs: readonly RunEstimate[];
}

/** The runs as a table with the time that each takes, and the sum of what is left to do. */
export function dryRunText({ out, matrix, times, runs }: DryRun): string {
  const table = [
    ["run", "state", "epochs", "steps", "about"],
    ...runs.map(({ task, status, seconds }) => [
      task.run.key,
      status,
      String(task.run.epochs),
      showCount(task.run.steps),
      showSeconds(seconds),
    ]),
  ];
  const steps = [...times.step].map(([model, seconds]) => `${model} ${Math.round(seconds * 1000)} ms`);
  const totals = [
    ["folder", out],
    ["preset", `${matrix.preset} on ${matrix.dataset}, ${showCount(matrix.testImages)} test images`],
    ["a step", steps.join(", ")],
    ["left to do", `about ${showSeconds(secondsLeft(runs))} for ${countLeft(runs)} of ${runs.length} runs`],
  ];
  return `${textTable(table, ["left", "left"])}\n\n${textTable(totals, ["left", "left"])}`;
}

/** What `reproduce --dry-run --json` prints. */
export function dryRunJson({ out, matrix, times, runs }: DryRun) {
  return {
    out,
    preset: matrix.preset,
    dataset: matrix.dataset,
    sizes: matrix.sizes,
    testImages: matrix.testImages,
    stepSeconds: Object.fromEntries(times.step),
    secondsLeft: secondsLeft(runs),
    runs: runs.map(({ task: { kind, run }, status, seconds }) => ({ kind, ...run, status, seconds })),
  };
}

function secondsLeft(runs: readonly RunEstimate[]): number {
  return runs.reduce((total, { status, seconds }) => total + (status === "finished" ? 0 : seconds), 0);
}

function countLeft(runs: readonly RunEstimate[]): number {
  return runs.filter(({ status }) => status !== "finished").length;
}
