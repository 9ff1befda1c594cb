import type * as TfCore from "@tensorflow/tfjs-core";
import type { Weights } from "../oracle/models.ts";
import { type DenseLayer, DISCRIMINATOR, DROP, SLOPE } from "../work/networks.ts";
import { namedTensors, type Tfjs } from "./tfjs.ts";

type Variables = Map<string, TfCore.Variable>;

/** The paper's CGAN in tfjs: fused bias, its dropout, its variableGrads and its Adam. */
export class TfjsCgan {
  readonly #tf: typeof TfCore;
  readonly #generator: Variables;
  readonly #discriminator: Variables;
  readonly #adamG: TfCore.AdamOptimizer;
  readonly #adamD: TfCore.AdamOptimizer;
  readonly #images: TfCore.Tensor2D;
  readonly #labels: TfCore.Tensor1D;
  readonly #batch: number;

  constructor(
    private readonly rival: Tfjs,
    private readonly layers: readonly DenseLayer[],
    generator: Weights,
    discriminator: Weights,
    { images, labels }: { readonly images: Float64Array; readonly labels: Uint8Array },
  ) {
    const { tf } = rival;
    this.#tf = tf;
    this.#batch = labels.length;
    this.#generator = this.#upload(generator, layers);
    this.#discriminator = this.#upload(discriminator, DISCRIMINATOR);
    this.#adamG = tf.train.adam(2e-4, 0.9, 0.999, 1e-8);
    this.#adamD = tf.train.adam(2e-4, 0.9, 0.999, 1e-8);
    this.#images = tf.tensor2d(Float32Array.from(images), [labels.length, 784]);
    this.#labels = tf.tensor1d(labels, "int32");
  }

  #upload(weights: Weights, layers: readonly { name: string; inputs: number; outputs: number }[]): Variables {
    const tf = this.#tf;
    const variables: Variables = new Map();
    const sizes = new Map(layers.map(({ name, inputs, outputs }) => [`${name}.weight`, [outputs, inputs] as const]));
    for (const [name, values] of weights) {
      if (name.endsWith("num_batches_tracked")) continue;
      const shape = name === "label_embedding.weight" ? ([10, 10] as const) : sizes.get(name);
      const value = tf.tidy(() => {
        const flat = tf.tensor1d(values as Float32Array);
        if (!shape) return flat;
        const matrix = tf.reshape<TfCore.Rank.R2>(flat, [...shape]);
        return sizes.has(name) ? tf.transpose(matrix) : matrix;
      });
      variables.set(name, tf.variable(value, !name.includes("running")));
      value.dispose();
    }
    return variables;
  }

  /** One update of both networks; gives both losses. */
  step(): TfCore.Scalar[] {
    const tf = this.#tf;
    return tf.tidy(() => {
      const z = tf.randomNormal<TfCore.Rank.R2>([this.#batch, 100]);
      const fakeLabels = tf.randomUniformInt([this.#batch], 0, 10) as TfCore.Tensor1D;
      const fakes = this.#generate(z, fakeLabels);
      const d = tf.variableGrads(() => {
        const onReal = this.#bce(this.#discriminate(this.#images, this.#labels), 1);
        const onFake = this.#bce(this.#discriminate(fakes, fakeLabels), 0);
        return tf.mul(tf.add(onReal, onFake), 0.5) as TfCore.Scalar;
      }, trainable(this.#discriminator));
      this.#adamD.applyGradients(namedTensors(d.grads));
      // variableGrads differentiates what runs inside it, so the generator's forward pass has to run again.
      const g = tf.variableGrads(
        () => this.#bce(this.#discriminate(this.#generate(z, fakeLabels), fakeLabels), 1),
        trainable(this.#generator),
      );
      this.#adamG.applyGradients(namedTensors(g.grads));
      return [d.value, g.value];
    });
  }

  #generate(z: TfCore.Tensor2D, labels: TfCore.Tensor1D): TfCore.Tensor2D {
    const tf = this.#tf;
    const leaky = (x: TfCore.Tensor2D) => tf.leakyRelu(x, SLOPE);
    let x: TfCore.Tensor2D = this.#joined(z, labels, this.#generator);
    for (const { name, activation, norm } of this.layers) {
      x = this.#linear(x, this.#generator, name);
      if (norm?.place === "before") x = this.#batchNorm(x, norm.name);
      x = (activation === "tanh" ? tf.tanh : activation === "relu" ? tf.relu : leaky)(x) as TfCore.Tensor2D;
      if (norm?.place === "after") x = this.#batchNorm(x, norm.name);
    }
    return x;
  }

  #discriminate(images: TfCore.Tensor2D, labels: TfCore.Tensor1D): TfCore.Tensor2D {
    const tf = this.#tf;
    let x = this.#joined(images, labels, this.#discriminator);
    DISCRIMINATOR.forEach(({ name }, i) => {
      x = this.#linear(x, this.#discriminator, name);
      if (i < 3) x = tf.dropout(tf.leakyRelu(x, SLOPE), DROP) as TfCore.Tensor2D;
    });
    return x;
  }

  /** x with the label's embedding behind it. The wasm backend has no gradient of gather, but it has products. */
  #joined(x: TfCore.Tensor2D, labels: TfCore.Tensor1D, variables: Variables): TfCore.Tensor2D {
    const tf = this.#tf;
    const table = variables.get("label_embedding.weight") as unknown as TfCore.Tensor2D;
    const rows =
      this.rival.name === "wasm"
        ? tf.matMul(tf.cast(tf.oneHot(labels, 10), "float32") as TfCore.Tensor2D, table)
        : tf.gather(table, labels);
    return tf.concat([x, rows as TfCore.Tensor2D], 1);
  }

  #linear(a: TfCore.Tensor2D, variables: Variables, name: string): TfCore.Tensor2D {
    const b = variables.get(`${name}.weight`) as unknown as TfCore.Tensor2D;
    const bias = variables.get(`${name}.bias`) as unknown as TfCore.Tensor1D;
    return this.#tf.fused.matMul({ a, b, bias }) as TfCore.Tensor2D;
  }

  /** Batch statistics and running statistics, as tfjs-layers does it while training. */
  #batchNorm(x: TfCore.Tensor2D, name: string): TfCore.Tensor2D {
    const tf = this.#tf;
    const own = (what: string) => this.#generator.get(`${name}.${what}`)!;
    const { mean, variance } = tf.moments(x, 0);
    own("running_mean").assign(tf.add(tf.mul(own("running_mean"), 0.9), tf.mul(mean, 0.1)));
    own("running_var").assign(tf.add(tf.mul(own("running_var"), 0.9), tf.mul(variance, 0.1)));
    const [beta, gamma] = [own("bias"), own("weight")] as unknown as TfCore.Tensor1D[];
    return tf.batchNorm(x, mean as TfCore.Tensor1D, variance as TfCore.Tensor1D, beta, gamma, 1e-5) as TfCore.Tensor2D;
  }

  #bce(logits: TfCore.Tensor2D, target: number): TfCore.Scalar {
    const tf = this.#tf;
    return tf.losses.sigmoidCrossEntropy(tf.fill([this.#batch, 1], target), logits) as TfCore.Scalar;
  }

  dispose(): void {
    this.#adamG.dispose();
    this.#adamD.dispose();
    for (const variable of [...this.#generator.values(), ...this.#discriminator.values()]) variable.dispose();
    this.#images.dispose();
    this.#labels.dispose();
  }
}

function trainable(variables: Variables): TfCore.Variable[] {
  return [...variables.values()].filter((variable) => variable.trainable);
}
