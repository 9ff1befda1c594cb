import { compile } from "../autograd/compile.ts";
import { argmax } from "../autograd/ops/argmax.ts";
import { type BatchSource, gatherImages, gatherLabels } from "../autograd/ops/batch.ts";
import { confusionCounts } from "../autograd/ops/confusion_counts.ts";
import { newClock } from "../autograd/ops/random.ts";
import { advance, assignAdd } from "../autograd/ops/state.ts";
import { noGrad } from "../autograd/record.ts";
import type { Step } from "../autograd/step.ts";
import { type Tensor, Variable } from "../autograd/tensor.ts";
import type { LabelledImages } from "../data/dataset.ts";
import type { Device } from "../gpu/device.ts";
import { INFERENCE, type Mode } from "../models/module.ts";
import { GpuImages } from "./batch_trainer.ts";
import { type ClassMetrics, classMetrics, confusionRows } from "./metrics.ts";
import { classifierLoss, type LossMode } from "./programs.ts";

/** Batches per submit: short enough to show progress on a slow adapter. */
const BATCHES_PER_SUBMIT = 4;

/** Makes logits of images. */
export interface Classifier {
  forward(images: Tensor, mode: Mode): Tensor;
}

/** What a classifier takes and gives. */
export interface ClassifierForm {
  /** Of one image, such as [1, 28, 28]. */
  readonly shape: readonly number[];
  readonly classes: number;
  /** Images to classify at once. */
  readonly batchSize: number;
}

const PAPER_CNN: ClassifierForm = { shape: [1, 28, 28], classes: 10, batchSize: 250 };

/** A classifier's figures on a set. */
export interface Evaluation extends ClassMetrics {
  /** Mean loss, of the kind that the classifier was trained with. */
  readonly loss: number;
  /** Counts [true][predicted]. */
  readonly confusion: number[][];
  readonly samples: number;
}

/** Measures a classifier on a set that stays on the GPU; compiled once, run as often as wanted. */
export class Evaluator {
  readonly #data: GpuImages;
  readonly #position = newClock(0, "batch position");
  readonly #order: Variable;
  readonly #confusion: Variable;
  readonly #lossSum = new Variable(new Float32Array(1), [], { name: "loss sum", requiresGrad: false });
  readonly #parts: { readonly step: Step; readonly batches: number; readonly batchSize: number }[] = [];

  private constructor(
    private readonly device: Device,
    set: LabelledImages,
    /** Training images per class, to sort the classes into head, middle and tail. */
    private readonly trainCounts: readonly number[] | undefined,
    private readonly form: ClassifierForm,
  ) {
    const { classes } = form;
    this.#confusion = new Variable(new Uint32Array(classes * classes), [classes, classes], { name: "confusion" });
    this.#data = new GpuImages(set);
    const order = Uint32Array.from({ length: this.#data.items }, (_, i) => i);
    this.#order = new Variable(order, [order.length], { name: "order" });
  }

  static async create(
    device: Device,
    set: LabelledImages,
    model: Classifier,
    loss: LossMode,
    trainCounts?: readonly number[],
    form = PAPER_CNN,
  ): Promise<Evaluator> {
    const evaluator = new Evaluator(device, set, trainCounts, form);
    const { items } = evaluator.#data;
    const { batchSize } = form;
    const batches = Math.floor(items / batchSize);
    const rest = items % batchSize;
    if (batches > 0) await evaluator.#add(model, loss, batchSize, 0, batches);
    // The smaller last batch has number `batches`, so its own place in the order is first + batches * rest.
    if (rest > 0) await evaluator.#add(model, loss, rest, batches * (batchSize - rest), 1);
    return evaluator;
  }

  async #add(model: Classifier, loss: LossMode, batchSize: number, first: number, batches: number): Promise<void> {
    const source: BatchSource = {
      order: this.#order,
      position: this.#position,
      batchSize,
      first,
      items: this.#data.items,
    };
    const step = await compile(this.device, () =>
      noGrad(() => {
        const images = gatherImages(this.#data.images, source, this.form.shape);
        const labels = gatherLabels(this.#data.labels, source);
        const logits = model.forward(images, INFERENCE);
        assignAdd(this.#lossSum, classifierLoss(logits, labels, loss, "sum"));
        confusionCounts(this.#confusion, labels, argmax(logits, 1));
        advance(this.#position);
        return {};
      }),
    );
    this.#parts.push({ step, batches, batchSize });
  }

  /** Images in the set. */
  get samples(): number {
    return this.#data.items;
  }

  /** Runs over the whole set with the model's present weights; `onProgress` gets the number of images done. */
  async run(onProgress: (done: number) => void = () => {}): Promise<Evaluation> {
    this.#position.write(new Uint32Array(2));
    this.#confusion.write(new Uint32Array(this.form.classes ** 2));
    this.#lossSum.write(new Float32Array(1));
    let done = 0;
    for (const { step, batches, batchSize } of this.#parts) {
      for (let left = batches; left > 0; left -= BATCHES_PER_SUBMIT) {
        const count = Math.min(left, BATCHES_PER_SUBMIT);
        step.run(count);
        await this.device.settle();
        done += count * batchSize;
        onProgress(done);
      }
    }
    const [lossSum] = await this.#lossSum.read();
    const confusion = confusionRows(await this.#confusion.read(), this.form.classes);
    const samples = this.#data.items;
    return { ...classMetrics(confusion, this.trainCounts), loss: lossSum! / Math.max(1, samples), confusion, samples };
  }

  destroy(): void {
    for (const { step } of this.#parts) step.destroy();
    this.#data.destroy();
    for (const variable of [this.#position, this.#order, this.#confusion, this.#lossSum]) variable.destroy();
  }
}
