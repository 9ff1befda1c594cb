import { grad } from "../../autograd/grad.ts";
import { type BatchSource, gatherImages, gatherLabels } from "../../autograd/ops/batch.ts";
import { crossEntropy } from "../../autograd/ops/cross_entropy.ts";
import type { Tensor, Variable } from "../../autograd/tensor.ts";
import { Rng } from "../../kernels/random/philox.ts";
import { MidwayCnn } from "../../models/cnn.ts";
import { parametersOf, prefixed } from "../../models/module.ts";
import { SGD } from "../../models/optim.ts";
import { type GpuImages, STREAMS, type TrainingProgram } from "../batch_trainer.ts";

/** What {@link MidwayProgram} trains with. */
export interface MidwayTraining {
  /** Of the pictures, in pixels. */
  readonly side: number;
  readonly learningRate: number;
  readonly momentum: number;
}

/** The midway report's training: SGD with momentum on the cross-entropy of the logits. */
export class MidwayProgram implements TrainingProgram {
  readonly columns = ["loss"];
  readonly model: MidwayCnn;
  readonly #shape: readonly number[];
  readonly #sgd: SGD;

  constructor(seed: number, { side, learningRate, momentum }: MidwayTraining) {
    this.model = new MidwayCnn(new Rng(seed, STREAMS.model), side);
    this.#shape = [3, side, side];
    this.#sgd = new SGD(parametersOf(this.model), { lr: learningRate, momentum });
  }

  record(data: GpuImages, source: BatchSource): readonly Tensor[] {
    const images = gatherImages(data.images, source, this.#shape);
    const logits = this.model.forward(images, { training: true });
    const loss = crossEntropy(logits, gatherLabels(data.labels, source));
    this.#sgd.step(grad(loss, parametersOf(this.model)));
    return [loss];
  }

  state(): ReadonlyMap<string, Variable> {
    const optimizer = [...this.#sgd.stateDict()].map(([name, variable]) => [`sgd.${name}`, variable] as const);
    return new Map([...prefixed("cnn", this.model), ...optimizer]);
  }
}
