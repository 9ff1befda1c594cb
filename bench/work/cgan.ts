import { type BatchTrainer, STREAMS as HOST_STREAMS } from "../../src/experiments/batch_trainer.ts";
import type { GanProgram } from "../../src/experiments/programs.ts";
import type { Device } from "../../src/gpu/device.ts";
import { Rng } from "../../src/kernels/random/philox.ts";
import { Discriminator } from "../../src/models/discriminator.ts";
import { Generator } from "../../src/models/generators.ts";
import { type Contestant, type Work, WrongResultError } from "../contestant.ts";
import { discriminate64, fakeInputs, generate64, generateDccgan64, meanBce, STREAMS } from "../oracle/cgan.ts";
import { checkLoss, type Weights } from "../oracle/models.ts";
import type { Jax } from "../rivals/jax.ts";
import { JaxCgan } from "../rivals/jax_cgan.ts";
import type { Tfjs } from "../rivals/tfjs.ts";
import { TfjsCgan } from "../rivals/tfjs_cgan.ts";
import { type DenseGeneratorName, DISCRIMINATOR, GENERATORS, multiplyAdds } from "./networks.ts";
import { batchOf, GAN_BATCH, ganTrainer, SEED, trainingContestant, weightsOf } from "./training.ts";

/** Multiply-adds per image of a step: G forward and twice backward; D three times forward, both gradients for two, one for the third. */
const stepMultiplyAdds = (generator: number) => 3 * generator + (3 + 4 + 1) * multiplyAdds(DISCRIMINATOR);

type Generate = (weights: Weights, z: Float64Array, labels: ArrayLike<number>) => Float64Array;

/** Our losses of the first step, by generator and batch: rivals draw their own noise, so that theirs can only be near. */
const ourLosses = new Map<string, readonly number[]>();

/** Runs the first step and checks both losses by the oracle, with the noise and dropout that the GPU draws. */
async function checkFirstStep(
  trainer: BatchTrainer,
  program: GanProgram,
  batch: number,
  generate: Generate,
): Promise<readonly number[]> {
  const { images, labels } = batchOf(batch, 0);
  const generator = await weightsOf(program.generator);
  const before = await weightsOf(program.discriminator);
  trainer.run(1);
  const losses = (await trainer.readLog(1))[0]!;
  const after = await weightsOf(program.discriminator);
  const { z, labels: fakeLabels } = fakeInputs(SEED, batch);
  const fakes = generate(generator, z, fakeLabels);
  const both = new Float64Array(images.length + fakes.length);
  both.set(images);
  both.set(fakes, images.length);
  const logits = discriminate64(before, both, [...labels, ...fakeLabels], SEED, STREAMS.discriminator);
  const lossD = meanBce(logits, (row) => (row < batch ? 1 : 0));
  checkLoss("the discriminator's loss (tailgrad)", losses[0]!, lossD);
  const lossG = meanBce(discriminate64(after, fakes, fakeLabels, SEED, STREAMS.generator), () => 1);
  checkLoss("the generator's loss (tailgrad)", losses[1]!, lossG);
  return losses;
}

function checkRivalsLosses(who: string, name: string, losses: readonly number[]): void {
  const expected = ourLosses.get(`${name} ${GAN_BATCH}`);
  if (!expected) throw new WrongResultError("no losses to compare with: our own step failed");
  for (const [i, loss] of losses.entries()) checkLoss(`loss ${i} of the CGAN (${who})`, loss, expected[i]!, 0.1);
}

/** Untrained weights, the same as ours. */
async function newWeights(name: DenseGeneratorName): Promise<[Weights, Weights]> {
  const rng = new Rng(SEED, HOST_STREAMS.model);
  const generator = await weightsOf(new Generator(name, rng));
  return [generator, await weightsOf(new Discriminator(rng))];
}

async function tfjsStep(rival: Tfjs, name: DenseGeneratorName): Promise<Contestant> {
  const model = new TfjsCgan(rival, GENERATORS[name], ...(await newWeights(name)), batchOf(GAN_BATCH, 0));
  return {
    async run(times) {
      for (let i = 0; i < times; i++) rival.tf.dispose(model.step());
      await rival.settle();
    },
    async check() {
      const losses = model.step();
      const values: number[] = [];
      for (const loss of losses) values.push((await loss.data())[0]!);
      rival.tf.dispose(losses);
      checkRivalsLosses(`tfjs ${rival.name}`, name, values);
    },
    dispose: () => model.dispose(),
  };
}

async function jaxStep(rival: Jax, name: DenseGeneratorName): Promise<Contestant> {
  const model = new JaxCgan(rival, GENERATORS[name], ...(await newWeights(name)), batchOf(GAN_BATCH, 0));
  return {
    async run(times) {
      for (let i = 0; i < times; i++) rival.jax.tree.dispose(model.step());
      await rival.settle([model.leaves()]);
    },
    async check() {
      const values: number[] = [];
      for (const loss of model.step()) values.push((await loss.data())[0]!);
      checkRivalsLosses(`jax-js ${rival.device}`, name, values);
    },
    dispose: () => model.dispose(),
  };
}

/** One step of the paper's CGAN: the discriminator's update, then the generator's. */
function stepWork(name: DenseGeneratorName, batch: number): Work {
  const layers = GENERATORS[name];
  return {
    name: `CGAN step, ${name}, batch ${batch}`,
    group: "models",
    flops: 2 * batch * stepMultiplyAdds(multiplyAdds(layers)),
    samples: batch,
    ours: {
      async tailgrad(device: Device) {
        const { trainer, program } = await ganTrainer(device, name, batch);
        return trainingContestant(device, trainer, async () => {
          const generate: Generate = (weights, z, labels) => generate64(layers, weights, z, labels);
          ourLosses.set(`${name} ${batch}`, await checkFirstStep(trainer, program, batch, generate));
        });
      },
    },
    tfjs: (rival) => tfjsStep(rival, name),
    jax: (rival) => jaxStep(rival, name),
  };
}

/** The convolutional generator's multiply-adds per image: a product, three transposed convolutions and a convolution. */
const DCCGAN = 110 * 49 + 49 * 128 * 16 + 196 * 128 * 256 * 16 + 784 * 256 * 128 * 25 + 784 * 128 * 25;
const CHECKED_BATCH = 4;

/** Its largest tensor: 256 channels of 28x28 for each image. */
const DCCGAN_TENSOR_BYTES = 4 * 256 * 784;

/**
 * dccgan_leaky: a trillion operations a step, which no rival's turn could wait for. Its result is checked at a small batch. Where a
 * buffer of `largestBuffer` bytes is too small for it the batch is half as large: that fits the 128 MiB which every adapter allows.
 */
export function dccganStep(largestBuffer: number): Work {
  const batch = GAN_BATCH * DCCGAN_TENSOR_BYTES <= largestBuffer ? GAN_BATCH : GAN_BATCH / 2;
  return {
    name: `CGAN step, dccgan_leaky, batch ${GAN_BATCH}${batch < GAN_BATCH ? ` cut to ${batch}` : ""}`,
    group: "models",
    flops: 2 * batch * stepMultiplyAdds(DCCGAN),
    samples: batch,
    onDemand: true,
    ours: {
      async tailgrad(device) {
        const small = await ganTrainer(device, "dccgan_leaky", CHECKED_BATCH);
        try {
          await checkFirstStep(small.trainer, small.program, CHECKED_BATCH, generateDccgan64);
        } finally {
          small.trainer.destroy();
        }
        const { trainer } = await ganTrainer(device, "dccgan_leaky", batch);
        return trainingContestant(device, trainer, async () => {
          trainer.run(1);
          const losses = (await trainer.readLog(1))[0]!;
          if (!losses.every(Number.isFinite))
            throw new WrongResultError(`dccgan_leaky's losses are ${losses.join(", ")}`);
        });
      },
    },
  };
}

export const CGAN_STEPS: readonly Work[] = (Object.keys(GENERATORS) as DenseGeneratorName[]).map((name) =>
  stepWork(name, GAN_BATCH),
);

/** The step that stands for all where one must do. */
export const CGAN_STEP: Work = stepWork("mlp_cgan_leaky", GAN_BATCH);

/** How a step's cost grows with the batch. */
export const CGAN_BATCHES: readonly Work[] = [32, 64, 128, 256, 512].map((batch) => {
  const { tfjs: _, jax: __, ...work } = stepWork("mlp_cgan_leaky", batch);
  return {
    ...work,
    name: `batch ${batch}: CGAN step, mlp_cgan_leaky`,
    group: "scaling",
    plot: { chart: "batch, CGAN", x: batch },
  };
});
