import { readSafetensors, writeSafetensors } from "../data/safetensors.ts";
import { InterruptedError, NumericsError } from "../errors.ts";
import type { Device } from "../gpu/device.ts";
import { readState, writeState } from "../models/state_dict.ts";
import type { BatchTrainer } from "./batch_trainer.ts";
import type { MetricsLine } from "./metrics_log_node.ts";
import type { Progress } from "./progress.ts";
import type { RunFolder } from "./run_folder_node.ts";

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
}

/** Steps that a run asks for: its epochs, or fewer where --max-steps says so. */
export function stepsOf(
  trainer: BatchTrainer,
  { epochs, maxSteps }: { epochs: number; maxSteps?: number | undefined },
): number {
  return Math.min(epochs * trainer.stepsPerEpoch, maxSteps ?? Number.POSITIVE_INFINITY);
}

/** Aim of one submit: long enough to hide its cost, short enough to stop and to report soon. */
const CHUNK_MS = 500;
const MOST_CHUNK = 256;

/**
 * Trains up to `steps`, going on from the run folder's checkpoint if it has one. Writes each step's losses to the metrics
 * and a checkpoint every so often. Throws InterruptedError after a checkpoint when asked to stop, and NumericsError naming
 * the first op that made a non-finite number.
 */
export async function trainInFolder<C>(
  device: Device,
  trainer: BatchTrainer,
  folder: RunFolder<C>,
  options: LoopOptions,
): Promise<void> {
  const { steps, progress, evaluate } = options;
  const saved = folder.readCheckpoint((text) => progress.warn(text));
  if (saved) {
    restore(trainer, saved.bytes, folder.path);
    folder.dropMetricsAfter(trainer.step);
    if (trainer.step < steps) progress.message(`${folder.path}: going on from step ${trainer.step}`);
  } else {
    folder.dropMetricsAfter(-1);
    await save(trainer, folder);
  }
  const evaluateNow = async () => {
    if (!evaluate || hasEvaluation(folder, trainer.step)) return;
    folder.appendMetrics({
      step: trainer.step,
      epoch: trainer.step / trainer.stepsPerEpoch,
      test: await evaluate(trainer.step),
    });
  };
  if (trainer.step === 0) await evaluateNow();
  const announce = () => {
    progress.start(options.label, steps, "steps");
    progress.update(trainer.step);
  };
  announce();
  try {
    let chunk = 1;
    let sinceSave = 0;
    while (trainer.step < steps) {
      if (options.stopped()) {
        await save(trainer, folder);
        throw new InterruptedError(
          `${folder.path}: stopped at step ${trainer.step} of ${steps} with a checkpoint; the same command goes on from it`,
        );
      }
      const began = performance.now();
      const until = options.checkpointEvery - sinceSave;
      const done = trainer.run(Math.min(chunk, until, steps - trainer.step));
      const losses = await trainer.readLog(done);
      await checkFinite(device, trainer, folder, losses, progress);
      folder.appendMetrics(...losses.map((row, i) => line(trainer, trainer.step - done + i + 1, row)));
      const elapsedMs = performance.now() - began;
      chunk = Math.max(1, Math.min(MOST_CHUNK, Math.round((done * CHUNK_MS) / elapsedMs)));
      sinceSave += done;
      progress.update(
        trainer.step,
        trainer.columns.map((name, k) => `${name} ${losses.at(-1)![k]!.toFixed(4)}`).join("  "),
      );
      const epochEnds = trainer.step % trainer.stepsPerEpoch === 0;
      if (sinceSave >= options.checkpointEvery || epochEnds) {
        await save(trainer, folder);
        sinceSave = 0;
      }
      if (epochEnds && evaluate && trainer.step < steps) {
        // An evaluation shows its own progress.
        await evaluateNow();
        announce();
      }
    }
    if (sinceSave > 0) await save(trainer, folder);
  } finally {
    progress.stop();
  }
  await evaluateNow();
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

async function save<C>(trainer: BatchTrainer, folder: RunFolder<C>): Promise<void> {
  const tensors = await readState(trainer.state());
  folder.writeCheckpoint(trainer.step, writeSafetensors(tensors, { step: String(trainer.step) }));
}

function restore(trainer: BatchTrainer, bytes: Uint8Array, file: string): void {
  const { tensors, metadata } = readSafetensors(bytes, `${file}/checkpoint`);
  writeState(trainer.state(), tensors, `${file}/checkpoint`);
  trainer.restore(Number(metadata.step));
}

/** When a loss is not finite: goes back to the checkpoint, repeats up to the step that made it, and looks into it. */
async function checkFinite<C>(
  device: Device,
  trainer: BatchTrainer,
  folder: RunFolder<C>,
  losses: readonly (readonly number[])[],
  progress: Progress,
): Promise<void> {
  const bad = losses.findIndex((row) => !row.every(Number.isFinite));
  if (bad < 0) return;
  const failed = trainer.step - losses.length + bad + 1;
  progress.warn(
    `a loss of step ${failed} is not finite: repeating from the last checkpoint to find the op that made it`,
  );
  const saved = folder.readCheckpoint((text) => progress.warn(text));
  if (saved) {
    restore(trainer, saved.bytes, folder.path);
    // The damage may be older than the first bad loss: look at each step since the checkpoint.
    while (trainer.step < failed) {
      try {
        await trainer.inspectNext();
      } catch (error) {
        if (error instanceof NumericsError) throw new NumericsError(`step ${trainer.step + 1}: ${error.message}`);
        throw error;
      }
    }
  }
  await device.settle();
  throw new NumericsError(`step ${failed}: a loss is not finite, but no single op made it; check the data`);
}
