/** A folder as `tailgrad reproduce` leaves it, with made-up figures: for tests of what reads one. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { garments } from "../../src/data/garments.ts";
import { longTailCounts, parseImbalance, syntheticPlan } from "../../src/data/long_tail.ts";
import { writeSafetensors } from "../../src/data/safetensors.ts";
import { sha256Hex } from "../../src/experiments/files_node.ts";
import { classMetrics } from "../../src/experiments/metrics.ts";
import { encodeGreyPng, imageGrid } from "../../src/experiments/pictures.ts";
import type { LossMode } from "../../src/experiments/programs.ts";
import { type GanRun, type MatrixRow, planMatrix } from "../../src/experiments/reproduce/matrix.ts";
import { joinMatrix, type MatrixFile, writeMatrix } from "../../src/experiments/reproduce/matrix_file_node.ts";
import { PRESETS } from "../../src/experiments/reproduce/presets.ts";
import { cnnConfigOf, ganConfigOf } from "../../src/experiments/reproduce/run_states_node.ts";
import { type Experiment, settingOf } from "../../src/experiments/reproduce/settings.ts";
import type { GeneratorName } from "../../src/models/generator_names.ts";
import { randomSource } from "./arrays.ts";

export interface StudyOptions {
  readonly experiments?: readonly Experiment[];
  readonly gans?: readonly GeneratorName[];
  /** How many seeds each loss has. */
  readonly seeds?: Partial<Record<LossMode, number>>;
  readonly imbalance?: readonly string[];
  readonly dataset?: string;
  readonly classNames?: readonly string[];
  /** Bytes of the weights files; of one number, no model's, unless given. */
  readonly weights?: { readonly gan: Uint8Array; readonly cnn: Uint8Array };
}

const ONE_NUMBER = writeSafetensors([["x", { dtype: "F32", shape: [1], data: Float32Array.of(1) }]]);
const TEST_PER_CLASS = 100;
const COUNTS = Array<number>(10).fill(1200);
const SIZES = PRESETS.small;
const ORIGIN = { adapter: "llvmpipe (made up) [driver] (software)", command: "npx tailgrad reproduce --preset small" };

/** Writes the folder, all runs finished, and gives its matrix. */
export function writeStudyFolder(out: string, options: StudyOptions = {}): MatrixFile {
  const {
    experiments = [1, 3],
    gans = ["mlp_cgan_relu", "small_mlp_cgan_leaky"],
    seeds = { plain: 2, paper: 1 },
    imbalance = [],
    dataset = "fashion-mnist",
    weights = { gan: ONE_NUMBER, cnn: ONE_NUMBER },
  } = options;
  const data = garments({ trainPerClass: 10, testPerClass: 1 });
  const classNames = options.classNames ?? data.classNames;
  const fresh = {
    preset: "small" as const,
    sizes: SIZES,
    dataset,
    datasetSha256: "a".repeat(64),
    classNames: [...classNames],
    testImages: 10 * TEST_PER_CLASS,
  };
  const settings = imbalance.map(settingOf);
  let matrix: MatrixFile | undefined;
  for (const loss of ["plain", "paper"] as const) {
    if (!seeds[loss]) continue;
    const request = { experiments, settings, gans, loss, seeds: seeds[loss] };
    const command = `${ORIGIN.command} --loss ${loss} --seeds ${seeds[loss]}`;
    const origin = { command, version: "0.1.0", adapter: ORIGIN.adapter, software: true };
    matrix = joinMatrix(matrix, fresh, planMatrix(request, { counts: COUNTS, sizes: SIZES }), origin);
  }
  const written = matrix!;
  mkdirSync(join(out, "pictures"), { recursive: true });
  writeMatrix(out, written);
  const byClass = imagesByClass(data.train);
  writeFileSync(join(out, "pictures", "real.png"), grid(byClass));
  for (const run of written.gans) writeGanRun(out, written, run, byClass, weights.gan);
  for (const row of written.rows) writeCnnRun(out, written, row, weights);
  return written;
}

function writeGanRun(out: string, matrix: MatrixFile, run: GanRun, images: Uint8Array, weights: Uint8Array): void {
  const folder = join(out, run.folder);
  const random = randomOf(run.key);
  mkdirSync(join(folder, "pictures"), { recursive: true });
  json(folder, "config.json", ganConfigOf(matrix, run));
  json(folder, "invocation.json", { dataset: matrix.dataset, ...ORIGIN });
  const every = Math.ceil(run.steps / 60);
  const lines = Array.from({ length: Math.floor(run.steps / every) }, (_, i) => {
    const step = (i + 1) * every;
    const lossD = 0.35 + 0.34 * Math.exp(-step / 200) + 0.08 * (random() - 0.5);
    return { step, epoch: 0, lossD, lossG: 0.7 + 1.6 * (1 - Math.exp(-step / 300)) + 0.4 * (random() - 0.5) };
  });
  const last = lines.at(-1)!;
  writeLines(folder, [...lines, { ...last, step: run.steps }]);
  const noisy = images.map((pixel) => Math.max(0, Math.min(255, pixel + Math.round((random() - 0.5) * 90))));
  writeFileSync(join(folder, "pictures", "samples.png"), grid(noisy));
  writeFileSync(join(folder, "generator.safetensors"), weights);
  json(folder, "result.json", {
    out: folder,
    steps: run.steps,
    stepsPerEpoch: Math.ceil(run.steps / run.epochs),
    seconds: 200 + Math.round(random() * 200),
    lossD: last.lossD,
    lossG: last.lossG,
    grid: join(folder, "pictures", "samples.png"),
    weights: join(folder, "generator.safetensors"),
  });
}

function writeCnnRun(
  out: string,
  matrix: MatrixFile,
  row: MatrixRow,
  { cnn, gan }: NonNullable<StudyOptions["weights"]>,
): void {
  const folder = join(out, row.folder);
  const random = randomOf(row.key);
  const tail = longTailCounts(COUNTS, parseImbalance(row.imbalance), SIZES.cut?.leastPerClass);
  const final = recallOf(row, random);
  mkdirSync(folder, { recursive: true });
  json(folder, "config.json", {
    ...cnnConfigOf(matrix, row),
    ...(row.gan === null ? {} : { generatorSha256: sha256Hex(gan) }),
  });
  json(folder, "invocation.json", { dataset: matrix.dataset, ...ORIGIN });
  const tests = Array.from({ length: row.epochs + 1 }, (_, epoch) => {
    const share = epoch === 0 ? 0 : 1 - 0.6 ** epoch;
    return {
      step: Math.round((row.steps * epoch) / row.epochs),
      epoch,
      test: evaluate(
        final.map((r) => 0.1 + (r - 0.1) * share),
        row.loss,
        tail,
      ),
    };
  });
  writeLines(folder, tests);
  writeFileSync(join(folder, "cnn.safetensors"), cnn);
  json(folder, "result.json", {
    out: folder,
    steps: row.steps,
    stepsPerEpoch: Math.ceil(row.steps / row.epochs),
    seconds: 60 + Math.round(random() * 60),
    weights: join(folder, "cnn.safetensors"),
    evaluation: tests.at(-1)!.test,
    trainCounts: countsOf(row, tail),
  });
}

/** Recalls that fall from head to tail, less so when rebalanced; the paper's loss lets a class or two die. */
function recallOf({ setting, rebalancing, loss }: MatrixRow, random: () => number): number[] {
  const help =
    rebalancing === "none" ? 0 : rebalancing === "downsampled" ? 0.5 : rebalancing === "upsampled" ? 0.75 : 0.45;
  const fall = setting === "original" ? 0.01 : 0.105 * (1 - help);
  const dead = loss === "paper" && setting !== "original" ? Math.floor(random() * 4) + 6 : -1;
  return Array.from({ length: 10 }, (_, c) => {
    const value = 0.95 - fall * c - (rebalancing === "downsampled" ? 0.12 : 0) + 0.06 * (random() - 0.5);
    return c === dead || (loss === "paper" && help === 0 && c > 7 && setting !== "original") ? 0 : Math.max(0, value);
  });
}

function evaluate(recall: readonly number[], loss: LossMode, tail: readonly number[]) {
  const confusion = recall.map((share, c) => {
    const right = Math.round(share * TEST_PER_CLASS);
    const row = Array<number>(10).fill(0);
    row[c] = right;
    // Mistakes go to neighbours, most to the head.
    const wrong = TEST_PER_CLASS - right;
    const near = (c + 9) % 10;
    row[near]! += Math.ceil(wrong * 0.6);
    row[c === 0 ? 6 : 0]! += wrong - Math.ceil(wrong * 0.6);
    return row;
  });
  const metrics = classMetrics(confusion, tail);
  const value = loss === "paper" ? Math.log(Math.E + 9) - metrics.accuracy : 2.4 * (1 - metrics.accuracy);
  return { ...metrics, loss: value, confusion, samples: 10 * TEST_PER_CLASS };
}

function countsOf({ rebalancing }: MatrixRow, tail: readonly number[]) {
  const none = tail.map(() => 0);
  if (rebalancing === "none") return { real: tail, synthetic: none };
  if (rebalancing === "downsampled") return { real: tail.map(() => Math.min(...tail)), synthetic: none };
  if (rebalancing === "upsampled") return { real: tail.map(() => Math.max(...tail)), synthetic: none };
  return { real: tail, synthetic: syntheticPlan([...tail]) };
}

function imagesByClass({ images, labels }: { images: Uint8Array; labels: Uint8Array }): Uint8Array {
  const order = [...labels.keys()].sort((a, b) => labels[a]! - labels[b]!);
  const out = new Uint8Array(images.length);
  for (const [place, i] of order.entries()) out.set(images.subarray(i * 784, (i + 1) * 784), place * 784);
  return out;
}

function grid(images: Uint8Array): Uint8Array {
  return encodeGreyPng(imageGrid(images, { columns: 10, scale: 3 }));
}

function randomOf(key: string): () => number {
  let seed = 7;
  for (const character of key) seed = (Math.imul(seed, 31) + character.charCodeAt(0)) >>> 0;
  return randomSource(seed);
}

function json(folder: string, name: string, value: unknown): void {
  writeFileSync(join(folder, name), JSON.stringify(value));
}

function writeLines(folder: string, lines: readonly object[]): void {
  writeFileSync(join(folder, "metrics.jsonl"), lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
}
