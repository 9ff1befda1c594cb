import type { MidwayEstimate } from "../experiments/midway/estimate_node.ts";
import type { MidwayState } from "../experiments/midway/states_node.ts";
import { showCount, showSeconds } from "../experiments/report/numbers.ts";
import { textTable } from "./table.ts";

/** The rows of the midway report's experiment, each with its figures on the validation views. */
export function midwayText(states: readonly MidwayState[]): string {
  const lines = states.map(({ run, summary }) => {
    const figures = summary?.evaluation;
    const shown = figures
      ? [figures.accuracy, figures.f1Macro, figures.gMean, figures.headRecall, figures.tailRecall]
      : [];
    return [run.row, String(run.seed), showCount(sum(run.trainCounts)), ...shown.map((value) => value.toFixed(3))];
  });
  return textTable([
    ["midway report", "seed", "views", "accuracy", "F1", "G-mean", "head recall", "tail recall"],
    ...lines,
  ]);
}

/** The same for `--json`. */
export function midwayJson(states: readonly MidwayState[]) {
  return states.map(({ run, path, status, summary }) => ({
    id: run.id,
    row: run.row,
    seed: run.seed,
    run: path,
    status,
    ...(summary ? { evaluation: summary.evaluation, trainCounts: summary.trainCounts } : {}),
  }));
}

/** What is left of the experiment, for --dry-run. */
export function midwayEstimateText({ rows, views, stepSeconds }: MidwayEstimate): string {
  const table = [
    ["midway report", "state", "epochs", "steps", "about"],
    ...rows.map(({ id, status, epochs, steps, seconds }) => [
      id,
      status,
      String(epochs),
      showCount(steps),
      showSeconds(seconds),
    ]),
    ["views to render", "", "", showCount(views.left), showSeconds(views.seconds)],
  ];
  return `${textTable(table, ["left", "left"])}\n\na step  ${Math.round(stepSeconds * 1000)} ms`;
}

function sum({ real, synthetic }: { readonly real: readonly number[]; readonly synthetic: readonly number[] }): number {
  return [...real, ...synthetic].reduce((total, count) => total + count, 0);
}
