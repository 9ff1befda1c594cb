import { FIRST_STREAM } from "../../src/autograd/ops/random.ts";
import { integers, normal } from "../../src/kernels/random/philox.ts";
import type { GeneratorName } from "../../src/models/generator_names.ts";
import { bceWithLogits, bceWithLogitsGradient } from "../oracle/bce.ts";
import { concat } from "../oracle/concat.ts";
import { type Array64, array, indices } from "../support/arrays.ts";
import type { Batch } from "./batches.ts";
import * as layers from "./layers64.ts";
import { type Parameter, ParameterSet, RunningStatistics, type Values } from "./parameters64.ts";

/** The fully connected generators of the paper: what follows each linear layer but the last, which tanh follows. */
export const GENERATORS = {
  mlp_cgan_relu: [["relu"], ["relu"], ["relu"]],
  mlp_cgan_leaky: [["leaky"], ["leaky"], ["leaky"]],
  small_mlp_cgan_leaky: [["leaky"], ["leaky"]],
  big_mlp_cgan_leaky: [["leaky"], ["leaky", "norm"], ["leaky"], ["leaky"], ["norm", "leaky"]],
} as const satisfies { [name in GeneratorName]?: readonly (readonly ("relu" | "leaky" | "norm")[])[] };

/** A generator that can be trained in float64. */
export type DenseGenerator = keyof typeof GENERATORS;
export const DENSE_GENERATORS = Object.keys(GENERATORS) as DenseGenerator[];

const SLOPE = 0.2;
const ONE = array([1], []);

/** A batch of real pictures with the noise and the labels of as many fakes. */
export interface GanBatch extends Batch {
  readonly noise: Array64;
  readonly fakeLabels: Array64;
  readonly step: number;
}

/** The first random numbers that a step of GanProgram draws. */
export function withNoise(batch: Batch, seed: number, step: number, noiseSize = 100): GanBatch {
  const rows = batch.labels.data.length;
  return {
    ...batch,
    noise: array(normal(seed, FIRST_STREAM, step, rows * noiseSize), [rows, noiseSize]),
    fakeLabels: indices(integers(seed, FIRST_STREAM + 1, step, rows, 10), [rows]),
    step,
  };
}

/** The paper's CGAN and its training in float64. The sizes are those of the values that it starts from. */
export class Cgan64 {
  readonly generator: ParameterSet;
  readonly discriminator: ParameterSet;
  readonly #running: RunningStatistics[] = [];
  readonly #generatorTable: Parameter;
  readonly #generatorLayers: layers.Layer[] = [];
  readonly #discriminatorTable: Parameter;
  readonly #discriminatorLayers: layers.Layer[];

  constructor(
    name: DenseGenerator,
    start: Values,
    private readonly seed: number,
    learningRate: number,
  ) {
    this.generator = new ParameterSet(start, learningRate);
    this.#generatorTable = this.generator.get("generator.label_embedding.weight");
    const stack = this.#generatorLayers;
    const place = () => `generator.layers.${stack.length}`;
    for (const parts of GENERATORS[name]) {
      stack.push(layers.linear(...this.generator.pair(place())));
      for (const part of parts) {
        if (part === "norm") {
          const running = new RunningStatistics(start, place());
          this.#running.push(running);
          stack.push(layers.batchNorm(...this.generator.pair(place()), running));
        } else stack.push(part === "relu" ? layers.relu : layers.leakyRelu(SLOPE));
      }
    }
    stack.push(layers.linear(...this.generator.pair(place())), layers.tanh);

    this.discriminator = new ParameterSet(start, learningRate);
    this.#discriminatorTable = this.discriminator.get("discriminator.label_embedding.weight");
    this.#discriminatorLayers = [1, 2, 3, 4].map((k) =>
      layers.linear(...this.discriminator.pair(`discriminator.hidden_layer${k}.0`)),
    );
  }

  /** Fakes [N, pixels] of the batch's noise and labels; once per step, as normalisations move their running statistics. */
  generate({ noise, fakeLabels }: GanBatch): layers.Pass {
    const join = layers.joinEmbedding(this.#generatorTable, fakeLabels);
    return layers.sequence([join, ...this.#generatorLayers])(noise);
  }

  /** (BCE(D(x), 1) + BCE(D(G(z)), 0)) / 2 on both halves as one batch; adds its gradients to the discriminator's. */
  discriminatorLoss(batch: GanBatch, fakes: Array64): number {
    const count = batch.labels.data.length;
    const both = concat([{ ...batch.images, shape: fakes.shape }, fakes], 0);
    const truth = array(
      Array.from({ length: 2 * count }, (_, i) => (i < count ? 1 : 0)),
      [2 * count, 1],
    );
    const { output, back } = this.#discriminate(both, concat([batch.labels, batch.fakeLabels], 0), batch.step, 0);
    back(bceWithLogitsGradient(ONE, output, truth, "mean")[0]);
    return bceWithLogits(output, truth, "mean").data[0]!;
  }

  /** BCE(D(G(z)), 1); adds its gradients to the generator's (and to the discriminator's, which nobody reads). */
  generatorLoss(batch: GanBatch, fakes: layers.Pass): number {
    const { output, back } = this.#discriminate(fakes.output, batch.fakeLabels, batch.step, 3);
    fakes.back(back(bceWithLogitsGradient(ONE, output, 1, "mean")[0]));
    return bceWithLogits(output, 1, "mean").data[0]!;
  }

  /** One update of both; gives the loss of each before its update. */
  step(real: Batch, step: number): number[] {
    const batch = withNoise(real, this.seed, step);
    this.discriminator.clearGradients();
    this.generator.clearGradients();
    const fakes = this.generate(batch);
    const lossD = this.discriminatorLoss(batch, fakes.output);
    this.discriminator.update();
    const lossG = this.generatorLoss(batch, fakes);
    this.generator.update();
    return [lossD, lossG];
  }

  /** Parameters and running statistics by the program's names. */
  state(): Map<string, Float64Array> {
    const parameters = [...this.generator.entries(), ...this.discriminator.entries()];
    return new Map([
      ...parameters.map(([name, { value }]): [string, Float64Array] => [name, value.data]),
      ...this.#running.flatMap((running) => running.entries()),
    ]);
  }

  /** Logits; the program's dropouts number `dropouts` and the two after it follow the hidden layers. */
  #discriminate(images: Array64, labels: Array64, step: number, dropouts: number): layers.Pass {
    const [first, second, third, last] = this.#discriminatorLayers.map((linear, k) => [
      linear,
      layers.leakyRelu(SLOPE),
      layers.dropout(0.3, this.seed, FIRST_STREAM + 2 + dropouts + k, step),
    ]);
    const join = layers.joinEmbedding(this.#discriminatorTable, labels);
    return layers.sequence([join, ...first!, ...second!, ...third!, last![0]!])(images);
  }
}
