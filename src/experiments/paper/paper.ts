/** What the paper reports: its Table 1, and the curves behind it. Source: Mankikar, Patel and Zhang. */
import curves from "./curves.json";
import table from "./table1.json";

/** A row of Table 1: the last epoch of one seed. */
export interface PaperResult {
  readonly loss: number;
  readonly accuracy: number;
  readonly f1: number;
}

/** Measures on the test set: before training, then after each of 30 epochs. */
export interface PaperCurve {
  readonly loss: readonly number[];
  readonly accuracy: readonly number[];
  readonly f1: readonly number[];
}

export const PAPER_EPOCHS = 30;

/** The rows of Table 1 in their order, by this project's names. */
export const PAPER_ROWS = table.rows.map(({ dataset, rebalancing, ...result }) => ({
  setting: dataset,
  rebalancing: rebalancing === "-" ? "none" : rebalancing,
  ...result,
}));

/** The paper's result for a training set, or undefined if it reports none. */
export function paperResult(setting: string, rebalancing: string): PaperResult | undefined {
  return PAPER_ROWS.find((row) => row.setting === setting && row.rebalancing === rebalancing);
}

/** The curves of the paper's runs on a training set, the one of Table 1 first: what both its programs trained has two. */
export function paperCurves(setting: string, rebalancing: string): PaperCurve[] {
  const all: Readonly<Record<string, { test_losses: number[]; test_accs: number[]; test_f1s: number[] }>> = curves.runs;
  const [program, other] = setting === "high_unbalanced" ? ["high", "low"] : ["low", "high"];
  const keys =
    rebalancing === "none" ? [`${program}/${setting}`, `${other}/${setting}`] : [`${program}/${rebalancing}`];
  if (paperResult(setting, rebalancing) === undefined) return [];
  return keys.flatMap((key) => {
    const run = all[key];
    return run ? [{ loss: run.test_losses, accuracy: run.test_accs, f1: run.test_f1s }] : [];
  });
}
