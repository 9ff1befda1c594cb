import type * as TfCore from "@tensorflow/tfjs-core";
import { FIRST_STREAM } from "../src/autograd/ops/random.ts";
import { STREAMS } from "../src/experiments/batch_trainer.ts";
import type { Device } from "../src/gpu/device.ts";
import { integers, normal, Rng, uniform } from "../src/kernels/random/philox.ts";
import { Discriminator } from "../src/models/discriminator.ts";
import { Generator } from "../src/models/generators.ts";
import { type Contestant, type Work, WrongResultError } from "./contestant.ts";
import { checkLoss, linear64, type Weights } from "./oracle_models.ts";
import { namedTensors, settleTfjs, type Tfjs } from "./tfjs.ts";
import { batchOf, GAN_BATCH, ganTrainer, SEED, trainingContestant, weightsOf } from "./training.ts";

const GENERATOR = [110, 256, 512, 1024, 784] as const;
const GENERATOR_LAYERS = ["layers.0", "layers.2", "layers.4", "layers.6"] as const;
const DISCRIMINATOR = [794, 1024, 512, 256, 1] as const;
const DISCRIMINATOR_LAYERS = [1, 2, 3, 4].map((i) => `hidden_layer${i}.0`);
const SLOPE = 0.2;
const DROP = 0.3;

const products = (sizes: readonly number[]) => sizes.slice(1).reduce((sum, size, i) => sum + size * sizes[i]!, 0);
/** Multiply-adds per image: G forward and twice backward; D three times forward, both gradients for two, one for the third. */
const MULTIPLY_ADDS = 3 * products(GENERATOR) + (3 + 4 + 1) * products(DISCRIMINATOR);

let ourLosses: readonly number[] | undefined;

/** One step of the paper's CGAN (mlp_cgan_leaky, batch 256): the discriminator's update, then the generator's. */
export const CGAN_STEP: Work = {
  name: "CGAN training step, mlp_cgan_leaky, batch 256",
  flops: 2 * GAN_BATCH * MULTIPLY_ADDS,
  async ours(device: Device): Promise<Contestant> {
    const { trainer, program } = await ganTrainer(device);
    return trainingContestant(device, trainer, async () => {
      const { images, labels } = batchOf(GAN_BATCH, 0);
      const generator = await weightsOf(program.generator);
      const before = await weightsOf(program.discriminator);
      trainer.run(1);
      ourLosses = (await trainer.readLog(1))[0]!;
      const z = normal(SEED, FIRST_STREAM, 0, GAN_BATCH * 100);
      const fakeLabels = integers(SEED, FIRST_STREAM + 1, 0, GAN_BATCH, 10);
      const fakes = generate64(generator, Float64Array.from(z), fakeLabels);
      const onReal = meanBce(discriminate64(before, images, labels, FIRST_STREAM + 2), 1);
      const onFake = meanBce(discriminate64(before, fakes, fakeLabels, FIRST_STREAM + 5), 0);
      checkLoss("the discriminator's loss (tailgrad)", ourLosses[0]!, (onReal + onFake) / 2);
      const after = await weightsOf(program.discriminator);
      const lossG = meanBce(discriminate64(after, fakes, fakeLabels, FIRST_STREAM + 8), 1);
      checkLoss("the generator's loss (tailgrad)", ourLosses[1]!, lossG);
    });
  },
  async tfjs(rival: Tfjs): Promise<Contestant> {
    const rng = new Rng(SEED, STREAMS.model);
    const generator = await weightsOf(new Generator("mlp_cgan_leaky", rng));
    const model = new TfjsCgan(rival.tf, generator, await weightsOf(new Discriminator(rng)));
    return {
      async run(times) {
        for (let i = 0; i < times; i++) rival.tf.dispose(model.step());
        await settleTfjs(rival.backend);
      },
      async check() {
        if (!ourLosses) throw new WrongResultError("no losses to compare with: our own step failed");
        // Noise and dropout are its own, so only about the same losses can be expected.
        const losses = model.step();
        for (const [i, loss] of losses.entries()) {
          checkLoss(`loss ${i} of the CGAN (tfjs)`, (await loss.data())[0]!, ourLosses[i]!, 0.1);
        }
        rival.tf.dispose(losses);
      },
      dispose: () => model.dispose(),
    };
  },
};

/** Rows of x [N, width] with the label's embedding row of 10 after each. */
function withEmbedding(x: Float64Array, width: number, weights: Weights, labels: ArrayLike<number>): Float64Array {
  const table = weights.get("label_embedding.weight")!;
  const out = new Float64Array(labels.length * (width + 10));
  for (let n = 0; n < labels.length; n++) {
    out.set(x.subarray(n * width, (n + 1) * width), n * (width + 10));
    out.set(table.subarray(labels[n]! * 10, labels[n]! * 10 + 10), n * (width + 10) + width);
  }
  return out;
}

function generate64(weights: Weights, z: Float64Array, labels: ArrayLike<number>): Float64Array {
  let x = withEmbedding(z, 100, weights, labels);
  for (const [i, name] of GENERATOR_LAYERS.entries()) {
    x = linear64(x, GENERATOR[i]!, weights, name);
    x = x.map(i === 3 ? Math.tanh : (v) => (v > 0 ? v : SLOPE * v));
  }
  return x;
}

/** Logits; the dropouts draw from three streams from `stream` on. */
function discriminate64(
  weights: Weights,
  images: Float64Array,
  labels: ArrayLike<number>,
  stream: number,
): Float64Array {
  let x = withEmbedding(images, 784, weights, labels);
  for (const [i, name] of DISCRIMINATOR_LAYERS.entries()) {
    x = linear64(x, DISCRIMINATOR[i]!, weights, name);
    if (i === 3) break;
    const draws = uniform(SEED, stream + i, 0, x.length);
    x = x.map((v, at) => (draws[at]! < DROP ? 0 : (v > 0 ? v : SLOPE * v) / (1 - DROP)));
  }
  return x;
}

function meanBce(logits: Float64Array, target: number): number {
  return (
    logits.reduce((sum, x) => sum + Math.max(x, 0) - x * target + Math.log1p(Math.exp(-Math.abs(x))), 0) / logits.length
  );
}

/** The same training in tfjs: fused bias, gather for the embeddings, its dropout, its variableGrads and its Adam. */
class TfjsCgan {
  readonly #generator: Map<string, TfCore.Variable>;
  readonly #discriminator: Map<string, TfCore.Variable>;
  readonly #adamG: TfCore.AdamOptimizer;
  readonly #adamD: TfCore.AdamOptimizer;
  readonly #images: TfCore.Tensor2D;
  readonly #labels: TfCore.Tensor1D;

  constructor(
    private readonly tf: typeof TfCore,
    generator: Weights,
    discriminator: Weights,
  ) {
    this.#generator = this.#upload("generator", generator, GENERATOR, GENERATOR_LAYERS);
    this.#discriminator = this.#upload("discriminator", discriminator, DISCRIMINATOR, DISCRIMINATOR_LAYERS);
    this.#adamG = tf.train.adam(2e-4, 0.9, 0.999, 1e-8);
    this.#adamD = tf.train.adam(2e-4, 0.9, 0.999, 1e-8);
    const { images, labels } = batchOf(GAN_BATCH, 0);
    this.#images = tf.tensor2d(Float32Array.from(images), [GAN_BATCH, 784]);
    this.#labels = tf.tensor1d(labels, "int32");
  }

  #upload(
    model: string,
    weights: Weights,
    sizes: readonly number[],
    layers: readonly string[],
  ): Map<string, TfCore.Variable> {
    const { tf } = this;
    const variables = new Map<string, TfCore.Variable>();
    const add = (name: string, make: () => TfCore.Tensor) => {
      const value = tf.tidy(make);
      variables.set(name, tf.variable(value, true, `${model}.${name}`));
      value.dispose();
    };
    const values = (name: string) => weights.get(name) as Float32Array;
    add("label_embedding.weight", () => tf.tensor2d(values("label_embedding.weight"), [10, 10]));
    layers.forEach((name, i) => {
      add(`${name}.weight`, () => tf.transpose(tf.tensor2d(values(`${name}.weight`), [sizes[i + 1]!, sizes[i]!])));
      add(`${name}.bias`, () => tf.tensor1d(values(`${name}.bias`)));
    });
    return variables;
  }

  /** One update of both networks; gives both losses. */
  step(): TfCore.Scalar[] {
    const { tf } = this;
    return tf.tidy(() => {
      const z = tf.randomNormal<TfCore.Rank.R2>([GAN_BATCH, 100]);
      const fakeLabels = tf.randomUniformInt([GAN_BATCH], 0, 10) as TfCore.Tensor1D;
      const fakes = this.#generate(z, fakeLabels);
      const d = tf.variableGrads(() => {
        const onReal = this.#bce(this.#discriminate(this.#images, this.#labels), 1);
        const onFake = this.#bce(this.#discriminate(fakes, fakeLabels), 0);
        return tf.mul(tf.add(onReal, onFake), 0.5) as TfCore.Scalar;
      }, [...this.#discriminator.values()]);
      this.#adamD.applyGradients(namedTensors(d.grads));
      // variableGrads differentiates what runs inside it, so the generator's forward pass has to run again.
      const g = tf.variableGrads(
        () => this.#bce(this.#discriminate(this.#generate(z, fakeLabels), fakeLabels), 1),
        [...this.#generator.values()],
      );
      this.#adamG.applyGradients(namedTensors(g.grads));
      return [d.value, g.value];
    });
  }

  #generate(z: TfCore.Tensor2D, labels: TfCore.Tensor1D): TfCore.Tensor2D {
    const { tf } = this;
    let x = this.#joined(z, labels, this.#generator);
    GENERATOR_LAYERS.forEach((name, i) => {
      x = this.#linear(x, this.#generator, name);
      x = i === 3 ? tf.tanh(x) : tf.leakyRelu(x, SLOPE);
    });
    return x;
  }

  #discriminate(images: TfCore.Tensor2D, labels: TfCore.Tensor1D): TfCore.Tensor2D {
    const { tf } = this;
    let x = this.#joined(images, labels, this.#discriminator);
    DISCRIMINATOR_LAYERS.forEach((name, i) => {
      x = this.#linear(x, this.#discriminator, name);
      if (i < 3) x = tf.dropout(tf.leakyRelu(x, SLOPE), DROP) as TfCore.Tensor2D;
    });
    return x;
  }

  #joined(x: TfCore.Tensor2D, labels: TfCore.Tensor1D, variables: Map<string, TfCore.Variable>): TfCore.Tensor2D {
    const { tf } = this;
    return tf.concat([x, tf.gather(variables.get("label_embedding.weight")!, labels) as TfCore.Tensor2D], 1);
  }

  #linear(a: TfCore.Tensor2D, variables: Map<string, TfCore.Variable>, name: string): TfCore.Tensor2D {
    const b = variables.get(`${name}.weight`) as unknown as TfCore.Tensor2D;
    const bias = variables.get(`${name}.bias`) as unknown as TfCore.Tensor1D;
    return this.tf.fused.matMul({ a, b, bias }) as TfCore.Tensor2D;
  }

  #bce(logits: TfCore.Tensor2D, target: number): TfCore.Scalar {
    const { tf } = this;
    return tf.losses.sigmoidCrossEntropy(tf.fill([GAN_BATCH, 1], target), logits) as TfCore.Scalar;
  }

  dispose(): void {
    this.#adamG.dispose();
    this.#adamD.dispose();
    for (const variable of [...this.#generator.values(), ...this.#discriminator.values()]) variable.dispose();
    this.#images.dispose();
    this.#labels.dispose();
  }
}
