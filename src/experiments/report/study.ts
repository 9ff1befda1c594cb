/** A reproduction as its folder shows it, read once: what the report is made of. */
import type { Invocation } from "../invocation_node.ts";
import type { LossMode } from "../programs.ts";
import type { MatrixFile } from "../reproduce/matrix_file_node.ts";
import type { GanState, RowState } from "../reproduce/run_states_node.ts";
import type { CnnRunSummary } from "../run_result.ts";
import type { Group } from "./parts/measures.ts";
import type { MidwayStudy } from "./parts/midway.ts";

export interface Study {
  readonly matrix: MatrixFile;
  readonly rows: readonly StudyRow[];
  readonly gans: readonly StudyGan[];
  /** 10 real training images per class, a row each. */
  readonly real?: Uint8Array;
  /** The midway report's experiment, where it was asked for. */
  readonly midway?: MidwayStudy;
  /** Synthetic images as a classifier sees them, of those GANs where that could be measured. */
  readonly synthetic: readonly SyntheticMeasures[];
  /** What could not be read or measured, and why. */
  readonly problems: readonly string[];
  /** The command line of the report, and when it was made. */
  readonly command: string;
  readonly generatedAt: string;
}

/** A measure of the test set on the way. */
export interface TestPoint {
  readonly epoch: number;
  readonly loss: number;
  readonly accuracy: number;
  readonly f1: number;
}

export interface StudyRow extends RowState {
  readonly curve: readonly TestPoint[];
  /** The last step that was measured. */
  readonly step: number;
  readonly invocation?: Invocation;
}

export interface StudyGan extends GanState {
  readonly losses: readonly { readonly step: number; readonly lossD: number; readonly lossG: number }[];
  readonly step: number;
  /** 10 images per class, a row each. */
  readonly samples?: Uint8Array;
  readonly invocation?: Invocation;
}

/** How a GAN's images look to a classifier that was trained on the long tail alone; per class. */
export interface SyntheticMeasures {
  /** Keys of the two runs. */
  readonly gan: string;
  readonly classifier: string;
  readonly images: number;
  /** Share of the synthetic images that the classifier puts into their class. */
  readonly consistency: readonly number[];
  /** Mean distance of two synthetic images in its features over that of two real ones; null where there are none. */
  readonly diversity: readonly (number | null)[];
}

/** Finished classifiers trained alike but for the seed. */
export interface StudyGroup extends Group {
  readonly setting: string;
  readonly rebalancing: string;
  readonly runs: readonly FinishedRun[];
}

type Evaluated = CnnRunSummary["evaluation"];

export interface FinishedRun extends Evaluated {
  readonly seed: number;
  readonly steps: number;
  readonly seconds: number;
  readonly curve: readonly TestPoint[];
  readonly trainCounts: CnnRunSummary["trainCounts"];
}

/** The losses that classifiers were trained with, plain first. */
export function lossesOf({ rows }: Study): LossMode[] {
  return (["plain", "paper"] as const).filter((loss) => rows.some(({ run }) => run.loss === loss));
}

/** Settings in the matrix's order. */
export function settingsOf(rows: readonly StudyRow[]): string[] {
  return [...new Set(rows.map(({ run }) => run.setting))];
}

/** The groups of a loss in the matrix's order, without those of which no run is finished. */
export function groupsOf(
  { rows }: Study,
  loss: LossMode,
  belongs: (row: StudyRow) => boolean = () => true,
): StudyGroup[] {
  const groups = new Map<string, StudyGroup & { runs: FinishedRun[] }>();
  for (const row of rows) {
    const { run, summary } = row;
    if (run.loss !== loss || !belongs(row) || summary === undefined) continue;
    const { setting, rebalancing, seed } = run;
    const key = `${setting}/${rebalancing}`;
    const group = groups.get(key) ?? { label: rebalancing, setting, rebalancing, runs: [] };
    const { evaluation, steps, seconds, trainCounts } = summary;
    group.runs.push({ ...evaluation, seed, steps, seconds, trainCounts, curve: row.curve });
    groups.set(key, group);
  }
  return [...groups.values()];
}

/** A setting as people read it, with its imbalance. */
export function settingTitle({ matrix }: Study, setting: string): string {
  const imbalance = matrix.rows.find((row) => row.setting === setting)?.imbalance;
  if (setting === "original") return "original set";
  return imbalance === undefined || imbalance === setting ? `imbalance ${setting}` : `${setting} (C = ${imbalance})`;
}

/** The words that name a loss. */
export const lossTitles: Readonly<Record<LossMode, string>> = {
  plain: "cross-entropy on logits (--loss plain)",
  paper: "the paper's softmax twice (--loss paper)",
};

/** Part of a file's name. */
export function fileWord(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9_.-]+/g, "-");
}
