import type { TuneMode } from "../autograd/tuner.ts";
import type { LoadedDataset } from "../data/load_node.ts";
import type { Device } from "../gpu/device.ts";
import type { GeneratorName } from "../models/generator_names.ts";
import type { LossMode } from "./programs.ts";
import type { Progress } from "./progress.ts";
import type { Rebalancing } from "./rebalance.ts";
import type { DataCut } from "./run_config.ts";
import type { Trace } from "./trace.ts";

/** What every training run is given. */
export interface RunOptions {
  readonly device: Device;
  readonly data: LoadedDataset;
  /** "7/9", "1/2", a decimal, the names "low_unbalanced" (7/9) and "high_unbalanced" (1/2), or "1" for the full set. */
  readonly imbalance: string;
  /** Shortens the data set; all of it unless given. */
  readonly cut?: DataCut | undefined;
  readonly seed: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly epochs: number;
  /** Stops earlier than the epochs say. */
  readonly maxSteps?: number | undefined;
  readonly checkpointEvery: number;
  /** Whether to measure kernels first; "off" unless given. */
  readonly tune?: TuneMode | undefined;
  /** Looks at what every dispatch of every step made, and stops at the first number that is not finite; slow. */
  readonly checkNumerics?: boolean | undefined;
  /** Notes where the time goes. */
  readonly trace?: Trace | undefined;
  /** Writes events for TensorBoard into the run folder. */
  readonly tensorboard?: boolean | undefined;
  /** The run folder. */
  readonly out: string;
  /** Called with the folder once it is open, before training. */
  readonly onOpen?: ((folder: string) => void) | undefined;
  /** Asked after every submit: true stops the run with a checkpoint. */
  readonly stopped: () => boolean;
  readonly progress: Progress;
}

/** A GAN's run. */
export interface GanRunOptions extends RunOptions {
  readonly gan: GeneratorName;
  /** Adam's first beta; the paper's 0.9 unless given. */
  readonly beta1?: number | undefined;
}

/** A classifier's run. */
export interface CnnRunOptions extends RunOptions {
  readonly rebalance: Rebalancing;
  readonly loss: LossMode;
  /** Folder of the GAN's run whose generator rebalances. */
  readonly ganRun?: string | undefined;
}
