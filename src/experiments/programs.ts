import { grad } from "../autograd/grad.ts";
import { type BatchSource, gatherImages, gatherLabels } from "../autograd/ops/batch.ts";
import { bceWithLogits } from "../autograd/ops/bce.ts";
import { concat } from "../autograd/ops/concat.ts";
import { crossEntropy } from "../autograd/ops/cross_entropy.ts";
import { full } from "../autograd/ops/elementwise.ts";
import { normal, randomIntegers } from "../autograd/ops/random.ts";
import { detach } from "../autograd/ops/reshape.ts";
import { softmax } from "../autograd/ops/softmax.ts";
import { inScope } from "../autograd/record.ts";
import type { Tensor, Variable } from "../autograd/tensor.ts";
import { Rng } from "../kernels/random/philox.ts";
import { Cnn } from "../models/cnn.ts";
import { Discriminator } from "../models/discriminator.ts";
import type { GeneratorName } from "../models/generator_names.ts";
import { Generator, NOISE_SIZE } from "../models/generators.ts";
import { type Mode, parametersOf, prefixed } from "../models/module.ts";
import { Adam } from "../models/optim.ts";
import { type GpuImages, STREAMS, type TrainingProgram } from "./batch_trainer.ts";

/** Which loss the classifier is trained with: cross-entropy on logits, or the paper's cross-entropy on softmax outputs. */
export type LossMode = "plain" | "paper";

const IMAGE = [1, 28, 28] as const;
const CLASSES = 10;

/** A classifier's loss. "paper" applies softmax twice, as the authors' program does (spec, "Where text and program differ"). */
export function classifierLoss(
  logits: Tensor,
  labels: Tensor,
  mode: LossMode,
  reduction: "mean" | "sum" = "mean",
): Tensor {
  return crossEntropy(mode === "paper" ? softmax(logits) : logits, labels, reduction);
}

/** The images and labels of a step's batch. */
function batchOf(data: GpuImages, source: BatchSource): [images: Tensor, labels: Tensor] {
  return inScope("batch", () => [gatherImages(data.images, source, IMAGE), gatherLabels(data.labels, source)]);
}

/** The CNN's training: Adam 5e-4 on {@link classifierLoss}. Source: the paper, "Training". */
export class CnnProgram implements TrainingProgram {
  readonly columns = ["loss"];
  readonly model: Cnn;
  readonly #adam: Adam;

  constructor(
    seed: number,
    private readonly loss: LossMode,
    learningRate = 5e-4,
  ) {
    this.model = new Cnn(new Rng(seed, STREAMS.model));
    this.#adam = new Adam(parametersOf(this.model), { lr: learningRate });
  }

  record(data: GpuImages, source: BatchSource): readonly Tensor[] {
    const [images, labels] = batchOf(data, source);
    const logits = inScope("cnn", () => this.model.forward(images, { training: true }));
    const loss = inScope("loss", () => classifierLoss(logits, labels, this.loss));
    const gradients = grad(loss, parametersOf(this.model));
    inScope("adam", () => this.#adam.step(gradients));
    return [loss];
  }

  state(): ReadonlyMap<string, Variable> {
    return new Map([...prefixed("cnn", this.model), ...optimizerState("adam", this.#adam)]);
  }
}

/**
 * The CGAN's training, one discriminator and one generator update per step from the same noise and labels: Adam 2e-4 with betas 0.9 and
 * 0.999 unless given, L_D = (BCE(D(x), 1) + BCE(D(G(z)), 0)) / 2, L_G = BCE(D(G(z)), 1). Source: the paper, "Training".
 */
export class GanProgram implements TrainingProgram {
  readonly columns = ["lossD", "lossG"];
  readonly generator: Generator;
  readonly discriminator: Discriminator;
  readonly #adamD: Adam;
  readonly #adamG: Adam;

  constructor(
    name: GeneratorName,
    private readonly seed: number,
    learningRate = 2e-4,
    beta1 = 0.9,
  ) {
    const rng = new Rng(seed, STREAMS.model);
    this.generator = new Generator(name, rng);
    this.discriminator = new Discriminator(rng);
    const adam = { lr: learningRate, betas: [beta1, 0.999] } as const;
    this.#adamD = new Adam(parametersOf(this.discriminator), adam);
    this.#adamG = new Adam(parametersOf(this.generator), adam);
  }

  record(data: GpuImages, source: BatchSource, clock: Variable): readonly Tensor[] {
    const { generator, discriminator, seed } = this;
    const random = { seed, clock };
    const mode: Mode = { training: true, random };
    const [images, labels] = batchOf(data, source);
    const z = inScope("noise", () => normal([source.batchSize, NOISE_SIZE], random));
    const fakeLabels = inScope("noise", () => randomIntegers([source.batchSize], CLASSES, random));
    const fakes = inScope("generator", () => generator.forward(z, fakeLabels, mode));

    // Real and fake images as one batch: the mean over both is half the sum of the two means.
    const [both, bothLabels, truth] = inScope("real and fake", (): [Tensor, Tensor, Tensor] => [
      concat([images, detach(fakes)]),
      concat([labels, fakeLabels]),
      concat([1, 0].map((real) => full([source.batchSize, 1], real))),
    ]);
    const judged = inScope("discriminator", () => discriminator.logits(both, bothLabels, mode));
    const lossD = inScope("lossD", () => bceWithLogits(judged, truth));
    const gradientsD = grad(lossD, parametersOf(discriminator));
    inScope("adamD", () => this.#adamD.step(gradientsD));

    // The generator meets the discriminator just updated.
    const judgedAgain = inScope("discriminator again", () => discriminator.logits(fakes, fakeLabels, mode));
    const lossG = inScope("lossG", () => bceWithLogits(judgedAgain, 1));
    const gradientsG = grad(lossG, parametersOf(generator));
    inScope("adamG", () => this.#adamG.step(gradientsG));
    return [lossD, lossG];
  }

  state(): ReadonlyMap<string, Variable> {
    return new Map([
      ...prefixed("generator", this.generator),
      ...prefixed("discriminator", this.discriminator),
      ...optimizerState("adamD", this.#adamD),
      ...optimizerState("adamG", this.#adamG),
    ]);
  }
}

function optimizerState(prefix: string, optimizer: Adam): [string, Variable][] {
  return [...optimizer.stateDict()].map(([name, variable]) => [`${prefix}.${name}`, variable]);
}
