import type * as TfCore from "@tensorflow/tfjs-core";
import { STREAMS } from "../src/experiments/batch_trainer.ts";
import type { Device } from "../src/gpu/device.ts";
import { Rng } from "../src/kernels/random/philox.ts";
import { Cnn } from "../src/models/cnn.ts";
import { type Contestant, type Work, WrongResultError } from "./contestant.ts";
import { toHwio } from "./data.ts";
import { checkLoss, cnnLoss64, type Weights } from "./oracle_models.ts";
import { namedTensors, settleTfjs, type Tfjs } from "./tfjs.ts";
import { batchOf, CNN_BATCH, cnnTrainer, SEED, trainingContestant, weightsOf } from "./training.ts";

/** Multiply-adds of one image forward, convolutions and products only: the input gradient of the first layer is not needed. */
const FIRST = 784 * 32 * 9;
const OTHERS = 784 * 32 * 32 * 9 + 196 * 48 * 32 * 9 + 196 * 64 * 48 * 9 + 3136 * 128 + 128 * 10;

/** The losses of the first two steps: the second one has been through all gradients and Adam. */
let ourLosses: readonly number[] | undefined;

/** One step of the paper's classifier: forward, gradients and Adam at batch 100. */
export const CNN_STEP: Work = {
  name: "CNN training step, batch 100",
  flops: CNN_BATCH * 2 * (2 * FIRST + 3 * OTHERS),
  async ours(device: Device): Promise<Contestant> {
    const { trainer, program } = await cnnTrainer(device);
    return trainingContestant(device, trainer, async () => {
      const losses: number[] = [];
      for (const place of [0, 1]) {
        const { images, labels } = batchOf(CNN_BATCH, place);
        const expected = cnnLoss64(await weightsOf(program.model), images, labels);
        trainer.run(1);
        losses.push((await trainer.readLog(1))[0]![0]!);
        checkLoss(`the CNN's loss at step ${place} (tailgrad)`, losses[place]!, expected);
      }
      ourLosses = losses;
    });
  },
  async tfjs(rival: Tfjs): Promise<Contestant> {
    const model = new TfjsCnn(rival.tf, await weightsOf(new Cnn(new Rng(SEED, STREAMS.model))));
    const batches = [0, 1].map((place) => model.upload(place));
    return {
      async run(times) {
        for (let i = 0; i < times; i++) model.step(batches[i % 2]!).dispose();
        await settleTfjs(rival.backend);
      },
      async check() {
        if (!ourLosses) throw new WrongResultError("no loss to compare with: our own step failed");
        for (const [place, expected] of ourLosses.entries()) {
          const loss = model.step(batches[place]!);
          checkLoss(`the CNN's loss at step ${place} (tfjs)`, (await loss.data())[0]!, expected, 1e-3);
          loss.dispose();
        }
      },
      dispose() {
        model.dispose();
        for (const { images, labels } of batches) {
          images.dispose();
          labels.dispose();
        }
      },
    };
  },
};

interface TfjsBatch {
  readonly images: TfCore.Tensor4D;
  readonly labels: TfCore.Tensor2D;
}

/** The same network in tfjs's own layouts (NHWC) with fused bias, its variableGrads and its Adam. Batches stay on the GPU. */
class TfjsCnn {
  readonly #variables = new Map<string, TfCore.Variable>();
  readonly #adam: TfCore.AdamOptimizer;

  constructor(
    private readonly tf: typeof TfCore,
    weights: Weights,
  ) {
    const add = (name: string, values: TfCore.Tensor, trainable = true) => {
      this.#variables.set(name, tf.variable(values, trainable, name));
      values.dispose();
    };
    const values = (name: string) => weights.get(name) as Float32Array;
    for (const [name, o, i] of [
      ["layers.0", 32, 1],
      ["layers.3", 32, 32],
      ["layers.6", 48, 32],
      ["layers.8", 64, 48],
    ] as const) {
      add(`${name}.weight`, tf.tensor4d(toHwio(values(`${name}.weight`), [o, i, 3, 3]), [3, 3, i, o]));
      add(`${name}.bias`, tf.tensor1d(values(`${name}.bias`)));
    }
    for (const name of ["weight", "bias"]) add(`layers.2.${name}`, tf.tensor1d(values(`layers.2.${name}`)));
    add("layers.2.running_mean", tf.tensor1d(values("layers.2.running_mean")), false);
    add("layers.2.running_var", tf.tensor1d(values("layers.2.running_var")), false);
    // Ours flattens channel, row, column; NHWC flattens row, column, channel.
    add("layers.12.weight", tf.tensor2d(toHwio(values("layers.12.weight"), [128, 64, 7, 7]), [3136, 128]));
    add(
      "layers.14.weight",
      tf.tidy(() => tf.transpose(tf.tensor2d(values("layers.14.weight"), [10, 128]))),
    );
    for (const name of ["layers.12", "layers.14"]) add(`${name}.bias`, tf.tensor1d(values(`${name}.bias`)));
    this.#adam = tf.train.adam(5e-4, 0.9, 0.999, 1e-8);
  }

  upload(place: number): TfjsBatch {
    const { images, labels } = batchOf(CNN_BATCH, place);
    return {
      images: this.tf.tensor4d(Float32Array.from(images), [CNN_BATCH, 28, 28, 1]),
      labels: this.tf.tidy(
        () => this.tf.cast(this.tf.oneHot(this.tf.tensor1d(labels, "int32"), 10), "float32") as TfCore.Tensor2D,
      ),
    };
  }

  /** One update; gives the loss before it. */
  step({ images, labels }: TfjsBatch): TfCore.Scalar {
    const { tf } = this;
    return tf.tidy(() => {
      const { value, grads } = tf.variableGrads(() => this.#loss(images, labels));
      this.#adam.applyGradients(namedTensors(grads));
      return value;
    });
  }

  #loss(images: TfCore.Tensor4D, labels: TfCore.Tensor2D): TfCore.Scalar {
    const { tf } = this;
    const variable = <T extends TfCore.Tensor>(name: string) => this.#variables.get(name) as unknown as T;
    const conv = (x: TfCore.Tensor4D, name: string) =>
      tf.relu(
        tf.fused.conv2d({
          x,
          filter: variable<TfCore.Tensor4D>(`${name}.weight`),
          bias: variable(`${name}.bias`),
          strides: 1,
          pad: "same",
        }),
      );
    const linear = (a: TfCore.Tensor2D, name: string) =>
      tf.fused.matMul({
        a,
        b: variable<TfCore.Tensor2D>(`${name}.weight`),
        bias: variable(`${name}.bias`),
      }) as TfCore.Tensor2D;
    let x = this.#batchNorm(conv(images, "layers.0"));
    x = tf.maxPool(conv(x, "layers.3"), 2, 2, "valid");
    x = tf.maxPool(conv(conv(x, "layers.6"), "layers.8"), 2, 2, "valid");
    const hidden = tf.relu(linear(tf.reshape(x, [CNN_BATCH, 3136]), "layers.12"));
    return tf.losses.softmaxCrossEntropy(labels, linear(hidden, "layers.14")) as TfCore.Scalar;
  }

  /** Batch statistics and running statistics, as tfjs-layers does it while training. */
  #batchNorm(x: TfCore.Tensor4D): TfCore.Tensor4D {
    const { tf } = this;
    const { mean, variance } = tf.moments(x, [0, 1, 2]);
    for (const [name, batch] of [
      ["running_mean", mean],
      ["running_var", variance],
    ] as const) {
      const running = this.#variables.get(`layers.2.${name}`)!;
      running.assign(tf.add(tf.mul(running, 0.9), tf.mul(batch, 0.1)));
    }
    const [gamma, beta] = ["weight", "bias"].map(
      (name) => this.#variables.get(`layers.2.${name}`) as unknown as TfCore.Tensor1D,
    );
    return tf.batchNorm(
      x,
      mean as TfCore.Tensor1D,
      variance as TfCore.Tensor1D,
      beta!,
      gamma!,
      1e-5,
    ) as TfCore.Tensor4D;
  }

  dispose(): void {
    this.#adam.dispose();
    for (const variable of this.#variables.values()) variable.dispose();
  }
}
