import type { Variable } from "../../src/autograd/tensor.ts";
import type { LabelledImages } from "../../src/data/dataset.ts";
import { BatchTrainer, STREAMS, type TrainingProgram } from "../../src/experiments/batch_trainer.ts";
import { CnnProgram, GanProgram } from "../../src/experiments/programs.ts";
import type { Device } from "../../src/gpu/device.ts";
import { Rng } from "../../src/kernels/random/philox.ts";
import type { GeneratorName } from "../../src/models/generator_names.ts";
import type { Contestant } from "../contestant.ts";
import { randomBytes } from "../data.ts";
import type { Weights } from "../oracle/models.ts";
import { tuning } from "../tuning.ts";

/** Seed of weights, order, noise and dropout. */
export const SEED = 1;
export const CNN_BATCH = 100;
export const GAN_BATCH = 256;
/** Batches in the made-up data set. */
const BATCHES = 20;

/** Random pictures and labels. */
function randomSet(batchSize: number): LabelledImages {
  const items = batchSize * BATCHES;
  return { images: randomBytes(items * 784, 256, 11), labels: randomBytes(items, 10, 12) };
}

/** The CNN's trainer as `tailgrad train cnn` makes it, on random data. */
export async function cnnTrainer(
  device: Device,
  batchSize = CNN_BATCH,
): Promise<{ trainer: BatchTrainer; program: CnnProgram }> {
  const program = new CnnProgram(SEED, "plain");
  return { program, trainer: await trainerOf(device, program, batchSize) };
}

/** A CGAN's trainer as `tailgrad train gan` makes it, on random data. */
export async function ganTrainer(
  device: Device,
  generator: GeneratorName = "mlp_cgan_leaky",
  batchSize = GAN_BATCH,
): Promise<{ trainer: BatchTrainer; program: GanProgram }> {
  const program = new GanProgram(generator, SEED);
  return { program, trainer: await trainerOf(device, program, batchSize) };
}

function trainerOf(device: Device, program: TrainingProgram, batchSize: number): Promise<BatchTrainer> {
  return BatchTrainer.create(device, randomSet(batchSize), program, { batchSize, seed: SEED, ...tuning(device) });
}

/** Pixels in [-1, 1] and labels of one batch of the first epoch, in the order in which the trainer visits them. */
export function batchOf(batchSize: number, place: number): { images: Float64Array; labels: Uint8Array } {
  const set = randomSet(batchSize);
  const order = Uint32Array.from(set.labels, (_, i) => i);
  new Rng(SEED, STREAMS.shuffle, 0).shuffle(order);
  const chosen = order.subarray(place * batchSize, (place + 1) * batchSize);
  const images = new Float64Array(batchSize * 784);
  chosen.forEach((item, n) => {
    for (let i = 0; i < 784; i++) images[n * 784 + i] = set.images[item * 784 + i]! / 127.5 - 1;
  });
  return { images, labels: Uint8Array.from(chosen, (item) => set.labels[item]!) };
}

/** The present values of a model's state. */
export async function weightsOf(model: { state(): ReadonlyMap<string, Variable> }): Promise<Weights> {
  const weights = new Map();
  for (const [name, variable] of model.state()) weights.set(name, await variable.read());
  return weights;
}

/** A trainer as a contestant: all steps of a run in one submit, as in real training. */
export function trainingContestant(device: Device, trainer: BatchTrainer, check: () => Promise<void>): Contestant {
  return {
    async run(times) {
      for (let left = times; left > 0; ) left -= trainer.run(left);
      await device.settle();
    },
    check,
    dispose: () => trainer.destroy(),
  };
}
