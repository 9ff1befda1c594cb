import type * as TfCore from "@tensorflow/tfjs-core";
import type { LossMode } from "../../src/experiments/programs.ts";
import type { Batch } from "./batches.ts";
import type { Values } from "./parameters64.ts";
import { TfjsVariables } from "./tfjs_layers.ts";

/** The paper's classifier and its training in tfjs. */
export class TfjsCnn {
  readonly #variables: TfjsVariables;

  constructor(
    private readonly tf: typeof TfCore,
    start: Values,
    private readonly mode: LossMode,
    learningRate: number,
  ) {
    this.#variables = new TfjsVariables(tf, start, "cnn.", learningRate);
  }

  /** One update; gives the loss before it. */
  async step({ images, labels }: Batch): Promise<number[]> {
    const { tf } = this;
    const loss = tf.tidy(() => {
      const x = tf.tensor4d(Float32Array.from(images.data), [images.shape[0]!, 28, 28, 1]);
      const classes = tf.oneHot(tf.tensor1d(Array.from(labels.data), "int32"), 10);
      return this.#variables.minimize(() => {
        const logits = this.#logits(x);
        const scores = this.mode === "paper" ? tf.softmax(logits) : logits;
        return tf.losses.softmaxCrossEntropy(classes, scores);
      });
    });
    const value = (await loss.data())[0]!;
    loss.dispose();
    return [value];
  }

  /** tfjs has channels last; ours are flattened with channels first. */
  #logits(images: TfCore.Tensor4D): TfCore.Tensor2D {
    const { tf } = this;
    const own = this.#variables;
    let x = own.batchNorm(this.#conv(images, "cnn.layers.0"), "cnn.layers.2");
    x = tf.maxPool(this.#conv(x, "cnn.layers.3"), 2, 2, "valid");
    x = tf.maxPool(this.#conv(this.#conv(x, "cnn.layers.6"), "cnn.layers.8"), 2, 2, "valid");
    const flat = tf.reshape<TfCore.Rank.R2>(tf.transpose(x, [0, 3, 1, 2]), [images.shape[0], 3136]);
    return own.linear(tf.relu(own.linear(flat, "cnn.layers.12")), "cnn.layers.14");
  }

  /** relu of a 3x3 convolution with padding 1. */
  #conv(x: TfCore.Tensor4D, name: string): TfCore.Tensor4D {
    const { tf } = this;
    const bias = this.#variables.get<TfCore.Tensor1D>(`${name}.bias`, [-1]);
    const weight = this.#variables.get<TfCore.Tensor4D>(`${name}.weight`, [bias.size, x.shape[3], 3, 3]);
    return tf.relu(tf.add(tf.conv2d(x, tf.transpose(weight, [2, 3, 1, 0]), 1, "same"), bias));
  }

  dispose(): void {
    this.#variables.dispose();
  }
}
