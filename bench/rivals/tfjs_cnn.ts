import type * as TfCore from "@tensorflow/tfjs-core";
import { toHwio } from "../data.ts";
import type { Weights } from "../oracle/models.ts";
import { CNN_CONVOLUTIONS } from "../work/networks.ts";
import { namedTensors } from "./tfjs.ts";

/** Images as tfjs takes them, and their classes as rows of zeros and a one. */
export interface TfjsBatch {
  readonly images: TfCore.Tensor4D;
  readonly classes: TfCore.Tensor2D;
}

/** A batch of images [N, 1, 28, 28], uploaded. */
export function tfjsBatch(tf: typeof TfCore, images: Float64Array, labels: Uint8Array): TfjsBatch {
  return {
    images: tf.tensor4d(Float32Array.from(images), [labels.length, 28, 28, 1]),
    classes: tf.tidy(() => tf.cast(tf.oneHot(tf.tensor1d(labels, "int32"), 10), "float32") as TfCore.Tensor2D),
  };
}

/** The paper's classifier in tfjs's own layouts (NHWC) with fused bias, its variableGrads and its Adam. */
export class TfjsCnn {
  readonly #variables = new Map<string, TfCore.Variable>();
  readonly #adam: TfCore.AdamOptimizer;

  constructor(
    private readonly tf: typeof TfCore,
    weights: Weights,
  ) {
    const add = (name: string, values: TfCore.Tensor, trainable = true) => {
      this.#variables.set(name, tf.variable(values, trainable));
      values.dispose();
    };
    const values = (name: string) => weights.get(name) as Float32Array;
    for (const [name, inputs, outputs] of CNN_CONVOLUTIONS) {
      const filter = toHwio(values(`${name}.weight`), [outputs, inputs, 3, 3]);
      add(`${name}.weight`, tf.tensor4d(filter, [3, 3, inputs, outputs]));
      add(`${name}.bias`, tf.tensor1d(values(`${name}.bias`)));
    }
    for (const name of ["weight", "bias"]) add(`layers.2.${name}`, tf.tensor1d(values(`layers.2.${name}`)));
    for (const name of ["running_mean", "running_var"]) {
      add(`layers.2.${name}`, tf.tensor1d(values(`layers.2.${name}`)), false);
    }
    // Ours flattens channel, row, column; NHWC flattens row, column, channel.
    add("layers.12.weight", tf.tensor2d(toHwio(values("layers.12.weight"), [128, 64, 7, 7]), [3136, 128]));
    add(
      "layers.14.weight",
      tf.tidy(() => tf.transpose(tf.tensor2d(values("layers.14.weight"), [10, 128]))),
    );
    for (const name of ["layers.12", "layers.14"]) add(`${name}.bias`, tf.tensor1d(values(`${name}.bias`)));
    this.#adam = tf.train.adam(5e-4, 0.9, 0.999, 1e-8);
  }

  /** One update; gives the loss before it. */
  step({ images, classes }: TfjsBatch): TfCore.Scalar {
    const { tf } = this;
    return tf.tidy(() => {
      const trainable = [...this.#variables.values()].filter((variable) => variable.trainable);
      const { value, grads } = tf.variableGrads(
        () => tf.losses.softmaxCrossEntropy(classes, this.#logits(images, true)) as TfCore.Scalar,
        trainable,
      );
      this.#adam.applyGradients(namedTensors(grads));
      return value;
    });
  }

  /** Logits for new images. */
  predict(images: TfCore.Tensor4D): TfCore.Tensor2D {
    return this.tf.tidy(() => this.#logits(images, false));
  }

  #logits(images: TfCore.Tensor4D, training: boolean): TfCore.Tensor2D {
    const { tf } = this;
    const conv = (x: TfCore.Tensor4D, name: string) =>
      tf.fused.conv2d({
        x,
        filter: this.#get<TfCore.Tensor4D>(`${name}.weight`),
        bias: this.#get(`${name}.bias`),
        strides: 1,
        pad: "same",
        activation: "relu",
      });
    const linear = (a: TfCore.Tensor2D, name: string, activation: "relu" | "linear") =>
      tf.fused.matMul({
        a,
        b: this.#get<TfCore.Tensor2D>(`${name}.weight`),
        bias: this.#get(`${name}.bias`),
        activation,
      }) as TfCore.Tensor2D;
    let x = this.#batchNorm(conv(images, "layers.0"), training);
    x = tf.maxPool(conv(x, "layers.3"), 2, 2, "valid");
    x = tf.maxPool(conv(conv(x, "layers.6"), "layers.8"), 2, 2, "valid");
    const flat = tf.reshape<TfCore.Rank.R2>(x, [images.shape[0], 3136]);
    return linear(linear(flat, "layers.12", "relu"), "layers.14", "linear");
  }

  #get<T extends TfCore.Tensor>(name: string): T {
    return this.#variables.get(name) as unknown as T;
  }

  /** Batch statistics and running statistics, as tfjs-layers does it while training. */
  #batchNorm(x: TfCore.Tensor4D, training: boolean): TfCore.Tensor4D {
    const { tf } = this;
    let [mean, variance] = ["running_mean", "running_var"].map((name) =>
      this.#get<TfCore.Tensor1D>(`layers.2.${name}`),
    );
    if (training) {
      const batch = tf.moments(x, [0, 1, 2]);
      for (const [name, value] of [
        ["running_mean", batch.mean],
        ["running_var", batch.variance],
      ] as const) {
        const running = this.#variables.get(`layers.2.${name}`)!;
        running.assign(tf.add(tf.mul(running, 0.9), tf.mul(value, 0.1)));
      }
      [mean, variance] = [batch.mean as TfCore.Tensor1D, batch.variance as TfCore.Tensor1D];
    }
    const [gamma, beta] = ["weight", "bias"].map((name) => this.#get<TfCore.Tensor1D>(`layers.2.${name}`));
    return tf.batchNorm(x, mean!, variance!, beta, gamma, 1e-5) as TfCore.Tensor4D;
  }

  dispose(): void {
    this.#adam.dispose();
    for (const variable of this.#variables.values()) variable.dispose();
  }
}
