import type { ImageDataset } from "../../../data/dataset.ts";
import { parseImbalance } from "../../../data/long_tail.ts";
import { BatchTrainer } from "../../../experiments/batch_trainer.ts";
import { GanProgram } from "../../../experiments/programs.ts";
import { trainingSet } from "../../../experiments/rebalance.ts";
import { Synthesizer } from "../../../experiments/synthesis.ts";
import type { Device } from "../../../gpu/device.ts";
import { GAN_BETA1, LEARNING_RATE, type Settings } from "../../settings.ts";

const PER_CLASS = 10;
const GRID_LABELS = Uint8Array.from({ length: 10 * PER_CLASS }, (_, i) => Math.floor(i / PER_CLASS));

/** The GAN of a run: the same training as `tailgrad train gan`, and its sample grid. */
export class GanStage {
  private constructor(
    readonly program: GanProgram,
    readonly trainer: BatchTrainer,
    private readonly grid: Synthesizer,
  ) {}

  static async create(device: Device, dataset: ImageDataset, settings: Settings): Promise<GanStage> {
    const { gan, seed, batch, imbalance } = settings;
    const { set } = await trainingSet(dataset, parseImbalance(imbalance), "upsampled", seed);
    const program = new GanProgram(gan, seed, LEARNING_RATE, GAN_BETA1);
    const trainer = await BatchTrainer.create(device, set, program, { batchSize: batch, seed });
    const grid = await Synthesizer.create(device, program.generator, seed, GRID_LABELS.length);
    return new GanStage(program, trainer, grid);
  }

  /** Ten images of each class by the generator as it is now; the noise is always the same. */
  sampleGrid(): Promise<Uint8Array<ArrayBuffer>> {
    return this.grid.images(GRID_LABELS);
  }

  destroy(): void {
    this.grid.destroy();
    this.trainer.destroy();
  }
}
