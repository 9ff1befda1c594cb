import { join } from "node:path";
import { cutDataset } from "../data/cut_dataset.ts";
import type { ImageDataset } from "../data/dataset.ts";
import type { LoadedDataset } from "../data/load_node.ts";
import { type Imbalance, parseImbalance } from "../data/long_tail.ts";
import { readSafetensors, writeSafetensors } from "../data/safetensors.ts";
import { DataError, UsageError } from "../errors.ts";
import type { Device } from "../gpu/device.ts";
import { Rng } from "../kernels/random/philox.ts";
import { Cnn } from "../models/cnn.ts";
import type { Generator } from "../models/generators.ts";
import { readState, withoutPrefix, writeState } from "../models/state_dict.ts";
import { BatchTrainer, STREAMS } from "./batch_trainer.ts";
import { type Evaluation, Evaluator } from "./evaluation.ts";
import { writeFileAtomic } from "./files_node.ts";
import { loadGenerator } from "./gan_run_node.ts";
import { datasetSha256 } from "./invocation_node.ts";
import { confusionPicture } from "./pictures.ts";
import { CnnProgram } from "./programs.ts";
import type { Progress } from "./progress.ts";
import { isGenerator, type TrainingSet, trainingSet } from "./rebalance.ts";
import { type CnnConfig, cnnConfig } from "./run_config.ts";
import { RunFolder, RunReader } from "./run_folder_node.ts";
import type { CnnRunOptions } from "./run_options.ts";
import { type CnnRunSummary, cnnRunSummary, stepsOf } from "./run_result.ts";
import { synthesize } from "./synthesis.ts";
import { timed } from "./trace.ts";
import { trainInFolder } from "./training_loop_node.ts";
import { keepTuning, runTuner } from "./tuning_node.ts";
import { areWhole } from "./weights_check_node.ts";
import { destroyModel } from "./weights_node.ts";

/**
 * Trains the CNN on the long-tailed, rebalanced set in its run folder, going on from its checkpoint if it has one. The full
 * test set is evaluated before training, after every epoch and at the end. Leaves cnn.safetensors (PyTorch's names) and
 * result.json.
 * Throws UsageError, DataError, NumericsError, and InterruptedError once `stopped` says so.
 */
export async function trainCnn(options: CnnRunOptions): Promise<CnnRunSummary> {
  const { device, data, seed, batchSize, learningRate, loss, progress } = options;
  const imbalance = parseImbalance(options.imbalance);
  const source = imageSource(options);
  const config: CnnConfig = {
    kind: "cnn",
    rebalance: options.rebalance,
    ...(source ? { generatorSha256: source.sha256 } : {}),
    loss,
    dataset: data.dataset.name,
    datasetSha256: datasetSha256(data),
    imbalance: options.imbalance,
    ...(options.cut ? { cut: options.cut } : {}),
    batchSize,
    learningRate,
    seed,
  };
  let folder: RunFolder<CnnConfig> | undefined;
  let trainer: BatchTrainer | undefined;
  let evaluator: Evaluator | undefined;
  try {
    // Before any long work: a folder that will not do should be known at once.
    folder = RunFolder.open(options.out, cnnConfig, config);
    const done = folder.readResult(cnnRunSummary);
    const weights = join(options.out, "cnn.safetensors");
    if (done && done.steps === stepsOf(done, options) && areWhole(weights, (text) => progress.warn(text))) {
      progress.message(`${options.out}: this run is finished; nothing to do`);
      return { ...done, out: options.out, weights };
    }
    options.onOpen?.(folder.path);
    const dataset = cutDataset(data.dataset, options.cut);
    const training = await rebalanced(options, dataset, imbalance, source?.generator);
    const began = performance.now();
    const program = new CnnProgram(seed, loss, learningRate);
    const stepsPerEpoch = Math.ceil(training.set.labels.length / batchSize);
    const tuner = runTuner(device, folder, stepsOf({ stepsPerEpoch }, options), options);
    const sizes = { batchSize, seed, tuner };
    trainer = await timed(options.trace, "compile", () => BatchTrainer.create(device, training.set, program, sizes));
    keepTuning(folder, tuner, progress);
    evaluator = await Evaluator.create(device, dataset.test, program.model, loss, training.tailCounts);
    const test = evaluator;
    const evaluations = new Map<number, Evaluation>();
    const evaluate = async (step: number) => {
      const evaluation = await evaluateAloud(test, progress);
      evaluations.set(step, evaluation);
      return { ...evaluation };
    };
    const steps = stepsOf(trainer, options);
    const picture = async (step: number) => {
      const { confusion } = evaluations.get(step) ?? (await evaluateAloud(test, progress));
      return { tag: "test/confusion", image: confusionPicture(confusion) };
    };
    const label = `cnn ${options.rebalance}`;
    await trainInFolder(device, trainer, folder, { ...options, steps, label, evaluate, picture });
    writeFileAtomic(weights, writeSafetensors(await readState(program.model.state())));
    const summary: CnnRunSummary = {
      out: options.out,
      steps: trainer.step,
      stepsPerEpoch: trainer.stepsPerEpoch,
      seconds: (performance.now() - began) / 1000,
      evaluation: evaluations.get(trainer.step) ?? (await evaluateAloud(test, progress)),
      trainCounts: { real: [...training.real], synthetic: [...training.synthetic] },
      weights,
    };
    folder.writeResult(summary);
    return summary;
  } finally {
    evaluator?.destroy();
    trainer?.destroy();
    if (source) destroyModel(source.generator);
    folder?.close();
    progress.stop();
  }
}

async function evaluateAloud(evaluator: Evaluator, progress: Progress): Promise<Evaluation> {
  progress.start("evaluate", evaluator.samples, "images");
  try {
    return await evaluator.run((done) => progress.update(done));
  } finally {
    progress.stop();
  }
}

/** The generator that the rebalancing needs, if it does, read from its run and checked to fit this one. */
function imageSource(options: CnnRunOptions): { generator: Generator; sha256: string } | undefined {
  const { data, rebalance, ganRun, progress } = options;
  if (!isGenerator(rebalance)) return undefined;
  if (!ganRun) {
    throw new UsageError(
      `--rebalance ${rebalance} needs the run of such a generator: train one (tailgrad train gan --gan ${rebalance}) and name it with --gan-run`,
    );
  }
  const { generator, config, sha256 } = loadGenerator(ganRun, (text) => progress.warn(text));
  if (config.gan !== rebalance) {
    throw new UsageError(
      `--gan-run ${ganRun} holds a ${config.gan}, but --rebalance asks for ${rebalance}; name the run of a ${rebalance}`,
    );
  }
  if (config.datasetSha256 !== datasetSha256(data)) {
    throw new UsageError(
      `--gan-run ${ganRun} was trained on other data than ${data.dataset.name} from ${data.origin}; take the same data set`,
    );
  }
  if (config.imbalance !== options.imbalance) {
    progress.warn(
      `--gan-run ${ganRun} was trained with imbalance ${config.imbalance}, this run uses ${options.imbalance}`,
    );
  }
  return { generator, sha256 };
}

/** The training set, with images of the generator where the rebalancing needs them; the generator is destroyed. */
async function rebalanced(
  { device, rebalance, seed, cut, progress }: CnnRunOptions,
  dataset: ImageDataset,
  imbalance: Imbalance,
  generator: Generator | undefined,
): Promise<TrainingSet> {
  if (!generator) return trainingSet(dataset, imbalance, rebalance, seed, cut);
  const makeImages = async (labels: Uint8Array) => {
    progress.start("synthetic images", labels.length, "images");
    const images = await synthesize(device, generator, labels, seed, (done) => progress.update(done));
    progress.stop();
    return images;
  };
  const training = await trainingSet(dataset, imbalance, rebalance, seed, { ...cut, synthesize: makeImages });
  // Not needed while training.
  destroyModel(generator);
  return training;
}

/**
 * Measures the classifier of a run's newest checkpoint on the test set of `data`.
 * Throws DataError for a folder that holds no such run, or a damaged one.
 */
export async function evaluateRun(device: Device, runFolder: string, data: LoadedDataset, progress: Progress) {
  const run = RunReader.read(runFolder, cnnConfig);
  const saved = run.readCheckpoint((text) => progress.warn(text));
  if (!saved)
    throw new DataError(`${runFolder}: this run has no checkpoint yet; train it first with \`npx tailgrad train cnn\``);
  const { config } = run;
  const { tensors } = readSafetensors(saved.bytes, `${runFolder}/checkpoint`);
  const model = new Cnn(new Rng(config.seed, STREAMS.model));
  writeState(model.state(), withoutPrefix(tensors, "cnn."), `${runFolder}/checkpoint`);
  const { imbalance, seed, cut } = config;
  const dataset = cutDataset(data.dataset, cut);
  const { tailCounts } = await trainingSet(dataset, parseImbalance(imbalance), "none", seed, cut);
  const evaluator = await Evaluator.create(device, dataset.test, model, config.loss, tailCounts);
  try {
    const evaluation = await evaluateAloud(evaluator, progress);
    return { config, step: saved.step, evaluation, classNames: data.dataset.classNames };
  } finally {
    evaluator.destroy();
    destroyModel(model);
  }
}
