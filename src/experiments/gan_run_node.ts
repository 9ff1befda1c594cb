import { join } from "node:path";
import { cutDataset } from "../data/cut_dataset.ts";
import { parseImbalance } from "../data/long_tail.ts";
import { readSafetensors, writeSafetensors } from "../data/safetensors.ts";
import { DataError } from "../errors.ts";
import type { Device } from "../gpu/device.ts";
import { Rng } from "../kernels/random/philox.ts";
import type { GeneratorName } from "../models/generator_names.ts";
import { Generator } from "../models/generators.ts";
import { readState, withoutPrefix, writeState } from "../models/state_dict.ts";
import { BatchTrainer, STREAMS } from "./batch_trainer.ts";
import { sha256Hex, writeFileAtomic } from "./files_node.ts";
import { datasetSha256 } from "./invocation_node.ts";
import { encodeGreyPng, imageGrid } from "./pictures.ts";
import { GanProgram } from "./programs.ts";
import type { Progress } from "./progress.ts";
import { trainingSet } from "./rebalance.ts";
import { type GanConfig, ganConfig } from "./run_config.ts";
import { RunFolder, RunReader } from "./run_folder_node.ts";
import type { GanRunOptions } from "./run_options.ts";
import { type GanRunSummary, ganRunSummary, stepsOf } from "./run_result.ts";
import { synthesize } from "./synthesis.ts";
import { timed } from "./trace.ts";
import { trainInFolder } from "./training_loop_node.ts";
import { keepTuning, runTuner } from "./tuning_node.ts";
import { areWhole } from "./weights_check_node.ts";
import { destroyModel, loadGeneratorWeights } from "./weights_node.ts";

/**
 * Trains a CGAN on the upsampled long-tailed set in its run folder, going on from its checkpoint if it has one, and leaves
 * generator.safetensors, discriminator.safetensors (PyTorch's names) and pictures/samples.png.
 * Throws UsageError, DataError, NumericsError, and InterruptedError once `stopped` says so.
 */
export async function trainGan(options: GanRunOptions): Promise<GanRunSummary> {
  const { device, data, seed, batchSize, learningRate, progress } = options;
  const { beta1 = 0.9 } = options;
  const config: GanConfig = {
    kind: "gan",
    gan: options.gan,
    beta1,
    dataset: data.dataset.name,
    datasetSha256: datasetSha256(data),
    imbalance: options.imbalance,
    ...(options.cut ? { cut: options.cut } : {}),
    batchSize,
    learningRate,
    seed,
  };
  const imbalance = parseImbalance(options.imbalance);
  // Before any long work: a folder that will not do should be known at once.
  const folder = RunFolder.open(options.out, ganConfig, config);
  let trainer: BatchTrainer | undefined;
  try {
    const done = folder.readResult(ganRunSummary);
    const weights = join(options.out, "generator.safetensors");
    if (done && done.steps === stepsOf(done, options) && areWhole(weights, (text) => progress.warn(text))) {
      progress.message(`${options.out}: this run is finished; nothing to do`);
      return { ...done, out: options.out, grid: join(options.out, "pictures", "samples.png"), weights };
    }
    options.onOpen?.(folder.path);
    const { set } = await trainingSet(cutDataset(data.dataset, options.cut), imbalance, "upsampled", seed, options.cut);
    const began = performance.now();
    const program = new GanProgram(options.gan, seed, learningRate, beta1);
    const stepsPerEpoch = Math.ceil(set.labels.length / batchSize);
    const tuner = runTuner(device, folder, stepsOf({ stepsPerEpoch }, options), options);
    const sizes = { batchSize, seed, tuner };
    trainer = await timed(options.trace, "compile", () => BatchTrainer.create(device, set, program, sizes));
    keepTuning(folder, tuner, progress);
    const steps = stepsOf(trainer, options);
    const grid = { perClass: 10, seed, scale: 3 };
    const picture = async () => ({ tag: "samples", image: (await sampleGrid(device, program.generator, grid)).grid });
    await trainInFolder(device, trainer, folder, { ...options, steps, label: options.gan, picture });
    writeFileAtomic(weights, writeSafetensors(await readState(program.generator.state())));
    writeFileAtomic(
      join(options.out, "discriminator.safetensors"),
      writeSafetensors(await readState(program.discriminator.state())),
    );
    const { png } = await sampleGrid(device, program.generator, grid);
    folder.writePicture("samples.png", png);
    const last = folder.readMetrics().findLast((line) => typeof line.lossD === "number");
    const summary: GanRunSummary = {
      out: options.out,
      steps: trainer.step,
      stepsPerEpoch: trainer.stepsPerEpoch,
      seconds: (performance.now() - began) / 1000,
      lossD: Number(last?.lossD ?? Number.NaN),
      lossG: Number(last?.lossG ?? Number.NaN),
      grid: join(options.out, "pictures", "samples.png"),
      weights,
    };
    folder.writeResult(summary);
    return summary;
  } finally {
    trainer?.destroy();
    folder.close();
    progress.stop();
  }
}

/** The generator of a run's newest checkpoint, and the SHA-256 of its weights. Throws DataError without a checkpoint. */
export function loadGenerator(
  runFolder: string,
  onWarning: (message: string) => void,
): { generator: Generator; config: GanConfig; sha256: string } {
  const run = RunReader.read(runFolder, ganConfig);
  const saved = run.readCheckpoint(onWarning);
  if (!saved)
    throw new DataError(`${runFolder}: this run has no checkpoint yet; train it first with \`npx tailgrad train gan\``);
  const { tensors } = readSafetensors(saved.bytes, `${runFolder}/checkpoint`);
  const own = withoutPrefix(tensors, "generator.");
  const generator = new Generator(run.config.gan, new Rng(run.config.seed, STREAMS.model));
  writeState(generator.state(), own, `${runFolder}/checkpoint`);
  return { generator, config: run.config, sha256: sha256Hex(writeSafetensors(own)) };
}

/** How a sample grid is made. */
export interface GridRequest {
  readonly perClass: number;
  readonly seed: number;
  /** Screen pixels per image pixel. */
  readonly scale: number;
}

async function sampleGrid(
  device: Device,
  generator: Generator,
  { perClass, seed, scale }: GridRequest,
  progress?: Progress,
) {
  const labels = Uint8Array.from({ length: 10 * perClass }, (_, i) => Math.floor(i / perClass));
  const images = await synthesize(device, generator, labels, seed, (done) => progress?.update(done));
  const grid = imageGrid(images, { columns: perClass, scale });
  return { grid, png: encodeGreyPng(grid), images, labels };
}

/**
 * A grid of a run's generator: one row per class, `perClass` images in each.
 * Throws DataError for a folder that holds no such run, or a damaged one.
 */
export async function generateGrid(device: Device, runFolder: string, request: GridRequest, progress: Progress) {
  const { generator } = loadGenerator(runFolder, (text) => progress.warn(text));
  return gridAloud(device, generator, request, progress);
}

/** The same of a generator whose weights come as a file. */
export async function weightsGrid(
  device: Device,
  file: string,
  name: GeneratorName,
  request: GridRequest,
  progress: Progress,
) {
  return gridAloud(device, loadGeneratorWeights(file, name), request, progress);
}

async function gridAloud(device: Device, generator: Generator, request: GridRequest, progress: Progress) {
  progress.start("generate", request.perClass * 10, "images");
  try {
    return await sampleGrid(device, generator, request, progress);
  } finally {
    progress.stop();
    destroyModel(generator);
  }
}
