import { readSafetensors, type StoredTensor, writeSafetensors } from "../../../data/safetensors.ts";
import { DataError } from "../../../errors.ts";
import type { BatchTrainer } from "../../../experiments/batch_trainer.ts";
import type { Generator } from "../../../models/generators.ts";
import { prefixed } from "../../../models/module.ts";
import { readState, writeState } from "../../../models/state_dict.ts";
import type { Phase } from "./events.ts";

/** What a training goes on from, after the device or the worker was lost: a safetensors file. */
export type CheckpointBytes = Uint8Array<ArrayBuffer>;

/** Where a checkpoint was made. */
export interface CheckpointPlace {
  readonly phase: Phase;
  readonly step: number;
  /** Steps that the GAN was trained for, in either phase. */
  readonly ganSteps: number;
}

const NAME = "checkpoint";

/** All that the phase's training changes, and in the classifier's phase the generator that made its images. */
export async function writeCheckpoint(
  { phase, step, ganSteps }: CheckpointPlace,
  trainer: BatchTrainer,
  generator: Generator | undefined,
): Promise<CheckpointBytes> {
  const state = trainer.state();
  if (phase === "cnn" && generator)
    for (const [name, variable] of prefixed("generator", generator)) state.set(name, variable);
  return writeSafetensors(await readState(state), { phase, step: String(step), ganSteps: String(ganSteps) });
}

/** A checkpoint as read back. */
export class Checkpoint {
  readonly place: CheckpointPlace;
  readonly #tensors: ReadonlyMap<string, StoredTensor>;

  /** @throws DataError if the bytes are damaged */
  constructor(bytes: Uint8Array) {
    const { tensors, metadata } = readSafetensors(bytes, NAME);
    const { phase, step = "", ganSteps = "" } = metadata;
    if ((phase !== "gan" && phase !== "cnn") || ![step, ganSteps].every((text) => /^\d{1,9}$/.test(text))) {
      throw new DataError(`${NAME}: has no phase and steps; start the training again`);
    }
    this.place = { phase, step: Number(step), ganSteps: Number(ganSteps) };
    this.#tensors = tensors;
  }

  /** Puts the training back to where it was. */
  restoreTrainer(trainer: BatchTrainer): void {
    writeState(trainer.state(), this.#tensors, NAME, { others: true });
    trainer.restore(this.place.step);
  }

  /** Puts the generator back; nothing where the checkpoint has none. */
  restoreGenerator(generator: Generator): void {
    const state = new Map(prefixed("generator", generator));
    if ([...state.keys()].every((name) => this.#tensors.has(name)))
      writeState(state, this.#tensors, NAME, { others: true });
  }
}
