import { Variable } from "../../src/autograd/tensor.ts";
import { STREAMS } from "../../src/experiments/batch_trainer.ts";
import type { Device } from "../../src/gpu/device.ts";
import { Rng } from "../../src/kernels/random/philox.ts";
import { Cnn } from "../../src/models/cnn.ts";
import { INFERENCE } from "../../src/models/module.ts";
import { CannotError, type Contestant, type Work, WrongResultError } from "../contestant.ts";
import { checkLoss, cnnLogits64, cnnLoss64 } from "../oracle/models.ts";
import type { Jax } from "../rivals/jax.ts";
import { JaxCnn } from "../rivals/jax_cnn.ts";
import type { Tfjs } from "../rivals/tfjs.ts";
import { TfjsCnn, tfjsBatch } from "../rivals/tfjs_cnn.ts";
import { oursOp } from "./ours.ts";
import { batchOf, CNN_BATCH, cnnTrainer, SEED, trainingContestant, weightsOf } from "./training.ts";

/** Multiply-adds of one image forward, convolutions and products only. */
const FIRST = 784 * 32 * 9;
const OTHERS = 784 * 32 * 32 * 9 + 196 * 48 * 32 * 9 + 196 * 64 * 48 * 9 + 3136 * 128 + 128 * 10;
/** Training has both gradients on top, but for the first layer's input gradient, which nothing needs. */
const trainingFlops = (batch: number) => batch * 2 * (2 * FIRST + 3 * OTHERS);

const PLACES = [0, 1];
const newWeights = () => weightsOf(new Cnn(new Rng(SEED, STREAMS.model)));

/** Our losses of the first two steps, by batch: the second one has been through all gradients and Adam. */
const ourLosses = new Map<number, readonly number[]>();

function checkRivalsLosses(who: string, batch: number, losses: readonly number[]): void {
  const expected = ourLosses.get(batch);
  if (!expected) throw new WrongResultError("no loss to compare with: our own step failed");
  for (const [place, loss] of losses.entries()) {
    checkLoss(`the CNN's loss at step ${place} (${who})`, loss, expected[place]!, 1e-3);
  }
}

async function ourStep(device: Device, batch: number): Promise<Contestant> {
  const { trainer, program } = await cnnTrainer(device, batch);
  return trainingContestant(device, trainer, async () => {
    const losses: number[] = [];
    for (const place of PLACES) {
      const { images, labels } = batchOf(batch, place);
      const expected = cnnLoss64(await weightsOf(program.model), images, labels);
      trainer.run(1);
      losses.push((await trainer.readLog(1))[0]![0]!);
      checkLoss(`the CNN's loss at step ${place} (tailgrad)`, losses[place]!, expected);
    }
    ourLosses.set(batch, losses);
  });
}

async function tfjsStep({ tf, name, settle }: Tfjs, batch: number): Promise<Contestant> {
  if (name === "wasm") throw new CannotError("its backend has no kernel Conv2DBackpropFilter");
  const model = new TfjsCnn(tf, await newWeights());
  const batches = PLACES.map((place) => batchOf(batch, place)).map(({ images, labels }) =>
    tfjsBatch(tf, images, labels),
  );
  return {
    async run(times) {
      for (let i = 0; i < times; i++) model.step(batches[i % 2]!).dispose();
      await settle();
    },
    async check() {
      const losses: number[] = [];
      for (const batch of batches) {
        const loss = model.step(batch);
        losses.push((await loss.data())[0]!);
        loss.dispose();
      }
      checkRivalsLosses(`tfjs ${name}`, batch, losses);
    },
    dispose() {
      model.dispose();
      for (const { images, classes } of batches) tf.dispose([images, classes]);
    },
  };
}

async function jaxStep(rival: Jax, batch: number): Promise<Contestant> {
  const model = new JaxCnn(rival, await newWeights());
  const batches = PLACES.map((place) => batchOf(batch, place)).map(({ images, labels }) => model.batch(images, labels));
  return {
    async run(times) {
      for (let i = 0; i < times; i++) model.step(batches[i % 2]!).dispose();
      await rival.settle([model.leaves()]);
    },
    async check() {
      const losses: number[] = [];
      for (const batch of batches) losses.push((await model.step(batch).data())[0]!);
      checkRivalsLosses(`jax-js ${rival.device}`, batch, losses);
    },
    dispose() {
      model.dispose();
      rival.jax.tree.dispose(batches);
    },
  };
}

/** One step of the paper's classifier: forward, gradients and Adam. */
function stepWork(batch: number): Work {
  return {
    name: `CNN step, batch ${batch}`,
    group: "models",
    flops: trainingFlops(batch),
    samples: batch,
    ours: { tailgrad: (device) => ourStep(device, batch) },
    tfjs: (rival) => tfjsStep(rival, batch),
    jax: (rival) => jaxStep(rival, batch),
  };
}

export const CNN_STEP: Work = stepWork(CNN_BATCH);

/** How a step's cost grows with the batch. */
export const CNN_BATCHES: readonly Work[] = [10, 25, 50, 100, 200].map((batch) => {
  const { tfjs: _, jax: __, ...work } = stepWork(batch);
  return { ...work, name: `batch ${batch}: CNN step`, group: "scaling", plot: { chart: "batch, CNN", x: batch } };
});

/** Logits of a batch of images by the untrained network: the first 300 in float64 suffice. */
async function checkLogits(who: string, got: Float32Array): Promise<void> {
  const { images } = batchOf(CNN_BATCH, 0);
  if (got.length !== CNN_BATCH * 10) throw new WrongResultError(`CNN inference (${who}): ${got.length} logits`);
  const expected = cnnLogits64(await newWeights(), images.subarray(0, 30 * 784), false);
  expected.forEach((value, i) => {
    if (!(Math.abs(got[i]! - value) <= 1e-4 * (1 + Math.abs(value)))) {
      throw new WrongResultError(`CNN inference (${who}): logit ${i} is ${got[i]}, but must be ${value}`);
    }
  });
}

/** The classifier on new images: running statistics, no gradients. */
export const CNN_INFERENCE: Work = {
  name: `CNN inference, batch ${CNN_BATCH}`,
  group: "models",
  flops: CNN_BATCH * 2 * (FIRST + OTHERS),
  samples: CNN_BATCH,
  ours: {
    async tailgrad(device) {
      const model = new Cnn(new Rng(SEED, STREAMS.model));
      const images = new Variable(Float32Array.from(batchOf(CNN_BATCH, 0).images), [CNN_BATCH, 1, 28, 28]);
      const record = () => [model.forward(images, INFERENCE)];
      let logits = new Float32Array();
      const contestant = await oursOp(device, [images, ...model.state().values()], record, (result) => {
        logits = result as Float32Array<ArrayBuffer>;
      });
      return {
        ...contestant,
        async check() {
          await contestant.check();
          await checkLogits("tailgrad", logits);
        },
      };
    },
  },
  async tfjs({ tf, name, settle }) {
    const model = new TfjsCnn(tf, await newWeights());
    const { images, labels } = batchOf(CNN_BATCH, 0);
    const batch = tfjsBatch(tf, images, labels);
    return {
      async run(times) {
        for (let i = 0; i < times; i++) model.predict(batch.images).dispose();
        await settle();
      },
      async check() {
        const logits = model.predict(batch.images);
        await checkLogits(`tfjs ${name}`, (await logits.data()) as Float32Array);
        logits.dispose();
      },
      dispose() {
        model.dispose();
        tf.dispose([batch.images, batch.classes]);
      },
    };
  },
  async jax(rival) {
    const model = new JaxCnn(rival, await newWeights());
    const { images, labels } = batchOf(CNN_BATCH, 0);
    const batch = model.batch(images, labels);
    return {
      async run(times) {
        const calls = Array.from({ length: times }, () => [model.predict(batch.images)]);
        await rival.settle(calls);
        rival.jax.tree.dispose(calls);
      },
      async check() {
        await checkLogits(`jax-js ${rival.device}`, (await model.predict(batch.images).data()) as Float32Array);
      },
      dispose() {
        model.dispose();
        rival.jax.tree.dispose(batch);
      },
    };
  },
};
