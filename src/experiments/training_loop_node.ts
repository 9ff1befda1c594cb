import { showValue } from "../data/plain_text.ts";
import { readSafetensors, writeSafetensors } from "../data/safetensors.ts";
import { DataError, InterruptedError, NumericsError } from "../errors.ts";
import type { Device } from "../gpu/device.ts";
import { readState, writeState } from "../models/state_dict.ts";
import type { BatchTrainer } from "./batch_trainer.ts";
import type { MetricsLine } from "./metrics_lines.ts";
import type { GreyImage } from "./pictures.ts";
import type { Progress } from "./progress.ts";
import type { RunFolder } from "./run_folder_node.ts";
import { showLoss } from "./show_loss.ts";
import type { TensorBoardLog } from "./tensorboard_node.ts";
import { type Trace, timed } from "./trace.ts";

/** How far and how carefully to train. */
export interface LoopOptions {
  /** Total steps of the run, counting those done before an interruption. */
  readonly steps: number;
  /** Steps between checkpoints, besides those at the end of an epoch or of the run. */
  readonly checkpointEvery: number;
  /** True once the user asked to stop. */
  readonly stopped: () => boolean;
  readonly progress: Progress;
  readonly label: string;
  /** Called when a run starts, after every epoch and at the end; its figures join the metrics. */
  readonly evaluate?: (step: number) => Promise<Record<string, unknown>>;
  /** Looks at what every dispatch of every step made; slow. */
  readonly checkNumerics?: boolean | undefined;
  /** Notes where the time goes. */
  readonly trace?: Trace | undefined;
  /** Writes all metrics as TensorBoard's events too, and after every epoch and at the end a picture. */
  readonly tensorboard?: boolean | undefined;
  readonly picture?: (step: number) => Promise<{ readonly tag: string; readonly image: GreyImage }>;
}

/** A loss beyond this is a training that has gone astray, though still in numbers. */
const DIVERGED = 1e6;

interface Run<C> {
  readonly device: Device;
  readonly trainer: BatchTrainer;
  readonly folder: RunFolder<C>;
  readonly options: LoopOptions;
  readonly progress: Progress;
  /** Steps done since the start of this process. */
  stepsHere: number;
  warned: boolean;
}

/** Aim of one submit: long enough to hide its cost, short enough to stop and to report soon. */
const CHUNK_MS = 500;
const MOST_CHUNK = 256;

/**
 * Trains up to `steps`, going on from the run folder's checkpoint if it has one. Writes each step's losses to the metrics
 * and a checkpoint every so often. Throws InterruptedError after a checkpoint when asked to stop, and NumericsError naming
 * the first op that made a non-finite number, which the folder keeps too.
 */
export async function trainInFolder<C>(
  device: Device,
  trainer: BatchTrainer,
  folder: RunFolder<C>,
  options: LoopOptions,
): Promise<void> {
  folder.dropFailure();
  try {
    await train(device, trainer, folder, options);
  } catch (error) {
    if (error instanceof NumericsError) folder.writeFailure(error.message);
    throw error;
  }
}

async function train<C>(
  device: Device,
  trainer: BatchTrainer,
  folder: RunFolder<C>,
  options: LoopOptions,
): Promise<void> {
  const { steps, progress, evaluate } = options;
  const run: Run<C> = { device, trainer, folder, options, progress, stepsHere: 0, warned: false };
  const saved = folder.readCheckpoint((text) => progress.warn(text));
  if (saved) {
    restore(trainer, saved.bytes, folder.path);
    folder.dropMetricsAfter(trainer.step);
    const found =
      trainer.step < steps ? `going on from step ${trainer.step}` : `the run has its ${trainer.step} steps already`;
    progress.message(`${folder.path}: ${found}`);
  } else {
    folder.dropMetricsAfter(-1);
    await save(run);
  }
  const board = options.tensorboard ? await openBoard(folder.path) : undefined;
  board?.start(trainer.step);
  const write = (...lines: MetricsLine[]) => {
    folder.appendMetrics(...lines);
    board?.metrics(lines);
  };
  const evaluateNow = async () => {
    const { step } = trainer;
    if (evaluate && !hasEvaluation(folder, step)) {
      const test = await timed(options.trace, "evaluate", () => evaluate(step));
      write({ step, epoch: step / trainer.stepsPerEpoch, test });
    }
    if (board) await drawNow(run, board);
  };
  // The epoch's end too, if a crash came between its checkpoint and its evaluation.
  if (trainer.step % trainer.stepsPerEpoch === 0) await evaluateNow();
  const announce = () => {
    progress.start(options.label, steps, "steps");
    progress.update(trainer.step);
  };
  if (trainer.step < steps) announce();
  try {
    let chunk = 1;
    let sinceSave = 0;
    while (trainer.step < steps) {
      if (options.stopped()) {
        if (sinceSave > 0) await save(run);
        throw new InterruptedError(
          `${folder.path}: stopped at step ${trainer.step} of ${steps} with a checkpoint; the same command goes on from it`,
        );
      }
      const began = performance.now();
      const until = options.checkpointEvery - sinceSave;
      const done = await advance(run, Math.min(chunk, until, steps - trainer.step));
      const losses = await trainer.readLog(done);
      await checkLosses(run, losses);
      write(...losses.map((row, i) => line(trainer, trainer.step - done + i + 1, row)));
      const elapsedMs = performance.now() - began;
      run.stepsHere += done;
      chunk = Math.max(1, Math.min(MOST_CHUNK, Math.round((done * CHUNK_MS) / elapsedMs)));
      sinceSave += done;
      progress.update(
        trainer.step,
        trainer.columns.map((name, k) => `${name} ${showLoss(losses.at(-1)![k]!)}`).join("  "),
      );
      const epochEnds = trainer.step % trainer.stepsPerEpoch === 0;
      if (sinceSave >= options.checkpointEvery || epochEnds) {
        await save(run);
        sinceSave = 0;
      }
      if (epochEnds && (evaluate || board) && trainer.step < steps) {
        // An evaluation shows its own progress.
        await evaluateNow();
        announce();
      }
    }
    if (sinceSave > 0) await save(run);
  } finally {
    progress.stop();
  }
  await evaluateNow();
}

/** Does up to `most` of the next steps, one where each dispatch is looked at; gives how many. */
async function advance<C>({ device, trainer, options, stepsHere }: Run<C>, most: number): Promise<number> {
  const { checkNumerics, trace } = options;
  const next = trainer.step + 1;
  if (checkNumerics) {
    await inspectNext(trainer);
    return 1;
  }
  if (trace?.wants(stepsHere)) {
    await trace.step(`step ${next}`, () => trainer.traceNext());
    return 1;
  }
  return timed(trace, `from step ${next}`, async () => {
    const done = trainer.run(most);
    // A trace wants the time of the work, not of handing it over.
    if (trace) await device.settle();
    return done;
  });
}

/** Does the next step dispatch by dispatch. Throws NumericsError with step and op at the first number that is not finite. */
async function inspectNext(trainer: BatchTrainer): Promise<void> {
  try {
    await trainer.inspectNext();
  } catch (error) {
    if (error instanceof NumericsError) throw new NumericsError(`step ${trainer.step + 1}: ${error.message}`);
    throw error;
  }
}

/** Loaded only where it is asked for: what encodes its records takes longer to load than a command to start. */
async function openBoard(folder: string): Promise<TensorBoardLog> {
  const { TensorBoardLog } = await import("./tensorboard_node.ts");
  return new TensorBoardLog(folder);
}

/** A picture for TensorBoard of how far the model is. */
async function drawNow<C>({ trainer, options }: Run<C>, board: TensorBoardLog): Promise<void> {
  const { picture } = options;
  if (!picture) return;
  const { tag, image } = await timed(options.trace, "picture", () => picture(trainer.step));
  board.picture(tag, trainer.step, image);
}

function line(trainer: BatchTrainer, step: number, row: readonly number[]): MetricsLine {
  return {
    step,
    epoch: step / trainer.stepsPerEpoch,
    ...Object.fromEntries(trainer.columns.map((name, k) => [name, row[k]!])),
  };
}

function hasEvaluation<C>(folder: RunFolder<C>, step: number): boolean {
  return folder.readMetrics().some((entry) => entry.step === step && entry.test !== undefined);
}

/** Writes a checkpoint; never one that holds a number that is not finite, so that there is always a sound one to go on from. */
function save<C>(run: Run<C>): Promise<void> {
  return timed(run.options.trace, "checkpoint", () => saveNow(run));
}

async function saveNow<C>(run: Run<C>): Promise<void> {
  const { trainer, folder } = run;
  const tensors = await readState(trainer.state());
  for (const [name, { data }] of tensors) {
    if (data instanceof Float32Array && !allFinite(data)) await blame(run, name, trainer.step);
  }
  folder.writeCheckpoint(trainer.step, writeSafetensors(tensors, { step: String(trainer.step) }));
}

function allFinite(data: Float32Array): boolean {
  for (let i = 0; i < data.length; i++) if (!Number.isFinite(data[i])) return false;
  return true;
}

function restore(trainer: BatchTrainer, bytes: Uint8Array, file: string): void {
  const { tensors, metadata } = readSafetensors(bytes, `${file}/checkpoint`);
  const step = /^[0-9]{1,15}$/.test(metadata.step ?? "") ? Number(metadata.step) : undefined;
  if (step === undefined) {
    throw new DataError(
      `${file}/checkpoint: its step is ${showValue(metadata.step)}, must be a whole number; restore a copy, or choose another folder`,
    );
  }
  writeState(trainer.state(), tensors, `${file}/checkpoint`);
  trainer.restore(step);
}

/** Stops the run if one of the last losses is not finite. */
async function checkLosses<C>(run: Run<C>, losses: readonly (readonly number[])[]): Promise<void> {
  const { trainer, progress } = run;
  const bad = losses.findIndex((row) => !row.every(Number.isFinite));
  if (bad >= 0) await blame(run, "a loss", trainer.step - losses.length + bad + 1);
  const largest = Math.max(...losses.flat().map(Math.abs));
  if (largest > DIVERGED && !run.warned) {
    run.warned = true;
    progress.warn(`a loss of ${largest.toExponential(1)}: this training diverges; a lower learning rate may help`);
  }
}

/** Goes back to the last checkpoint, repeats up to step `failed`, and throws the name of the op that made `what` bad. */
async function blame<C>({ device, trainer, folder, progress }: Run<C>, what: string, failed: number): Promise<never> {
  progress.warn(
    `${what} is not finite at step ${failed}: repeating from the last checkpoint to find the op that made it`,
  );
  const saved = folder.readCheckpoint((text) => progress.warn(text));
  if (saved) {
    restore(trainer, saved.bytes, folder.path);
    // The damage may be older than what showed it: look at each step since the checkpoint, which was sound.
    while (trainer.step < failed) await inspectNext(trainer);
  }
  await device.settle();
  throw new NumericsError(`step ${failed}: ${what} is not finite, but no single op made it; check the data`);
}
