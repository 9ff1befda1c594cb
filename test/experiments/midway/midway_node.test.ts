import { cpSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { decode } from "fast-png";
import { expect, it } from "vitest";
import { SCENE_CLASSES } from "../../../src/data/scenes/objects.ts";
import { InterruptedError, UsageError } from "../../../src/errors.ts";
import { reproduceMidway } from "../../../src/experiments/midway/midway_node.ts";
import type { MidwaySizes } from "../../../src/experiments/midway/presets.ts";
import { midwayStates } from "../../../src/experiments/midway/states_node.ts";
import { SILENT } from "../../../src/experiments/progress.ts";
import { joinMatrix, readMatrix, writeMatrix } from "../../../src/experiments/reproduce/matrix_file_node.ts";
import { PRESETS } from "../../../src/experiments/reproduce/presets.ts";
import { testDevice } from "../../support/device.ts";
import { temporaryFolder } from "../temporary_folder.ts";
import { TINY } from "./tiny.ts";

const FRESH = {
  preset: "smoke" as const,
  sizes: PRESETS.smoke,
  dataset: "garments",
  datasetSha256: "a".repeat(64),
  classNames: ["a"],
  testImages: 1,
};
const COMMAND = { command: "c", version: "0", adapter: "a", software: true };

/** A reproduction's folder without rows of its own. */
function emptyReproduction(): string {
  const out = temporaryFolder();
  writeMatrix(out, joinMatrix(undefined, FRESH, { gans: [], rows: [] }, COMMAND));
  return out;
}

interface Wish {
  readonly sizes?: MidwaySizes;
  readonly stopped?: () => boolean;
}

async function call(out: string, { sizes = TINY, stopped = () => false }: Wish = {}) {
  const opened: string[] = [];
  const device = await testDevice();
  const warned: string[] = [];
  const progress = { ...SILENT, warn: (text: string) => void warned.push(text) };
  const onOpen = (folder: string) => void opened.push(folder);
  const { rows, failures } = await reproduceMidway({ device, out, sizes, seeds: 1, onOpen, stopped, progress });
  return { states: rows, failures, opened, warned };
}

const results = (out: string) => readMatrix(out).midway!.rows;

it("all rows, with their figures in reproduce.json; stopped and gone on with it the same", {
  timeout: 300_000,
}, async () => {
  const whole = emptyReproduction();
  const { states, opened } = await call(whole);
  expect(states.map(({ run, status }) => `${run.row} ${status} ${run.steps}`)).toEqual([
    "balanced finished 8",
    "imbalanced finished 3",
    "undersampled finished 4",
    "oversampled finished 8",
  ]);
  expect(opened).toHaveLength(4);
  for (const [i, row] of results(whole).entries()) {
    const { accuracy, recall, f1, f1Macro, f1Weighted, gMean } = states[i]!.summary!.evaluation;
    expect(row.result).toEqual({ accuracy, recall, f1, f1Macro, f1Weighted, gMean });
    expect(states[i]!.summary!.evaluation.samples).toBe(16);
  }
  const { width, height } = decode(readFileSync(join(whole, "pictures", "midway.png")));
  expect([width, height]).toEqual([6 * 58 - 2, 8 * 58 - 2]);

  const again = await call(whole);
  expect(again.opened).toEqual([]);

  // The other command of the folder keeps the key.
  writeMatrix(whole, joinMatrix(readMatrix(whole), FRESH, { gans: [], rows: [] }, COMMAND));
  expect(midwayStates(whole, readMatrix(whole))).toEqual(again.states);

  const parts = emptyReproduction();
  cpSync(join(whole, "midway", "views"), join(parts, "midway", "views"), { recursive: true });
  const oneDone = () => readMatrix(parts).midway?.rows.some(({ result }) => result !== null) ?? false;
  await expect(call(parts, { stopped: oneDone })).rejects.toThrow(InterruptedError);
  expect(results(parts).filter(({ result }) => result !== null)).toHaveLength(1);
  expect(midwayStates(parts, readMatrix(parts)).map(({ status }) => status)).toEqual([
    "finished",
    "interrupted",
    "missing",
    "missing",
  ]);
  await call(parts);
  expect(results(parts)).toEqual(results(whole));

  const other = call(whole, { sizes: { ...TINY, epochs: 3 } });
  await expect(other).rejects.toThrow("reproduce.json: its midway experiment has another epochs (there 1, now 3)");

  // Views that a NeRF made: a row of their own, and nothing else is trained anew.
  const views = join(whole, "midway", "views");
  for (const name of ["car", "snowman"]) {
    cpSync(join(views, "validation", name), join(views, "generated", name), { recursive: true });
  }
  mkdirSync(join(views, "generated", "bicycle"));
  const filled = await call(whole);
  expect(filled.warned).toEqual([
    `${join(views, "generated")}: "bicycle" is not used, since no class is called so; the classes are ${SCENE_CLASSES.join(", ")}`,
  ]);
  expect(filled.opened).toEqual([join(whole, "midway/runs/generated-seed1")]);
  expect(results(whole).at(-1)).toMatchObject({
    row: "generated",
    trainCounts: { synthetic: [0, 0, 0, 0, 0, 0, 2, 2] },
  });

  // Other pictures than those that a run was trained on.
  cpSync(join(views, "train", "car", "r_000.png"), join(views, "train", "car", "r_001.png"));
  // The row that saw them fails; the other rows of the views are still what they were.
  const { failures, states: after } = await call(whole);
  expect(failures.map(({ key }) => key)).toContain("midway/balanced/seed1");
  expect(failures[0]!.error).toBeInstanceOf(UsageError);
  expect(failures[0]!.error.message).toContain(
    "balanced-seed1: was trained on other pictures than the folder of views holds now; delete this run",
  );
  expect(after).toHaveLength(5);
});
