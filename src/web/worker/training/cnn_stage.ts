import { cutDataset } from "../../../data/cut_dataset.ts";
import type { ImageDataset } from "../../../data/dataset.ts";
import { parseImbalance } from "../../../data/long_tail.ts";
import { BatchTrainer } from "../../../experiments/batch_trainer.ts";
import { type Classifier, type ClassifierForm, type Evaluation, Evaluator } from "../../../experiments/evaluation.ts";
import { CnnProgram, type LossMode } from "../../../experiments/programs.ts";
import { type Rebalancing, type Synthesize, type TrainingSet, trainingSet } from "../../../experiments/rebalance.ts";
import type { Device } from "../../../gpu/device.ts";
import { LEARNING_RATE, LIVE_TEST_PER_CLASS, SOFTWARE_TEST_PER_CLASS } from "../../settings.ts";
import type { Counts } from "./events.ts";

/** Small batches: an evaluation must not hold up the training of a slow adapter for long. */
const FORM: ClassifierForm = { shape: [1, 28, 28], classes: 10, batchSize: 50 };

/** What a classifier is trained on, and how. */
export interface CnnRequest {
  readonly rebalancing: Rebalancing;
  readonly imbalance: string;
  readonly loss: LossMode;
  readonly seed: number;
  readonly batch: number;
  /** Makes the images of a generator; needed where the rebalancing is one. */
  readonly synthesize?: Synthesize | undefined;
}

/** A classifier of a run: the same training as `tailgrad train cnn`, and its measures on the test set. */
export class CnnStage {
  #end: Evaluator | undefined;

  private constructor(
    private readonly device: Device,
    private readonly dataset: ImageDataset,
    readonly request: CnnRequest,
    readonly program: CnnProgram,
    readonly trainer: BatchTrainer,
    private readonly training: TrainingSet,
    private readonly live: Evaluator,
  ) {}

  static async create(device: Device, dataset: ImageDataset, request: CnnRequest): Promise<CnnStage> {
    const { rebalancing, imbalance, loss, seed, batch, synthesize } = request;
    const training = await trainingSet(dataset, parseImbalance(imbalance), rebalancing, seed, {
      ...(synthesize ? { synthesize } : {}),
    });
    const program = new CnnProgram(seed, loss, LEARNING_RATE);
    const trainer = await BatchTrainer.create(device, training.set, program, { batchSize: batch, seed });
    const cut = cutDataset(dataset, { trainPerClass: 1, testPerClass: LIVE_TEST_PER_CLASS });
    const live = await evaluator(device, cut, program.model, loss, training);
    return new CnnStage(device, dataset, request, program, trainer, training, live);
  }

  /** Images per class that it is trained on. */
  get counts(): Counts {
    const { real, synthetic } = this.training;
    return { real, synthetic };
  }

  /** Measured on the first test images of each class. */
  evaluateLive(): Promise<Evaluation> {
    return this.live.run();
  }

  /** Measured at the end: on the whole test set, or on as much as a software adapter does in reasonable time. */
  async evaluateEnd(): Promise<Evaluation> {
    const { device, dataset, program, request, training } = this;
    const cut = { trainPerClass: 1, testPerClass: SOFTWARE_TEST_PER_CLASS };
    const set = device.adapter.software ? cutDataset(dataset, cut) : dataset;
    this.#end ??= await evaluator(device, set, program.model, request.loss, training);
    return this.#end.run();
  }

  destroy(): void {
    this.#end?.destroy();
    this.live.destroy();
    this.trainer.destroy();
  }
}

function evaluator(
  device: Device,
  { test }: ImageDataset,
  model: Classifier,
  loss: LossMode,
  { tailCounts }: TrainingSet,
): Promise<Evaluator> {
  return Evaluator.create(device, test, model, loss, tailCounts, FORM);
}
