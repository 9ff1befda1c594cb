import type { ImageDataset } from "../../../data/dataset.ts";
import { parseImbalance } from "../../../data/long_tail.ts";
import { BatchTrainer } from "../../../experiments/batch_trainer.ts";
import { GanProgram } from "../../../experiments/programs.ts";
import { trainingSet } from "../../../experiments/rebalance.ts";
import { Synthesizer } from "../../../experiments/synthesis.ts";
import type { Device } from "../../../gpu/device.ts";
import { GAN_BETA1, LEARNING_RATE, type Settings } from "../../settings.ts";

const CLASSES = 10;
const PER_CLASS = 10;

/** The labels of a grid, class by class: one image of each where a software adapter would need minutes for ten. */
function gridLabels(settings: Settings, { software }: Device["adapter"]): Uint8Array {
  const perClass = software && settings.gan === "dccgan_leaky" ? 1 : PER_CLASS;
  return Uint8Array.from({ length: CLASSES * perClass }, (_, i) => Math.floor(i / perClass));
}

/** The GAN of a run: the same training as `tailgrad train gan`, and its sample grid. */
export class GanStage {
  private constructor(
    readonly program: GanProgram,
    readonly trainer: BatchTrainer,
    private readonly grid: Synthesizer,
    private readonly labels: Uint8Array,
  ) {}

  static async create(device: Device, dataset: ImageDataset, settings: Settings): Promise<GanStage> {
    const { gan, seed, batch, imbalance } = settings;
    const { set } = await trainingSet(dataset, parseImbalance(imbalance), "upsampled", seed);
    const program = new GanProgram(gan, seed, LEARNING_RATE, GAN_BETA1);
    const trainer = await BatchTrainer.create(device, set, program, { batchSize: batch, seed });
    const labels = gridLabels(settings, device.adapter);
    const grid = await Synthesizer.create(device, program.generator, seed, labels.length);
    return new GanStage(program, trainer, grid, labels);
  }

  /** Images of each class by the generator as it is now, class by class; the noise is always the same. */
  sampleGrid(): Promise<Uint8Array<ArrayBuffer>> {
    return this.grid.images(this.labels);
  }

  destroy(): void {
    this.grid.destroy();
    this.trainer.destroy();
  }
}
