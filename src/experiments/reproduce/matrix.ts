import { type Imbalance, longTailCounts, parseImbalance, syntheticPlan } from "../../data/long_tail.ts";
import type { GeneratorName } from "../../models/generator_names.ts";
import type { LossMode } from "../programs.ts";
import { isGenerator, type Rebalancing } from "../rebalance.ts";
import type { PresetSizes } from "./presets.ts";
import { type Experiment, experimentsOf, HIGH, LOW, ORIGINAL, type Setting, settingPlace } from "./settings.ts";

/** One GAN to train; every classifier that needs it shares it. */
export interface GanRun {
  /** Names the run folder, and tells the run from all others of the matrix. */
  readonly key: string;
  /** Relative to the matrix's folder. */
  readonly folder: string;
  readonly gan: GeneratorName;
  readonly setting: string;
  readonly imbalance: string;
  readonly seed: number;
  readonly steps: number;
  readonly epochs: number;
}

/** One classifier to train: a row of Table 1 with one loss and one seed. */
export interface MatrixRow {
  /** "setting/rebalancing/loss/seedN". */
  readonly id: string;
  readonly experiments: readonly Experiment[];
  readonly setting: string;
  readonly imbalance: string;
  readonly rebalancing: Rebalancing;
  readonly loss: LossMode;
  readonly seed: number;
  /** Key of the GAN whose images it trains on. */
  readonly gan: string | null;
  readonly key: string;
  readonly folder: string;
  readonly steps: number;
  readonly epochs: number;
}

export interface Matrix {
  readonly gans: readonly GanRun[];
  readonly rows: readonly MatrixRow[];
}

/** What a call asks for. */
export interface MatrixRequest {
  readonly experiments: readonly Experiment[];
  /** Settings besides those of the experiments. */
  readonly settings: readonly Setting[];
  readonly gans: readonly GeneratorName[];
  readonly loss: LossMode;
  readonly seeds: number;
}

/** Training images of each class before any long tail, and the sizes to train with. */
export interface MatrixScale {
  readonly counts: readonly number[];
  readonly sizes: PresetSizes;
}

/**
 * The runs that a request needs, each once, in the order in which they are done: seed by seed, the original set, then
 * setting by setting in the order of Table 1.
 */
export function planMatrix(request: MatrixRequest, scale: MatrixScale): Matrix {
  const gans = new Map<string, GanRun>();
  const rows: MatrixRow[] = [];
  for (let seed = 1; seed <= request.seeds; seed++) {
    for (const { setting, rebalancing } of rowsOfASeed(request)) {
      const gan = isGenerator(rebalancing) ? ganRun(rebalancing, setting, seed, scale) : undefined;
      if (gan) gans.set(gan.key, gan);
      rows.push(matrixRow(setting, rebalancing, request.loss, seed, gan, scale));
    }
  }
  return { gans: [...gans.values()], rows };
}

function rowsOfASeed({ experiments, settings, gans }: MatrixRequest) {
  if (experiments.length + settings.length === 0) return [];
  const rebalancings: Rebalancing[] = ["none", "downsampled", "upsampled", ...gans];
  const full = [...(experiments.includes(2) ? [LOW] : []), ...(experiments.includes(3) ? [HIGH] : []), ...settings];
  const all: { setting: Setting; rebalancing: Rebalancing }[] = [
    // The reference of every experiment.
    { setting: ORIGINAL, rebalancing: "none" },
    ...(experiments.includes(1) ? [LOW, HIGH] : []).map((setting) => ({ setting, rebalancing: "none" as const })),
    ...full
      .filter(({ name }) => name !== ORIGINAL.name)
      .flatMap((setting) => rebalancings.map((rebalancing) => ({ setting, rebalancing }))),
  ];
  const byName = new Map(all.map((row) => [`${row.setting.name} ${row.rebalancing}`, row]));
  // Stable: settings beyond Table 1 stay in the order given.
  return [...byName.values()].sort((a, b) => settingPlace(a.setting.name) - settingPlace(b.setting.name));
}

function ganRun(gan: GeneratorName, setting: Setting, seed: number, { counts, sizes }: MatrixScale): GanRun {
  const key = `gan-${gan}-${fileWord(setting.name)}-seed${seed}`;
  const { epochs, batchSize } = sizes.gan;
  const steps = epochs * stepsPerEpoch(trainingImages(tailOf(counts, setting, sizes), "upsampled"), batchSize);
  return { key, folder: folderOf(key), gan, setting: setting.name, imbalance: setting.imbalance, seed, steps, epochs };
}

function matrixRow(
  setting: Setting,
  rebalancing: Rebalancing,
  loss: LossMode,
  seed: number,
  gan: GanRun | undefined,
  { counts, sizes }: MatrixScale,
): MatrixRow {
  const key = `cnn-${fileWord(setting.name)}-${rebalancing}-${loss}-seed${seed}`;
  const perEpoch = stepsPerEpoch(trainingImages(tailOf(counts, setting, sizes), rebalancing), sizes.cnn.batchSize);
  const epochs = Math.max(sizes.cnn.epochs, Math.ceil(sizes.cnn.leastSteps / perEpoch));
  return {
    id: `${setting.name}/${rebalancing}/${loss}/seed${seed}`,
    experiments: experimentsOf(setting, rebalancing !== "none"),
    setting: setting.name,
    imbalance: setting.imbalance,
    rebalancing,
    loss,
    seed,
    gan: gan?.key ?? null,
    key,
    folder: folderOf(key),
    steps: epochs * perEpoch,
    epochs,
  };
}

function folderOf(key: string): string {
  return `runs/${key}`;
}

/** "2/3" as part of a file name. */
function fileWord(text: string): string {
  return text.replaceAll(" ", "").replace("/", "of");
}

function tailOf(counts: readonly number[], { imbalance }: Setting, { cut }: PresetSizes): number[] {
  const ratio: Imbalance = parseImbalance(imbalance);
  const own = cut ? counts.map((count) => Math.min(count, cut.trainPerClass)) : counts;
  return longTailCounts(own, ratio, cut?.leastPerClass);
}

/** Images that a rebalancing makes of a tail. */
function trainingImages(tail: readonly number[], rebalancing: Rebalancing): number {
  const real = sum(tail);
  if (rebalancing === "none") return real;
  if (rebalancing === "downsampled") return tail.length * Math.min(...tail);
  return real + sum(syntheticPlan(tail));
}

function stepsPerEpoch(images: number, batchSize: number): number {
  return Math.ceil(images / Math.min(batchSize, images));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
