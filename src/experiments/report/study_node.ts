import { existsSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { DataError, TailgradError } from "../../errors.ts";
import { isFolder, readFileIfThere, sha256Hex } from "../files_node.ts";
import { readInvocation } from "../invocation_node.ts";
import type { MetricsLine } from "../metrics_lines.ts";
import { midwayStates } from "../midway/states_node.ts";
import { decodePng, readImageGrid } from "../pictures.ts";
import { type MatrixFile, readMatrix } from "../reproduce/matrix_file_node.ts";
import { type GanState, GENERATOR_WEIGHTS, ganState, type RowState, rowState } from "../reproduce/run_states_node.ts";
import { cnnConfig, ganConfig } from "../run_config.ts";
import { RunReader } from "../run_folder_node.ts";
import { readRunWeights } from "../weights_check_node.ts";
import type { MidwayStudy } from "./parts/midway.ts";
import type { Study, StudyGan, StudyRow } from "./study.ts";

/** What the folder itself tells. */
export type StudyFiles = Pick<Study, "matrix" | "rows" | "gans" | "real" | "midway" | "problems">;

/**
 * Reads the folder of a reproduction, whatever its runs' state: what cannot be read is among the problems, and not in the
 * study. Takes no lock and writes nothing.
 *
 * @throws DataError if it holds no reproduction, or its matrix is damaged
 */
export function readStudy(out: string): StudyFiles {
  checkFolder(out);
  const matrix = readMatrix(out);
  const problems: string[] = [];
  const guarded = <T>(what: string, read: () => T): T | undefined => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof TailgradError)) throw error;
      problems.push(`${what}: ${error.message}`);
      return undefined;
    }
  };
  const rows = matrix.rows.map((row) => readRow(rowState(out, matrix, row), guarded));
  const gans = matrix.gans.map((run) => readGan(ganState(out, matrix, run), guarded));
  problems.push(...rows.flatMap(otherWeights));
  const real = guarded("pictures/real.png", () => intact(readFileIfThere(join(out, "pictures", "real.png"))));
  const midway = matrix.midway && readMidway(out, matrix, guarded);
  return { matrix, rows, gans, problems, ...(real ? { real } : {}), ...(midway ? { midway } : {}) };
}

function readMidway(out: string, matrix: MatrixFile, guarded: Guarded): MidwayStudy {
  const sheet = guarded("pictures/midway.png", () => {
    const png = readFileIfThere(join(out, "pictures", "midway.png"));
    if (png) decodePng(png);
    return png;
  });
  const classNames = matrix.midway?.classNames ?? [];
  return { states: midwayStates(out, matrix), classNames, ...(sheet ? { sheet } : {}) };
}

type Guarded = <T>(what: string, read: () => T) => T | undefined;

function checkFolder(out: string): void {
  if (!existsSync(out) || !isFolder(out)) {
    throw new DataError(
      `${out}: no such folder; make it with \`npx tailgrad reproduce --out ${out}\`, or check the path`,
    );
  }
  if (!existsSync(join(out, "reproduce.json")) && existsSync(join(out, "config.json"))) {
    throw new DataError(
      `${out}: holds a single run, not a reproduction; \`npx tailgrad evaluate --run ${out}\` measures a classifier's, ` +
        "or name the folder of a `npx tailgrad reproduce`",
    );
  }
}

function readRow(state: RowState, guarded: Guarded): StudyRow {
  const empty = { ...state, curve: [], step: 0 };
  if (state.status === "missing" || state.status === "damaged" || !isThere(state.path)) return empty;
  const lines = guarded(state.run.key, () => RunReader.read(state.path, cnnConfig).readMetrics());
  const invocation = guarded(state.run.key, () => readInvocation(state.path));
  const row = { ...empty, curve: (lines ?? []).flatMap(testPoint), step: lines?.at(-1)?.step ?? 0 };
  return invocation ? { ...row, invocation } : row;
}

/** Says so where a finished row was trained on images of other weights than its GAN has now. */
function otherWeights({ run, path, status, gan }: RowState): string[] {
  if (status !== "finished" || gan?.status !== "finished") return [];
  const then = RunReader.read(path, cnnConfig).config.generatorSha256;
  const now = sha256Hex(readRunWeights(join(gan.path, GENERATOR_WEIGHTS)));
  if (then === undefined || then === now) return [];
  return [
    `${run.key}: trained on images of other weights than ${gan.run.key} has now (SHA-256 ${then.slice(0, 12)}... then, ` +
      `${now.slice(0, 12)}... now); restore those weights, or take ${path} away and reproduce it again`,
  ];
}

function readGan(state: GanState, guarded: Guarded): StudyGan {
  const empty = { ...state, losses: [], step: 0 };
  if (state.status === "missing" || state.status === "damaged" || !isThere(state.path)) return empty;
  const reader = guarded(state.run.key, () => RunReader.read(state.path, ganConfig));
  const lines = guarded(state.run.key, () => reader?.readMetrics()) ?? [];
  const samples = guarded(state.run.key, () => intact(reader?.readPicture("samples.png")));
  const invocation = guarded(state.run.key, () => readInvocation(state.path));
  return {
    ...empty,
    losses: lines.flatMap((line) => {
      const { step, lossD, lossG } = line;
      return typeof lossD === "number" && typeof lossG === "number" ? [{ step, lossD, lossG }] : [];
    }),
    step: lines.at(-1)?.step ?? 0,
    ...(samples ? { samples } : {}),
    ...(invocation ? { invocation } : {}),
  };
}

/** A grid of 10 images a row that can be read. @throws DataError */
function intact(png: Uint8Array | undefined): Uint8Array | undefined {
  if (png) readImageGrid(png, 10);
  return png;
}

function isThere(path: string): boolean {
  return existsSync(join(path, "config.json"));
}

const testLine = z.object({
  epoch: z.number(),
  test: z.object({ loss: z.number(), accuracy: z.number(), f1Weighted: z.number() }),
});

function testPoint(line: MetricsLine): StudyRow["curve"] {
  const { data } = testLine.safeParse(line);
  if (data === undefined) return [];
  const { loss, accuracy, f1Weighted } = data.test;
  return [{ epoch: data.epoch, loss, accuracy, f1: f1Weighted }];
}
