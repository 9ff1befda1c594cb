import type { Variable } from "../../../autograd/tensor.ts";
import { type StoredTensor, writeSafetensors } from "../../../data/safetensors.ts";
import { DataError } from "../../../errors.ts";
import { STREAMS } from "../../../experiments/batch_trainer.ts";
import { Rng } from "../../../kernels/random/philox.ts";
import { GENERATOR_NAMES, type GeneratorName } from "../../../models/generator_names.ts";
import { Generator } from "../../../models/generators.ts";
import { readState } from "../../../models/state_dict.ts";

/** The networks whose weights are kept as files. */
export const WEIGHTS = ["generator", "discriminator", "cnn"] as const;
export type WeightsName = (typeof WEIGHTS)[number];

/** What a file's names and shapes say it is of. */
export type WeightsKind =
  | { readonly name: "generator"; readonly gan: GeneratorName }
  | { readonly name: "discriminator" | "cnn" };

/** The file of a network: PyTorch's names, the same bytes as the command writes for the same weights. */
export async function weightsFile(model: { state(): ReadonlyMap<string, Variable> }): Promise<Uint8Array<ArrayBuffer>> {
  return writeSafetensors(await readState(model.state()));
}

/** Tells whose weights a file holds. @throws DataError if they are of no network here */
export function weightsKind(tensors: ReadonlyMap<string, StoredTensor>, file: string): WeightsKind {
  if ([...tensors.keys()].some((name) => name.startsWith("hidden_layer"))) return { name: "discriminator" };
  if (!tensors.has("label_embedding.weight") && tensors.get("layers.0.weight")?.shape.length === 4)
    return { name: "cnn" };
  const gan = GENERATOR_NAMES.find((name) => isOf(name, tensors));
  if (gan) return { name: "generator", gan };
  throw new DataError(
    `${file}: these are weights of no network here; drop those of a generator (${GENERATOR_NAMES.join(", ")}), ` +
      "of the discriminator or of the classifier",
  );
}

function isOf(name: GeneratorName, tensors: ReadonlyMap<string, StoredTensor>): boolean {
  const generator = new Generator(name, new Rng(0, STREAMS.model));
  const state = [...generator.state()];
  const same =
    state.length === tensors.size && state.every(([key, { shape }]) => tensors.get(key)?.shape.join() === shape.join());
  for (const [, variable] of state) variable.destroy();
  return same;
}
