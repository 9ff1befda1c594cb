import type { ImageDataset } from "../../../data/dataset.ts";
import { longTailCountsOf, parseImbalance, syntheticPlan } from "../../../data/long_tail.ts";
import type { StoredTensor } from "../../../data/safetensors.ts";
import { NumericsError, UsageError } from "../../../errors.ts";
import type { BatchTrainer } from "../../../experiments/batch_trainer.ts";
import { synthesize } from "../../../experiments/synthesis.ts";
import type { Device } from "../../../gpu/device.ts";
import { writeState } from "../../../models/state_dict.ts";
import type { WeightsOrigin } from "../../inside/network.ts";
import { rebalancingOf, type Settings } from "../../settings.ts";
import { Checkpoint, type CheckpointBytes, writeCheckpoint } from "./checkpoint.ts";
import { CnnStage } from "./cnn_stage.ts";
import type { Counts, Phase, TrainingEvent, TrainingState } from "./events.ts";
import { GanStage } from "./gan_stage.ts";
import { Cadence, Pace } from "./pace.ts";
import type { WeightsName } from "./weights.ts";

/** What a run of some steps is given. */
export interface RunRequest {
  /** Stops after so many steps; otherwise at the end of both phases. */
  readonly steps?: number | undefined;
  /** Slow motion: one step at a time, so many milliseconds apart, each with its picture. */
  readonly slowMs?: number | undefined;
  readonly signal: AbortSignal;
  /** Does a piece of work on the GPU while nobody else uses it. */
  turn<R>(work: () => Promise<R>): Promise<R>;
  tell(event: TrainingEvent): void;
  /** Takes a checkpoint to go on from. */
  keep(checkpoint: CheckpointBytes): void;
}

/**
 * A training as the page shows it: the GAN's steps, then the classifier's on the set that the GAN's images fill up. The same steps as
 * `tailgrad train gan` and `tailgrad train cnn`, so the same weights come out on the same adapter.
 */
export class TrainingSession {
  #gan: GanStage | undefined;
  #cnn: CnnStage | undefined;
  #phase: Phase;
  #ganSteps = 0;
  #pace = new Pace();
  #grid = new Cadence(1000);
  #evaluation = new Cadence(2000);
  #checkpoint = new Cadence(10_000);
  #unseen: number[][] = [];
  #atEnd = false;
  /** Weights that were put in from a file, and the step at which. */
  #loaded = new Map<WeightsName, { readonly file: string; readonly step: number }>();

  private constructor(
    private readonly device: Device,
    private readonly dataset: ImageDataset,
    readonly settings: Settings,
  ) {
    this.#phase = settings.fill === "cgan" ? "gan" : "cnn";
  }

  /** Compiles the first phase, or the one that the checkpoint is of. */
  static async create(
    device: Device,
    dataset: ImageDataset,
    settings: Settings,
    saved?: CheckpointBytes,
  ): Promise<TrainingSession> {
    const session = new TrainingSession(device, dataset, settings);
    const checkpoint = saved && new Checkpoint(saved);
    try {
      if (settings.fill === "cgan") session.#gan = await GanStage.create(device, dataset, settings);
      if (checkpoint) {
        session.#phase = checkpoint.place.phase;
        session.#ganSteps = checkpoint.place.ganSteps;
        if (session.#gan) checkpoint.restoreGenerator(session.#gan.program.generator);
      }
      if (session.#phase === "cnn") session.#cnn = await session.#makeCnn();
      checkpoint?.restoreTrainer(session.trainer);
      return session;
    } catch (error) {
      session.destroy();
      throw error;
    }
  }

  /** A network of the training, once it is there. */
  model(name: WeightsName) {
    if (name === "cnn") return this.#cnn?.program.model;
    return this.#gan?.program[name];
  }

  /** Puts a file's weights into a network, which must be there. */
  loadWeights(name: WeightsName, tensors: ReadonlyMap<string, StoredTensor>, file: string): void {
    const model = this.model(name);
    if (!model) throw new UsageError(`${file}: this training has no ${name}; fill up with images of the generator`);
    writeState(model.state(), tensors, file);
    this.#loaded.set(name, { file, step: this.#stepsOf(name) });
  }

  /** Where a network's weights come from. */
  originOf(name: WeightsName): WeightsOrigin {
    const loaded = this.#loaded.get(name);
    return { steps: this.#stepsOf(name) - (loaded?.step ?? 0), file: loaded?.file };
  }

  #stepsOf(name: WeightsName): number {
    if (name !== "cnn") return this.ganSteps;
    return this.#phase === "cnn" ? this.trainer.step : 0;
  }

  get trainer(): BatchTrainer {
    return this.#phase === "gan" ? this.#gan!.trainer : this.#cnn!.trainer;
  }

  get state(): TrainingState {
    const { step } = this.trainer;
    const steps = this.#phase === "gan" ? this.settings.ganSteps : this.settings.cnnSteps;
    return { phase: this.#phase, step, steps, done: this.#phase === "cnn" && step >= steps };
  }

  /** Steps that the GAN was trained for: fewer than the settings say where the classifier was begun early. */
  get ganSteps(): number {
    return this.#phase === "gan" ? this.trainer.step : this.#ganSteps;
  }

  /** Images per class that the classifier gets: known before any image is made. */
  get counts(): Counts {
    if (this.#cnn) return this.#cnn.counts;
    const real = longTailCountsOf(
      this.dataset.train.labels,
      this.dataset.classes,
      parseImbalance(this.settings.imbalance),
    );
    return { real, synthetic: syntheticPlan(real) };
  }

  /** Tells the phase, and the first picture or measures. */
  async introduce({ turn, tell }: Pick<RunRequest, "turn" | "tell">): Promise<void> {
    this.#atEnd = false;
    this.#tellPhase(tell);
    await this.#show(turn, tell, true);
  }

  #tellPhase(tell: (event: TrainingEvent) => void): void {
    const { phase, step, steps } = this.state;
    const { columns, stepsPerEpoch } = this.trainer;
    tell({ kind: "phase", phase, columns, step, steps, counts: this.counts, stepsPerEpoch });
  }

  /** Trains until the request says stop, or to the end. */
  async run(request: RunRequest): Promise<TrainingState> {
    const { signal, turn, tell, keep, slowMs } = request;
    let left = request.steps ?? Number.POSITIVE_INFINITY;
    while (left > 0 && !signal.aborted) {
      const { step, steps, done, phase } = this.state;
      if (done) break;
      if (step >= steps) {
        await this.#show(turn, tell, true);
        await this.toClassifier(request);
        continue;
      }
      const most = Math.min(left, steps - step, slowMs === undefined ? this.#pace.steps : 1);
      left -= await turn(() => this.#slice(most, tell));
      await this.#show(turn, tell, slowMs !== undefined);
      if (slowMs === undefined) {
        await this.#checkpoint.whenDue(() => this.#save(turn, keep));
      } else await pause(slowMs, signal);
      if (phase === "cnn" && this.state.done) await this.#finish(turn, tell);
    }
    this.#tellSteps(tell);
    await this.#show(turn, tell, true);
    await this.#save(turn, keep);
    return this.state;
  }

  /** Ends the GAN's phase, whatever its step, and makes the classifier's training set. */
  async toClassifier({ turn, tell }: Pick<RunRequest, "turn" | "tell">): Promise<void> {
    if (this.#phase === "cnn") return;
    this.#tellSteps(tell);
    this.#cnn ??= await turn(() => this.#makeCnn());
    this.#ganSteps = this.ganSteps;
    this.#phase = "cnn";
    this.#pace = new Pace();
    await this.introduce({ turn, tell });
  }

  #makeCnn(): Promise<CnnStage> {
    const { loss, seed, batch, imbalance } = this.settings;
    const generator = this.#gan?.program.generator;
    return CnnStage.create(this.device, this.dataset, {
      rebalancing: rebalancingOf(this.settings),
      imbalance,
      loss,
      seed,
      batch,
      synthesize: generator && ((labels) => synthesize(this.device, generator, labels, seed)),
    });
  }

  async #slice(most: number, tell: (event: TrainingEvent) => void): Promise<number> {
    const { trainer } = this;
    const first = trainer.step === 0;
    const began = performance.now();
    const done = trainer.run(most);
    const losses = await trainer.readLog(done);
    this.#pace.took(done, performance.now() - began, first);
    const bad = losses.findIndex((row) => !row.every(Number.isFinite));
    if (bad >= 0) {
      const step = trainer.step - done + bad + 1;
      throw new NumericsError(`step ${step}: a loss is not finite; reset and take another seed or batch size`);
    }
    this.#unseen.push(...losses);
    this.#tellSteps(tell);
    return done;
  }

  #tellSteps(tell: (event: TrainingEvent) => void): void {
    if (this.#unseen.length === 0) return;
    tell({
      kind: "steps",
      step: this.trainer.step,
      losses: this.#unseen,
      stepsPerSecond: this.#pace.perSecond,
      bytesAlive: this.device.stats.bytesAlive,
    });
    this.#unseen = [];
  }

  /** The grid in the GAN's phase, measures in the classifier's: when due, or now. */
  async #show(turn: RunRequest["turn"], tell: RunRequest["tell"], now: boolean): Promise<void> {
    const cadence = this.#phase === "gan" ? this.#grid : this.#evaluation;
    const work = () => turn(() => (this.#phase === "gan" ? this.#tellGrid(tell) : this.#tellEvaluation(tell)));
    await (now ? cadence.now(work) : cadence.whenDue(work));
  }

  async #tellGrid(tell: RunRequest["tell"]): Promise<void> {
    tell({ kind: "grid", step: this.trainer.step, images: await this.#gan!.sampleGrid() });
  }

  async #tellEvaluation(tell: RunRequest["tell"]): Promise<void> {
    if (this.#atEnd) return;
    tell({ kind: "evaluation", step: this.trainer.step, evaluation: await this.#cnn!.evaluateLive(), atEnd: false });
  }

  async #finish(turn: RunRequest["turn"], tell: RunRequest["tell"]): Promise<void> {
    await turn(async () => {
      tell({ kind: "evaluation", step: this.trainer.step, evaluation: await this.#cnn!.evaluateEnd(), atEnd: true });
    });
    this.#atEnd = true;
  }

  #save(turn: RunRequest["turn"], keep: RunRequest["keep"]): Promise<void> {
    const { phase, step } = this.state;
    const place = { phase, step, ganSteps: this.ganSteps };
    return turn(async () => keep(await writeCheckpoint(place, this.trainer, this.#gan?.program.generator)));
  }

  destroy(): void {
    this.#gan?.destroy();
    this.#cnn?.destroy();
  }
}

/** Waits, or less long when the signal aborts. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener("abort", end);
  });
}
