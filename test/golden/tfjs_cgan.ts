import type * as TfCore from "@tensorflow/tfjs-core";
import type { Array64 } from "../support/arrays.ts";
import type { Batch } from "./batches.ts";
import { type DenseGenerator, GENERATORS, withNoise } from "./cgan64.ts";
import type { Values } from "./parameters64.ts";
import { TfjsVariables } from "./tfjs_layers.ts";

const SLOPE = 0.2;

/** The paper's CGAN and its training in tfjs, without dropout. */
export class TfjsCgan {
  readonly #generator: TfjsVariables;
  readonly #discriminator: TfjsVariables;

  constructor(
    private readonly tf: typeof TfCore,
    start: Values,
    private readonly name: DenseGenerator,
    private readonly seed: number,
    learningRate: number,
  ) {
    this.#generator = new TfjsVariables(tf, start, "generator.", learningRate);
    this.#discriminator = new TfjsVariables(tf, start, "discriminator.", learningRate);
  }

  /** One update of both; gives the loss of each before its update. */
  async step(batch: Batch, step: number): Promise<number[]> {
    const { tf } = this;
    const { images, labels, noise, fakeLabels } = withNoise(batch, this.seed, step);
    const [lossD, lossG] = tf.tidy(() => {
      const matrix = ({ data, shape }: Array64) => tf.tensor2d(Float32Array.from(data), [shape[0]!, shape[1]!]);
      const vector = ({ data }: Array64) => tf.tensor1d(Array.from(data), "int32");
      const [real, realLabels, z, zLabels] = [matrix(images), vector(labels), matrix(noise), vector(fakeLabels)];
      const fakes = this.#generate(z, zLabels);
      const d = this.#discriminator.minimize(() => {
        const onReal = bce(tf, this.#discriminate(real, realLabels), 1);
        const onFake = bce(tf, this.#discriminate(fakes, zLabels), 0);
        return tf.mul(tf.add(onReal, onFake), 0.5);
      });
      // The gradients are of what runs inside, so the fakes are made again.
      const g = this.#generator.minimize(() => bce(tf, this.#discriminate(this.#generate(z, zLabels), zLabels), 1));
      return [d, g];
    });
    const values = [(await lossD!.data())[0]!, (await lossG!.data())[0]!];
    tf.dispose([lossD!, lossG!]);
    return values;
  }

  #generate(z: TfCore.Tensor2D, labels: TfCore.Tensor1D): TfCore.Tensor2D {
    const { tf } = this;
    let x = this.#joined(z, labels, this.#generator, "generator.label_embedding.weight");
    let place = 0;
    for (const parts of GENERATORS[this.name]) {
      x = this.#generator.linear(x, `generator.layers.${place++}`);
      for (const part of parts) {
        const name = `generator.layers.${place++}`;
        x =
          part === "norm" ? this.#generator.batchNorm(x, name) : part === "relu" ? tf.relu(x) : tf.leakyRelu(x, SLOPE);
      }
    }
    return tf.tanh(this.#generator.linear(x, `generator.layers.${place}`));
  }

  #discriminate(images: TfCore.Tensor2D, labels: TfCore.Tensor1D): TfCore.Tensor2D {
    const { tf } = this;
    let x = this.#joined(images, labels, this.#discriminator, "discriminator.label_embedding.weight");
    for (const k of [1, 2, 3]) {
      x = tf.leakyRelu(this.#discriminator.linear(x, `discriminator.hidden_layer${k}.0`), SLOPE);
    }
    return this.#discriminator.linear(x, "discriminator.hidden_layer4.0");
  }

  #joined(x: TfCore.Tensor2D, labels: TfCore.Tensor1D, own: TfjsVariables, table: string): TfCore.Tensor2D {
    return this.tf.concat([x, this.tf.gather(own.get<TfCore.Tensor2D>(table, [10, -1]), labels)], 1);
  }

  dispose(): void {
    this.#generator.dispose();
    this.#discriminator.dispose();
  }
}

function bce(tf: typeof TfCore, logits: TfCore.Tensor2D, target: number): TfCore.Scalar {
  return tf.losses.sigmoidCrossEntropy(tf.fill(logits.shape, target), logits);
}
