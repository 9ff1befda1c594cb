import { join } from "node:path";
import type { TuneMode } from "../../autograd/tuner.ts";
import { type ImageDataset, indicesByClass } from "../../data/dataset.ts";
import type { LoadedDataset } from "../../data/load_node.ts";
import { shortLine } from "../../data/plain_text.ts";
import { DataError, InterruptedError, TailgradError } from "../../errors.ts";
import type { Device } from "../../gpu/device.ts";
import { trainCnn } from "../cnn_run_node.ts";
import { isDiskFull, makeFolder, writeFileAtomic } from "../files_node.ts";
import { trainGan } from "../gan_run_node.ts";
import { encodeGreyPng, imageGrid } from "../pictures.ts";
import type { Progress } from "../progress.ts";
import { showSeconds } from "../report/numbers.ts";
import { type MatrixFile, writeMatrix } from "./matrix_file_node.ts";
import { MatrixProgress } from "./matrix_progress.ts";
import { isFinished, type Reproduction } from "./plan_node.ts";
import { ganState, type RowState, rowState } from "./run_states_node.ts";
import { runTasks } from "./run_tasks.ts";
import type { Task } from "./tasks.ts";

/** How the runs are done. */
export interface ReproduceOptions {
  readonly out: string;
  /** Runs at the same time; each but one alone needs a process of its own. */
  readonly jobs: number;
  /** Does one run; see {@link trainTask}. */
  readonly train: (task: Task, progress: Progress) => Promise<void>;
  readonly stopped: () => boolean;
  readonly progress: Progress;
  /** Whether progress may draw a bar. */
  readonly bar: boolean;
}

/** What a reproduction ends with. */
export interface Reproduced {
  /** The rows of the request, in Table 1's order. */
  readonly rows: readonly RowState[];
  readonly failures: readonly { readonly key: string; readonly error: TailgradError }[];
  /** Runs done by this call, and all of the request. */
  readonly trained: number;
  readonly runs: number;
}

/**
 * Does the runs of a reproduction that are not finished, and keeps reproduce.json, in a folder that the caller has
 * locked. Throws InterruptedError when stopped; then the same call goes on. The first run that fails for want of space
 * stops all.
 */
export async function reproduce(
  { matrix, tasks, dataset }: Reproduction,
  options: ReproduceOptions,
): Promise<Reproduced> {
  const { out, jobs, stopped } = options;
  makeFolder(out);
  const progress = new MatrixProgress(options.progress, tasks, options.bar);
  const failures: { key: string; error: TailgradError }[] = [];
  try {
    writeMatrix(out, matrix);
    writeRealImages(out, dataset);
    const open = tasks.filter((task) => !isFinished(out, matrix, task));
    for (const task of tasks) if (!open.includes(task)) progress.skip(task);
    progress.start();
    const train = async (task: Task) => {
      const began = performance.now();
      await options.train(task, progress.of(task));
      noteFailure(out, matrix, task, undefined);
      progress.end(task, `${figuresOf(out, matrix, task)}, ${showSeconds((performance.now() - began) / 1000)}`);
    };
    const failed = (task: Task, error: TailgradError) => {
      failures.push({ key: task.run.key, error });
      try {
        noteFailure(out, matrix, task, error);
      } catch (second) {
        // Without space there may be none for the note either.
        if (!(second instanceof TailgradError) || !isDiskFull(second)) throw second;
      }
      options.progress.warn(`${task.run.key} failed: ${error.message}`);
      progress.end(task, "failed");
    };
    // All other runs would fail as that one did, after all their work.
    const outOfSpace = () => failures.find(({ error }) => isDiskFull(error));
    try {
      await runTasks(open, { jobs, stopped: () => stopped() || outOfSpace() !== undefined, train, failed });
    } catch (error) {
      if (!(error instanceof InterruptedError)) throw error;
      const done = tasks.filter((task) => isFinished(out, matrix, task)).length;
      const ended = `${out}: stopped with ${done} of ${tasks.length} runs finished`;
      const cause = outOfSpace();
      if (cause) throw new DataError(`${ended}, since ${cause.key} failed: ${cause.error.message}`);
      throw new InterruptedError(`${ended}; the same command goes on from there`);
    }
    return {
      rows: requestedRows(out, matrix, tasks),
      failures,
      trained: open.length - failures.length,
      runs: tasks.length,
    };
  } finally {
    progress.stop();
  }
}

/** The states of a request's rows, in Table 1's order. */
export function requestedRows(out: string, matrix: MatrixFile, tasks: readonly Task[]): RowState[] {
  const asked = new Set(tasks.map(({ run }) => run.key));
  return matrix.rows.filter(({ key }) => asked.has(key)).map((row) => rowState(out, matrix, row));
}

/** What {@link trainTask} needs besides the run. */
export interface TaskSite {
  readonly device: Device;
  readonly data: LoadedDataset;
  readonly out: string;
  readonly matrix: MatrixFile;
  readonly tune: TuneMode;
  readonly onOpen: (folder: string) => void;
  readonly stopped: () => boolean;
}

/** Trains one run in this process, going on with it if it was begun. */
export async function trainTask(task: Task, site: TaskSite, progress: Progress): Promise<void> {
  const { device, data, matrix, tune, onOpen, stopped } = site;
  const { cut, gan, cnn } = matrix.sizes;
  const { imbalance, seed, epochs, folder } = task.run;
  const out = join(site.out, folder);
  const common = {
    device,
    data,
    imbalance,
    cut,
    seed,
    epochs,
    checkpointEvery: 100,
    tune,
    out,
    onOpen,
    stopped,
    progress,
  };
  if (task.kind === "gan") {
    await trainGan({ ...common, ...gan, epochs, gan: task.run.gan });
    return;
  }
  const { rebalancing, loss } = task.run;
  const generator = matrix.gans.find(({ key }) => key === task.run.gan);
  const ganRun = generator && join(site.out, generator.folder);
  await trainCnn({ ...common, ...cnn, epochs, rebalance: rebalancing, loss, ganRun });
}

/** Keeps in reproduce.json why a run failed, until a later try ends well. */
function noteFailure(out: string, matrix: MatrixFile, { run }: Task, error: TailgradError | undefined): void {
  const { failures } = matrix;
  if (error === undefined && failures[run.key] === undefined) return;
  if (error === undefined) delete failures[run.key];
  else failures[run.key] = shortLine(error.message);
  writeMatrix(out, matrix);
}

/** What a finished run is worth a line for. */
function figuresOf(out: string, matrix: MatrixFile, task: Task): string {
  if (task.kind === "gan") {
    const summary = ganState(out, matrix, task.run).summary;
    return summary ? `losses ${summary.lossD.toFixed(3)} and ${summary.lossG.toFixed(3)}` : "no result";
  }
  const evaluation = rowState(out, matrix, task.run).summary?.evaluation;
  if (!evaluation) return "no result";
  return `accuracy ${evaluation.accuracy.toFixed(3)}, F1 ${evaluation.f1Weighted.toFixed(3)}`;
}

/** pictures/real.png: ten training images of each class, a row per class, to hold the generators' beside. */
function writeRealImages(out: string, { train, classes, height, width }: ImageDataset): void {
  const columns = 10;
  const pixels = height * width;
  const images = new Uint8Array(classes * columns * pixels);
  for (const [c, own] of indicesByClass(train.labels, classes).entries()) {
    for (let i = 0; i < Math.min(columns, own.length); i++) {
      images.set(train.images.subarray(own[i]! * pixels, (own[i]! + 1) * pixels), (c * columns + i) * pixels);
    }
  }
  makeFolder(join(out, "pictures"));
  writeFileAtomic(join(out, "pictures", "real.png"), encodeGreyPng(imageGrid(images, { columns, height, width })));
}
