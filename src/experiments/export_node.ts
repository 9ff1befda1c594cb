import { readSafetensors, type StoredTensor, writeSafetensors } from "../data/safetensors.ts";
import { DataError } from "../errors.ts";
import { Rng } from "../kernels/random/philox.ts";
import { Cnn } from "../models/cnn.ts";
import type { GeneratorName } from "../models/generator_names.ts";
import { Generator } from "../models/generators.ts";
import { readState, withoutPrefix, writeState } from "../models/state_dict.ts";
import { STREAMS } from "./batch_trainer.ts";
import { cnnToOnnx, generatorToOnnx } from "./onnx/models.ts";
import { runConfig } from "./run_config.ts";
import { RunReader } from "./run_folder_node.ts";
import { destroyModel, loadCnnWeights, loadGeneratorWeights } from "./weights_node.ts";

/** The forms that a model can be written in. */
export const EXPORT_FORMATS = ["onnx", "safetensors"] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** A model that can be exported: the classifier, or a generator by its name. */
export type ExportedModel = "cnn" | GeneratorName;

/** A loaded model and which one it is. */
interface Loaded {
  readonly name: ExportedModel;
  readonly model: Cnn | Generator;
}

/** The model of a run's newest checkpoint. @throws DataError if there is none */
export function loadRunModel(folder: string, onWarning: (message: string) => void): Loaded {
  const run = RunReader.read(folder, runConfig);
  const saved = run.readCheckpoint(onWarning);
  if (!saved)
    throw new DataError(`${folder}: this run has no checkpoint yet; train it first with \`npx tailgrad train\``);
  const file = `${folder}/checkpoint`;
  const { tensors } = readSafetensors(saved.bytes, file);
  const { config } = run;
  const rng = new Rng(0, STREAMS.model);
  const [name, model, prefix] =
    config.kind === "cnn"
      ? (["cnn", new Cnn(rng), "cnn."] as const)
      : ([config.gan, new Generator(config.gan, rng), "generator."] as const);
  writeState(model.state(), withoutPrefix(tensors, prefix), file);
  return { name, model };
}

/** The model of a weights file. @throws DataError if the file is damaged or of another model */
export function loadWeightsModel(file: string, name: ExportedModel): Loaded {
  return { name, model: name === "cnn" ? loadCnnWeights(file) : loadGeneratorWeights(file, name) };
}

/** A model as the bytes of a file, and its tensors; frees it. Needs no device. */
export async function exportModel(
  { model }: Loaded,
  format: ExportFormat,
  version: string,
): Promise<{ readonly bytes: Uint8Array; readonly tensors: ReadonlyMap<string, StoredTensor> }> {
  try {
    const tensors = await readState(model.state());
    if (format === "safetensors") return { bytes: writeSafetensors(tensors), tensors };
    const bytes = model instanceof Cnn ? cnnToOnnx(model, tensors, version) : generatorToOnnx(model, tensors, version);
    return { bytes, tensors };
  } finally {
    destroyModel(model);
  }
}
