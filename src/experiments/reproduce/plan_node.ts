import { join } from "node:path";
import { cutDataset } from "../../data/cut_dataset.ts";
import { classCounts, type ImageDataset } from "../../data/dataset.ts";
import type { LoadedDataset } from "../../data/load_node.ts";
import { UsageError } from "../../errors.ts";
import { datasetSha256 } from "../invocation_node.ts";
import { cnnConfig, ganConfig } from "../run_config.ts";
import { RunFolder } from "../run_folder_node.ts";
import { type Matrix, type MatrixRequest, planMatrix } from "./matrix.ts";
import {
  checkMatrixFolder,
  joinMatrix,
  type MatrixCommand,
  type MatrixFile,
  readMatrixIfThere,
} from "./matrix_file_node.ts";
import { PRESETS, type PresetName, type PresetSizes } from "./presets.ts";
import { cnnConfigOf, ganConfigOf, ganState, rowState } from "./run_states_node.ts";
import { type Task, tasksOf } from "./tasks.ts";

/** What is to be reproduced, on which data. */
export interface ReproductionRequest extends MatrixRequest {
  readonly preset: PresetName;
  /** Instead of the preset's own. */
  readonly sizes?: PresetSizes | undefined;
  readonly data: LoadedDataset;
  readonly out: string;
  readonly command: MatrixCommand;
}

/** A reproduction before anything is trained or written. */
export interface Reproduction {
  /** Joined with what the folder was asked for before. */
  readonly matrix: MatrixFile;
  /** The runs of this request, in the order in which to do them. */
  readonly tasks: readonly Task[];
  /** As the preset cuts it. */
  readonly dataset: ImageDataset;
}

/**
 * Plans the runs of a request and refuses a folder in which they cannot lie. Writes nothing.
 * @throws UsageError if the folder, or that of a run, holds something else
 */
export function planReproduction(request: ReproductionRequest): Reproduction {
  const { preset, sizes = PRESETS[preset], data, out, command } = request;
  const basis = { preset, sizes, dataset: data.dataset.name, datasetSha256: datasetSha256(data) };
  checkMatrixFolder(out, basis);
  const dataset = cutDataset(data.dataset, sizes.cut);
  const testImages = dataset.test.labels.length;
  const counts = classCounts(data.dataset.train.labels, dataset.classes);
  const planned = planMatrix(request, { counts, sizes });
  const fresh = { ...basis, classNames: [...dataset.classNames], testImages };
  const matrix = joinMatrix(readMatrixIfThere(out), fresh, planned, command);
  checkRunFolders(out, matrix, planned);
  return { matrix, tasks: tasksOf(planned, sizes, testImages), dataset };
}

/** Refuses run folders of other options before any work; damaged ones are left to their own run to report. */
function checkRunFolders(out: string, matrix: MatrixFile, { gans, rows }: Matrix): void {
  const check = (check: () => void) => {
    try {
      check();
    } catch (error) {
      if (error instanceof UsageError) throw error;
    }
  };
  for (const run of gans) {
    check(() => RunFolder.check(join(out, run.folder), ganConfig, ganConfigOf(matrix, run)));
  }
  for (const run of rows) {
    check(() => RunFolder.check(join(out, run.folder), cnnConfig, cnnConfigOf(matrix, run)));
  }
}

/** Whether a task needs no work any more. */
export function isFinished(out: string, matrix: MatrixFile, task: Task): boolean {
  const state = task.kind === "gan" ? ganState(out, matrix, task.run) : rowState(out, matrix, task.run);
  return state.status === "finished";
}
