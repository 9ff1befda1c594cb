import { existsSync } from "node:fs";
import { join } from "node:path";
import type { z } from "zod";
import { TailgradError } from "../../errors.ts";
import { isFolder } from "../files_node.ts";
import { jsonDifferences } from "../json_differences.ts";
import { type CnnConfig, cnnConfig, type GanConfig, ganConfig } from "../run_config.ts";
import { RunReader } from "../run_folder_node.ts";
import { type CnnRunSummary, cnnRunSummary, type GanRunSummary, ganRunSummary } from "../run_result.ts";
import { readRunWeights } from "../weights_check_node.ts";
import type { GanRun, MatrixRow } from "./matrix.ts";
import type { MatrixFile } from "./matrix_file_node.ts";

/** How far a run is: "damaged" means that its files cannot be read, or are of another run. */
export type RunStatus = "finished" | "interrupted" | "missing" | "failed" | "damaged";

/** One run of the matrix as its folder shows it. */
export interface RunState<Run, Summary> {
  readonly run: Run;
  /** The run folder. */
  readonly path: string;
  readonly status: RunStatus;
  /** Why it failed, or what is damaged. */
  readonly problem?: string;
  /** Only of a finished run. */
  readonly summary?: Summary;
}
export type GanState = RunState<GanRun, GanRunSummary>;
export type RowState = RunState<MatrixRow, CnnRunSummary> & {
  /** The GAN whose images the row trains on. */
  readonly gan?: GanState;
};

/** What config.json of a GAN's run must say, as far as the matrix knows. */
export function ganConfigOf(matrix: MatrixFile, { gan, imbalance, seed }: GanRun): GanConfig {
  const { batchSize, learningRate, beta1 } = matrix.sizes.gan;
  return { kind: "gan", gan, beta1, ...dataOf(matrix), imbalance, batchSize, learningRate, seed };
}

/** What config.json of a classifier's run must say; the generator's checksum is not known before it is trained. */
export function cnnConfigOf(matrix: MatrixFile, { rebalancing, loss, imbalance, seed }: MatrixRow): CnnConfig {
  const { batchSize, learningRate } = matrix.sizes.cnn;
  return { kind: "cnn", rebalance: rebalancing, loss, ...dataOf(matrix), imbalance, batchSize, learningRate, seed };
}

function dataOf({ dataset, datasetSha256, sizes: { cut } }: MatrixFile) {
  return { dataset, datasetSha256, ...(cut ? { cut } : {}) };
}

/** Where a GAN's run leaves its generator. */
export const GENERATOR_WEIGHTS = "generator.safetensors";

/** How far a GAN's run is. */
export function ganState(out: string, matrix: MatrixFile, run: GanRun): GanState {
  return stateOf(out, matrix, run, {
    config: ganConfig,
    wanted: ganConfigOf(matrix, run),
    result: ganRunSummary,
    weights: GENERATOR_WEIGHTS,
  });
}

/** How far a row is; one that has not begun since its GAN failed has failed too. */
export function rowState(out: string, matrix: MatrixFile, row: MatrixRow): RowState {
  const state = stateOf(out, matrix, row, {
    config: cnnConfig,
    wanted: cnnConfigOf(matrix, row),
    result: cnnRunSummary,
    weights: "cnn.safetensors",
  });
  const run = matrix.gans.find(({ key }) => key === row.gan);
  if (!run) return state;
  const gan = ganState(out, matrix, run);
  if (state.status !== "missing" || gan.problem === undefined) return { ...state, gan };
  return { ...state, status: "failed", problem: `${run.key}: ${gan.problem}`, gan };
}

/** All rows of a folder in the matrix's order. Reads only, so that a running reproduction can be looked at. */
export function rowStates(out: string, matrix: MatrixFile): RowState[] {
  return matrix.rows.map((row) => rowState(out, matrix, row));
}

interface Kind<Config, Summary> {
  readonly config: z.core.$ZodType<Config>;
  readonly wanted: Config;
  readonly result: z.core.$ZodType<Summary>;
  readonly weights: string;
}

function stateOf<Run extends GanRun | MatrixRow, Config extends object, Summary extends { steps: number }>(
  out: string,
  { failures }: MatrixFile,
  run: Run,
  kind: Kind<Config, Summary>,
): RunState<Run, Summary> {
  const path = join(out, run.folder);
  const state = { run, path };
  try {
    const failure = failures[run.key];
    const begun = isFolder(path) && existsSync(join(path, "config.json"));
    if (begun) {
      const reader = RunReader.read(path, kind.config);
      const differing = jsonDifferences(known(reader.config, kind.wanted), kind.wanted);
      if (differing.length > 0) {
        const names = differing.map(({ key }) => key).join(", ");
        return { ...state, status: "damaged", problem: `${path}: holds a run with other options: ${names}` };
      }
      const summary = reader.readResult(kind.result);
      if (summary?.steps === run.steps) {
        readRunWeights(join(path, kind.weights));
        return { ...state, status: "finished", summary };
      }
    }
    if (failure !== undefined) return { ...state, status: "failed", problem: failure };
    return { ...state, status: begun ? "interrupted" : "missing" };
  } catch (error) {
    if (!(error instanceof TailgradError)) throw error;
    return { ...state, status: "damaged", problem: error.message };
  }
}

/** The entries of a config that `wanted` has too, and those that could not be known before (the generator's checksum). */
function known(config: object, wanted: object): object {
  return Object.fromEntries(Object.entries(config).filter(([key]) => key in wanted || key === "cut"));
}
