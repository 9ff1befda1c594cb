import { join } from "node:path";
import { indicesByClass } from "../../data/dataset.ts";
import { shortLine, showValue } from "../../data/plain_text.ts";
import { SCENE_CLASSES } from "../../data/scenes/objects.ts";
import { DeviceLostError, InterruptedError, TailgradError, UsageError } from "../../errors.ts";
import type { Device } from "../../gpu/device.ts";
import { isDiskFull, makeFolder, writeFileAtomic } from "../files_node.ts";
import { jsonDifferences } from "../json_differences.ts";
import type { Progress } from "../progress.ts";
import { showSeconds } from "../report/numbers.ts";
import { readMatrix, writeMatrix } from "../reproduce/matrix_file_node.ts";
import type { CnnRunSummary } from "../run_result.ts";
import { contactSheet } from "./contact_sheet.ts";
import type { MidwaySizes } from "./presets.ts";
import type { MidwayRecord, MidwayRow } from "./record.ts";
import { trainMidwayRow } from "./row_run_node.ts";
import { type MidwayState, midwayState } from "./states_node.ts";
import { MIDWAY_ROWS, type MidwayViews, midwayTrainingSet } from "./training_set.ts";
import { encodeRgbPng, hasSplit, loadViews, renderViews, strangeClasses } from "./views_node.ts";

/** The rows asked for, and why some of them failed. */
export interface MidwayReproduced {
  readonly rows: readonly MidwayState[];
  readonly failures: readonly { readonly key: string; readonly error: TailgradError }[];
}

/** Views of each class on the contact sheet. */
const SHEET_COLUMNS = 6;

export interface MidwayOptions {
  readonly device: Device;
  /** The folder of a reproduction. */
  readonly out: string;
  readonly sizes: MidwaySizes;
  readonly seeds: number;
  readonly onOpen: (folder: string) => void;
  readonly stopped: () => boolean;
  readonly progress: Progress;
}

/** Where a reproduction keeps its views. */
export function viewsFolder(out: string): string {
  return join(out, "midway", "views");
}

/**
 * The midway report's experiment: renders the views, trains every row that is not finished, and keeps the figures under
 * `midway` in reproduce.json; the caller has locked the folder. A row that fails is told and the others go on, unless it is for
 * want of space. Throws InterruptedError when stopped; then the same call
 * goes on.
 */
export async function reproduceMidway(options: MidwayOptions): Promise<MidwayReproduced> {
  const { device, out, sizes, progress } = options;
  makeFolder(out);
  try {
    checkSizes(readMatrix(out).midway, sizes);
    await renderViews(device, viewsFolder(out), sizes, options);
    const views = readViews(out, sizes, progress);
    writeSheet(out, views, sizes);
    const planned = plannedRows(views, options);
    const stored = readMatrix(out).midway?.rows ?? [];
    const rows = [...new Map([...stored, ...planned].map((row) => [row.id, row])).values()];
    const record: MidwayRecord = {
      sizes,
      classNames: [...SCENE_CLASSES],
      validationViews: views.validation.labels.length,
      rows: rows.sort(byRow).map((row) => ({ ...row, result: resultOf(midwayState(out, row).summary) })),
    };
    keep(out, record);
    const failures: { key: string; error: TailgradError }[] = [];
    for (const row of planned) {
      const path = join(out, row.folder);
      const before = midwayState(out, row).status;
      const began = performance.now();
      try {
        const training = midwayTrainingSet(views, sizes, row.row, row.seed);
        const summary = await trainMidwayRow(row, { ...options, path, training, validation: views.validation });
        record.rows.find(({ id }) => id === row.id)!.result = resultOf(summary);
        keep(out, record);
        const { accuracy, f1Weighted } = summary.evaluation;
        const figures = `accuracy ${accuracy.toFixed(3)}, F1 ${f1Weighted.toFixed(3)}`;
        const time = before === "finished" ? "was done" : showSeconds((performance.now() - began) / 1000);
        progress.message(`${row.id}: ${figures}, ${time}`);
      } catch (error) {
        const endsAll = error instanceof InterruptedError || error instanceof DeviceLostError;
        if (endsAll || !(error instanceof TailgradError) || isDiskFull(error)) throw error;
        failures.push({ key: row.id, error });
        progress.warn(`${row.id} failed: ${error.message}`);
      }
    }
    const asked = new Set(planned.map(({ id }) => id));
    const states = record.rows.filter(({ id }) => asked.has(id)).map((row) => midwayState(out, row));
    return { rows: states, failures };
  } finally {
    progress.stop();
  }
}

function checkSizes(stored: MidwayRecord | undefined, sizes: MidwaySizes): void {
  if (!stored) return;
  const [differing] = jsonDifferences(stored.sizes, sizes);
  if (!differing) return;
  throw new UsageError(
    `reproduce.json: its midway experiment has another ${differing.key} (there ${JSON.stringify(differing.a)}, now ` +
      `${JSON.stringify(differing.b)}); go on with the same sizes, or choose another --out`,
  );
}

function readViews(out: string, { side }: MidwaySizes, progress: Progress): MidwayViews {
  const folder = viewsFolder(out);
  const train = loadViews(folder, "train", side);
  const validation = loadViews(folder, "validation", side);
  const classes = SCENE_CLASSES.length;
  if (!hasSplit(folder, "generated")) return { classes, train, validation };
  const strange = strangeClasses(folder, "generated").map((name) => showValue(name));
  if (strange.length > 0) {
    progress.warn(
      `${join(folder, "generated")}: ${shortLine(strange.join(", "))} is not used, since no class is called so; ` +
        `the classes are ${SCENE_CLASSES.join(", ")}`,
    );
  }
  return { classes, train, validation, generated: loadViews(folder, "generated", side) };
}

/** pictures/midway.png: training views of each class, a row per class. */
function writeSheet(out: string, { train, classes }: MidwayViews, { side }: MidwaySizes): void {
  const bytes = 3 * side * side;
  const pictures = indicesByClass(train.labels, classes).flatMap((own) =>
    Array.from({ length: SHEET_COLUMNS }, (_, i) => {
      const index = own[i];
      return index === undefined ? undefined : train.images.subarray(index * bytes, (index + 1) * bytes);
    }),
  );
  const { width, height, data } = contactSheet(pictures, side, SHEET_COLUMNS);
  makeFolder(join(out, "pictures"));
  writeFileAtomic(join(out, "pictures", "midway.png"), encodeRgbPng(width, height, data));
}

function plannedRows(views: MidwayViews, { sizes, seeds }: MidwayOptions): MidwayRow[] {
  const names = MIDWAY_ROWS.filter((name) => name !== "generated" || views.generated);
  return Array.from({ length: seeds }, (_, i) => i + 1).flatMap((seed) =>
    names.map((name) => {
      // Made again to train: all at once would fill gigabytes.
      const { set, counts } = midwayTrainingSet(views, sizes, name, seed);
      const folder = `midway/runs/${name}-seed${seed}`;
      const plan = { ...midwaySteps(set.labels.length, sizes), trainCounts: counts, result: null };
      return { id: `midway/${name}/seed${seed}`, row: name, seed, folder, ...plan };
    }),
  );
}

/** Epochs and steps of a row with so many training views. */
export function midwaySteps(views: number, { batchSize, epochs, leastSteps }: MidwaySizes) {
  const perEpoch = Math.ceil(views / Math.min(batchSize, views));
  const done = Math.max(epochs, Math.ceil(leastSteps / perEpoch));
  return { epochs: done, steps: done * perEpoch };
}

function byRow(a: MidwayRow, b: MidwayRow): number {
  return a.seed - b.seed || MIDWAY_ROWS.indexOf(a.row) - MIDWAY_ROWS.indexOf(b.row);
}

function resultOf(summary: CnnRunSummary | undefined): MidwayRow["result"] {
  if (!summary) return null;
  const { accuracy, f1Macro, f1Weighted, gMean, recall, f1 } = summary.evaluation;
  return { accuracy, f1Macro, f1Weighted, gMean, recall, f1 };
}

function keep(out: string, midway: MidwayRecord): void {
  writeMatrix(out, { ...readMatrix(out), midway });
}
