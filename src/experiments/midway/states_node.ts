import { existsSync } from "node:fs";
import { join } from "node:path";
import { TailgradError } from "../../errors.ts";
import { isFolder } from "../files_node.ts";
import type { MatrixFile } from "../reproduce/matrix_file_node.ts";
import type { RunState } from "../reproduce/run_states_node.ts";
import { RunReader } from "../run_folder_node.ts";
import { type CnnRunSummary, cnnRunSummary } from "../run_result.ts";
import { readRunWeights } from "../weights_check_node.ts";
import type { MidwayRow } from "./record.ts";
import { MIDWAY_WEIGHTS, midwayConfig } from "./row_run_node.ts";

/** One row of the midway report's experiment as its run folder shows it. */
export type MidwayState = RunState<MidwayRow, CnnRunSummary>;

/** How far a row is. Reads only. */
export function midwayState(out: string, row: MidwayRow): MidwayState {
  const path = join(out, row.folder);
  const state = { run: row, path };
  try {
    const begun = isFolder(path) && existsSync(join(path, "config.json"));
    if (!begun) return { ...state, status: "missing" };
    const reader = RunReader.read(path, midwayConfig);
    if (reader.config.row !== row.row || reader.config.seed !== row.seed) {
      return { ...state, status: "damaged", problem: `${path}: holds a run of another row or seed` };
    }
    const summary = reader.readResult(cnnRunSummary);
    if (summary?.steps !== row.steps) return { ...state, status: "interrupted" };
    readRunWeights(join(path, MIDWAY_WEIGHTS));
    return { ...state, status: "finished", summary };
  } catch (error) {
    if (!(error instanceof TailgradError)) throw error;
    return { ...state, status: "damaged", problem: error.message };
  }
}

/** All rows of a reproduction's midway experiment, in its order; none if it was not asked for. */
export function midwayStates(out: string, { midway }: MatrixFile): MidwayState[] {
  return (midway?.rows ?? []).map((row) => midwayState(out, row));
}
