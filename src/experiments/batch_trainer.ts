import { compile } from "../autograd/compile.ts";
import type { DispatchRow } from "../autograd/explain.ts";
import { type BatchSource, packBytes } from "../autograd/ops/batch.ts";
import { newClock } from "../autograd/ops/random.ts";
import { advance, logScalars } from "../autograd/ops/state.ts";
import type { DispatchTime } from "../autograd/profile.ts";
import { inScope } from "../autograd/record.ts";
import type { Outputs, Step } from "../autograd/step.ts";
import { type Tensor, Variable } from "../autograd/tensor.ts";
import type { DispatchSpan } from "../autograd/trace.ts";
import type { Tuner } from "../autograd/tuner.ts";
import type { LabelledImages } from "../data/dataset.ts";
import { DataError } from "../errors.ts";
import type { Device } from "../gpu/device.ts";
import { Rng } from "../kernels/random/philox.ts";

/** Host streams of a run's seed; the GPU's ops use streams from 2^16 on. */
export const STREAMS = { model: 1, shuffle: 2, longTail: 3, resample: 4, synthesis: 5, samples: 6 } as const;

/** Losses kept on the GPU before the host must have read them. */
const LOG_CAPACITY = 1024;

/** A labelled set on the GPU as bytes. */
export class GpuImages {
  readonly images: Variable;
  readonly labels: Variable;
  readonly items: number;

  constructor(set: LabelledImages) {
    this.items = set.labels.length;
    const bytes = (data: Uint8Array, name: string) => {
      const words = packBytes(data);
      return new Variable(words, [words.length], { name });
    };
    this.images = bytes(set.images, "images");
    this.labels = bytes(set.labels, "labels");
  }

  destroy(): void {
    this.images.destroy();
    this.labels.destroy();
  }
}

/** One step's dispatches, and when each of them ran. */
export interface TracedStep {
  readonly rows: readonly DispatchRow[];
  readonly spans: readonly DispatchSpan[];
}

/** What a model's training adds to {@link BatchTrainer}. */
export interface TrainingProgram {
  /** Names of the logged scalars, such as ["lossD", "lossG"]. */
  readonly columns: readonly string[];
  /** Records one update from the batch that `source` gives; returns the scalars to log. `clock` counts steps. */
  record(data: GpuImages, source: BatchSource, clock: Variable): readonly Tensor[];
  /** Everything that the update changes, for checkpoints. */
  state(): ReadonlyMap<string, Variable>;
}

/**
 * Trains by replay: every epoch visits all samples once in a fresh order, the last batch of an epoch may be smaller.
 * Order, noise and dropout depend on seed and step alone, so that stopping anywhere and going on gives the same bits.
 */
export class BatchTrainer {
  /** Steps done. */
  step = 0;
  readonly stepsPerEpoch: number;
  readonly columns: readonly string[];
  readonly #clock = newClock(0, "clock");
  readonly #position = newClock(0, "batch position");
  readonly #order: Variable;
  readonly #log: Variable;
  #full: Step<Outputs> | undefined;
  #rest: Step<Outputs> | undefined;
  #orderEpoch = -1;

  private constructor(
    private readonly device: Device,
    private readonly data: GpuImages,
    private readonly program: TrainingProgram,
    batchSize: number,
    private readonly seed: number,
  ) {
    this.stepsPerEpoch = Math.ceil(data.items / batchSize);
    this.columns = program.columns;
    this.#order = new Variable(new Uint32Array(data.items), [data.items], { name: "order" });
    this.#log = new Variable(
      new Float32Array(LOG_CAPACITY * this.columns.length),
      [LOG_CAPACITY, this.columns.length],
      {
        name: "log",
        requiresGrad: false,
      },
    );
  }

  /** Compiles the steps. Throws DataError for an empty set. */
  static async create(
    device: Device,
    set: LabelledImages,
    program: TrainingProgram,
    { batchSize, seed, tuner }: { readonly batchSize: number; readonly seed: number; readonly tuner?: Tuner },
  ): Promise<BatchTrainer> {
    if (set.labels.length === 0) throw new DataError("training needs at least one sample, but the set is empty");
    // Plans and messages then say "generator.layers.0.weight" rather than "weight".
    for (const [name, variable] of program.state()) variable.name = name;
    const data = new GpuImages(set);
    const size = Math.min(batchSize, data.items);
    const trainer = new BatchTrainer(device, data, program, size, seed);
    const rest = data.items % size;
    trainer.#full = await trainer.#compile(size, 0, tuner);
    // The smaller last batch starts where the full ones end, whatever its own size says.
    if (rest > 0) trainer.#rest = await trainer.#compile(rest, (trainer.stepsPerEpoch - 1) * (size - rest), tuner);
    return trainer;
  }

  #compile(batchSize: number, first: number, tuner?: Tuner): Promise<Step<Outputs>> {
    const source: BatchSource = {
      order: this.#order,
      position: this.#position,
      batchSize,
      first,
      items: this.data.items,
    };
    const fn = () => {
      const scalars = this.program.record(this.data, source, this.#clock);
      inScope("log", () => {
        logScalars(this.#log, this.#clock, scalars);
        advance(this.#clock);
        advance(this.#position);
      });
      return {};
    };
    return compile(this.device, fn, tuner ? { tuner } : {});
  }

  /** Completed epochs. */
  get epoch(): number {
    return Math.floor(this.step / this.stepsPerEpoch);
  }

  /** Steps left until the end of the running epoch. */
  get leftInEpoch(): number {
    return this.stepsPerEpoch - (this.step % this.stepsPerEpoch);
  }

  /** Submits up to `count` steps, not beyond the epoch; returns how many. The host may go on at once. */
  run(count: number): number {
    this.#prepareEpoch();
    const done = Math.min(count, this.leftInEpoch, LOG_CAPACITY);
    const hasRest = this.#rest && done === this.leftInEpoch;
    const full = hasRest ? done - 1 : done;
    if (full > 0) this.#full!.run(full);
    if (hasRest) this.#rest!.run(1);
    this.step += done;
    return done;
  }

  /** Runs the next step dispatch by dispatch; throws NumericsError at the first one that makes a non-finite number. */
  async inspectNext(): Promise<void> {
    this.#prepareEpoch();
    const step = this.#rest && this.leftInEpoch === 1 ? this.#rest : this.#full!;
    await step.inspect();
    this.step++;
  }

  /** Runs the next step with each dispatch timed, and says what each of them is. */
  async traceNext(): Promise<TracedStep> {
    this.#prepareEpoch();
    const step = this.#rest && this.leftInEpoch === 1 ? this.#rest : this.#full!;
    const spans = await step.trace();
    this.step++;
    return { rows: step.explain().dispatches, spans };
  }

  /** Logged scalars of the last `count` steps, oldest first. */
  async readLog(count: number): Promise<number[][]> {
    const values = await this.#log.read();
    const width = this.columns.length;
    return Array.from({ length: count }, (_, i) => {
      const row = (this.step - count + i) % LOG_CAPACITY;
      return [...values.subarray(row * width, (row + 1) * width)];
    });
  }

  /** Everything that a checkpoint must hold. */
  state(): Map<string, Variable> {
    return new Map([...this.program.state(), ["clock", this.#clock]]);
  }

  /** Goes on from `step`, after its state was written back. */
  restore(step: number): void {
    this.step = step;
    this.#orderEpoch = -1;
  }

  /** Uploads the running epoch's order, once per epoch and after a restore. */
  #prepareEpoch(): void {
    const { epoch } = this;
    if (this.#orderEpoch === epoch) return;
    const order = Uint32Array.from({ length: this.data.items }, (_, i) => i);
    new Rng(this.seed, STREAMS.shuffle, epoch).shuffle(order);
    this.#order.write(order);
    this.#position.write(Uint32Array.of(this.step % this.stepsPerEpoch, 0));
    this.#orderEpoch = epoch;
  }

  /** The plan of a full batch's step. */
  explain() {
    return this.#full!.explain();
  }

  /** Times its dispatches one by one. The training is of no use afterwards: some of them ran again and again. */
  profile(): Promise<DispatchTime[]> {
    this.#prepareEpoch();
    return this.#full!.profile();
  }

  /** The WGSL of its dispatches, in order. */
  shaders(): string[] {
    return this.#full!.shaders();
  }

  /** The WGSL of each part of its dispatches, as it was before parts were joined. */
  partShaders(): string[][] {
    return this.#full!.partShaders();
  }

  destroy(): void {
    this.#full?.destroy();
    this.#rest?.destroy();
    this.data.destroy();
    for (const variable of [this.#clock, this.#position, this.#order, this.#log]) variable.destroy();
    for (const variable of this.program.state().values()) variable.destroy();
  }
}
