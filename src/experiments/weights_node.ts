import { readFileSync } from "node:fs";
import type { ImageDataset, LabelledImages } from "../data/dataset.ts";
import { shortLine } from "../data/plain_text.ts";
import { readSafetensors, type StoredTensor } from "../data/safetensors.ts";
import { NumericsError } from "../errors.ts";
import type { Device } from "../gpu/device.ts";
import { Rng } from "../kernels/random/philox.ts";
import { Cnn } from "../models/cnn.ts";
import type { GeneratorName } from "../models/generator_names.ts";
import { Generator } from "../models/generators.ts";
import { writeState } from "../models/state_dict.ts";
import { STREAMS } from "./batch_trainer.ts";
import { type Evaluation, Evaluator } from "./evaluation.ts";
import { attempt } from "./files_node.ts";
import type { LossMode } from "./programs.ts";
import type { Progress } from "./progress.ts";
import { synthesize } from "./synthesis.ts";

/*
 * Weights that come as files of their own, ours or the authors' converted from PyTorch: the same names and layouts (spec,
 * "Networks"). Loading is strict: every tensor must be there, in its shape, all of finite numbers, and no other.
 */

/** The classifier of a safetensors file. @throws DataError if the file is damaged or of another model; NumericsError */
export function loadCnnWeights(file: string): Cnn {
  return loaded(file, new Cnn(new Rng(0, STREAMS.model)));
}

/** The generator of a safetensors file. @throws DataError if the file is damaged or of another model; NumericsError */
export function loadGeneratorWeights(file: string, name: GeneratorName): Generator {
  return loaded(file, new Generator(name, new Rng(0, STREAMS.model)));
}

function loaded<Model extends Cnn | Generator>(file: string, model: Model): Model {
  const bytes = attempt("read", file, () => readFileSync(file));
  try {
    const { tensors } = readSafetensors(bytes, file);
    writeState(model.state(), tensors, file);
    checkFinite(tensors, file);
  } catch (error) {
    destroyModel(model);
    throw error;
  }
  return model;
}

/** Refuses weights that would make every figure NaN, or meaningless. @throws NumericsError naming the tensors */
function checkFinite(tensors: ReadonlyMap<string, StoredTensor>, file: string): void {
  const broken = [...tensors].flatMap(([name, { data }]) => {
    if (!(data instanceof Float32Array)) return [];
    const count = data.reduce((sum, value) => sum + (Number.isFinite(value) ? 0 : 1), 0);
    return count === 0 ? [] : [`${name} (${count} of ${data.length})`];
  });
  if (broken.length === 0) return;
  throw new NumericsError(
    `${file}: weights that are not finite: ${shortLine(broken.join(", "))}; take weights from before the training diverged`,
  );
}

/** Frees a model's variables. */
export function destroyModel(model: Cnn | Generator): void {
  for (const variable of model.state().values()) variable.destroy();
}

/** Measures the classifier of a weights file on the test set. */
export async function evaluateCnnWeights(
  device: Device,
  file: string,
  dataset: ImageDataset,
  loss: LossMode,
  progress: Progress,
): Promise<Evaluation> {
  const model = loadCnnWeights(file);
  try {
    return await evaluated(device, model, dataset.test, loss, progress);
  } finally {
    destroyModel(model);
  }
}

/** How a generator's images are judged. */
export interface JudgeRequest {
  readonly generator: GeneratorName;
  /** Weights of the generator, and of the classifier that judges. */
  readonly file: string;
  readonly classifier: string;
  readonly perClass: number;
  readonly seed: number;
  readonly loss: LossMode;
}

/**
 * Measures a classifier on images of a generator, each labelled with the class asked for: recall then says how many of a
 * class's images are taken for it.
 */
export async function judgeGeneratorWeights(
  device: Device,
  { generator: name, file, classifier, perClass, seed, loss }: JudgeRequest,
  progress: Progress,
): Promise<Evaluation> {
  const generator = loadGeneratorWeights(file, name);
  let model: Cnn | undefined;
  try {
    model = loadCnnWeights(classifier);
    const labels = Uint8Array.from({ length: 10 * perClass }, (_, i) => Math.floor(i / perClass));
    const images = await synthesize(device, generator, labels, seed);
    return await evaluated(device, model, { images, labels }, loss, progress);
  } finally {
    destroyModel(generator);
    if (model) destroyModel(model);
  }
}

async function evaluated(
  device: Device,
  model: Cnn,
  set: LabelledImages,
  loss: LossMode,
  progress: Progress,
): Promise<Evaluation> {
  const evaluator = await Evaluator.create(device, set, model, loss);
  progress.start("evaluate", evaluator.samples, "images");
  try {
    return await evaluator.run((done) => progress.update(done));
  } finally {
    progress.stop();
    evaluator.destroy();
  }
}
