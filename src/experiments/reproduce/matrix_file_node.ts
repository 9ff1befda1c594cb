import { readdirSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { showValue } from "../../data/plain_text.ts";
import { DataError, UsageError } from "../../errors.ts";
import { GENERATOR_NAMES } from "../../models/generator_names.ts";
import { attempt, isFolder, isTemporaryName, writeFileAtomic } from "../files_node.ts";
import { jsonDifferences } from "../json_differences.ts";
import { jsonText, readJsonFile } from "../json_file_node.ts";
import { midwayRecord } from "../midway/record.ts";
import { REBALANCINGS } from "../rebalance.ts";
import { plainText } from "../run_config.ts";
import { isLockName } from "../run_lock_node.ts";
import type { GanRun, Matrix, MatrixRow } from "./matrix.ts";
import { PRESET_NAMES, presetSizes } from "./presets.ts";
import { settingPlace } from "./settings.ts";

const matrixName = "reproduce.json";
/** Thousands of rows. */
const MOST_MATRIX_BYTES = 16 * 2 ** 20;

const key = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/);
const folder = z.string().regex(/^runs\/[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/, "must be a folder under runs/");
const common = {
  key,
  folder,
  setting: plainText,
  imbalance: plainText,
  seed: z.int().min(0),
  steps: z.int().min(1),
  epochs: z.int().min(1),
};
const ganRun = z.strictObject({ ...common, gan: z.enum(GENERATOR_NAMES) });
const matrixRow = z.strictObject({
  ...common,
  id: plainText,
  experiments: z.array(z.union([z.literal(1), z.literal(2), z.literal(3)])),
  rebalancing: z.enum(REBALANCINGS),
  loss: z.enum(["plain", "paper"]),
  gan: key.nullable(),
});

/** What a folder's rows have in common: with anything else there, the rows could not be compared. */
const matrixBasis = z.strictObject({
  preset: z.enum(PRESET_NAMES),
  sizes: presetSizes,
  dataset: plainText,
  datasetSha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export type MatrixBasis = z.infer<typeof matrixBasis>;

const matrixCommand = z.strictObject({
  command: plainText,
  version: plainText,
  adapter: plainText,
  software: z.boolean(),
});
/** How the program was called, and on what it ran. */
export type MatrixCommand = z.infer<typeof matrixCommand>;

const matrixFile = z.strictObject({
  format: z.literal(1),
  ...matrixBasis.shape,
  classNames: z.array(plainText).max(256),
  testImages: z.int().min(1),
  /** Each once, oldest first. */
  commands: z.array(matrixCommand),
  gans: z.array(ganRun),
  rows: z.array(matrixRow),
  /** Why runs failed at their last try, by key. */
  failures: z.record(key, plainText),
  /** The midway report's experiment, where it was asked for. */
  midway: midwayRecord.optional(),
});
/** reproduce.json: what a folder was asked to hold so far. What is done of it is told by the run folders alone. */
export type MatrixFile = z.infer<typeof matrixFile>;

/** The matrix of a folder, or undefined if there is none. @throws DataError if it is damaged */
export function readMatrixIfThere(out: string): MatrixFile | undefined {
  const matrix = readJsonFile(join(out, matrixName), matrixFile, MOST_MATRIX_BYTES);
  if (matrix === undefined) return undefined;
  const gans = new Set(matrix.gans.map((run) => run.key));
  const lost = matrix.rows.find((row) => row.gan !== null && !gans.has(row.gan));
  if (lost === undefined) return matrix;
  throw new DataError(
    `${join(out, matrixName)}: row ${showValue(lost.id)} needs ${lost.gan}, which is not there: damaged; restore it`,
  );
}

/** The matrix of a folder. @throws DataError if it holds none, or a damaged one */
export function readMatrix(out: string): MatrixFile {
  const matrix = readMatrixIfThere(out);
  if (matrix) return matrix;
  const wayOut =
    strangeName(out) === undefined
      ? `run \`npx tailgrad reproduce --out ${out}\`, or check the path`
      : "check the path, restore that file, or make a reproduction in a new folder with `npx tailgrad reproduce --out NEW`";
  throw new DataError(`${out}: no reproduction here (${matrixName} is missing); ${wayOut}`);
}

/** A name in a folder that no reproduction begins with; one that has such takes no new reproduction. */
function strangeName(out: string): string | undefined {
  if (!isFolder(out)) return undefined;
  const names = attempt("list", out, () => readdirSync(out));
  return names.find((name) => !isTemporaryName(name) && !isLockName(name));
}

/** Writes the matrix; the folder must be there and locked. */
export function writeMatrix(out: string, matrix: MatrixFile): void {
  writeFileAtomic(join(out, matrixName), jsonText(matrix));
}

/**
 * Refuses a folder that holds something else than a reproduction of this basis, as far as that is known. Writes nothing.
 * @throws UsageError naming what differs
 */
export function checkMatrixFolder(out: string, wanted: Partial<MatrixBasis>): void {
  if (!isFolder(out)) return;
  const stored = readMatrixIfThere(out);
  if (stored === undefined) {
    const strange = strangeName(out);
    if (strange === undefined) return;
    throw new UsageError(
      `${out}: not a reproduction, it has no ${matrixName} but ${showValue(strange)}; choose an empty or a new folder`,
    );
  }
  const known = Object.fromEntries(Object.entries(stored).filter(([key]) => key in wanted));
  const differing = jsonDifferences(known, wanted);
  if (differing.length === 0) return;
  const show = (value: unknown) => (value === undefined ? "nothing" : showValue(value, 60));
  const list = differing.map(({ key, a, b }) => `${key} (there ${show(a)}, now ${show(b)})`).join(", ");
  throw new UsageError(
    `${out}: holds a reproduction with other options: ${list}; go on with the same options, or choose another --out`,
  );
}

/** `planned` joined to what the folder was asked for before; runs that it plans anew have their new steps. */
export function joinMatrix(
  stored: MatrixFile | undefined,
  fresh: Omit<MatrixFile, "format" | "commands" | "gans" | "rows" | "failures" | "midway">,
  planned: Matrix,
  command: MatrixCommand,
): MatrixFile {
  const same = (other: MatrixCommand) => jsonDifferences(other, command).length === 0;
  const joined = <T extends { readonly key: string }>(old: readonly T[], now: readonly T[]) => [
    ...new Map([...old, ...now].map((run) => [run.key, run])).values(),
  ];
  return matrixFile.parse({
    format: 1,
    ...fresh,
    commands: [...(stored?.commands.filter((other) => !same(other)) ?? []), command],
    gans: joined<GanRun>(stored?.gans ?? [], planned.gans).sort(byGan),
    rows: joined<MatrixRow>(stored?.rows ?? [], planned.rows).sort(byRow),
    failures: stored?.failures ?? {},
    ...(stored?.midway ? { midway: stored.midway } : {}),
  });
}

/** Table 1's order, then the loss, then the seed: the same whatever the order of the commands. */
function byRow(a: MatrixRow, b: MatrixRow): number {
  const rebalancing = REBALANCINGS.indexOf(a.rebalancing) - REBALANCINGS.indexOf(b.rebalancing);
  // "plain" before "paper".
  return bySetting(a, b) || rebalancing || compareText(b.loss, a.loss) || a.seed - b.seed;
}

function byGan(a: GanRun, b: GanRun): number {
  return bySetting(a, b) || REBALANCINGS.indexOf(a.gan) - REBALANCINGS.indexOf(b.gan) || a.seed - b.seed;
}

function bySetting(a: { setting: string }, b: { setting: string }): number {
  return settingPlace(a.setting) - settingPlace(b.setting) || compareText(a.setting, b.setting);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
