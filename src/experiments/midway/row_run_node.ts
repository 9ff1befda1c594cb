import { join } from "node:path";
import { z } from "zod";
import type { LabelledImages } from "../../data/dataset.ts";
import { writeSafetensors } from "../../data/safetensors.ts";
import { UsageError } from "../../errors.ts";
import type { Device } from "../../gpu/device.ts";
import { readState } from "../../models/state_dict.ts";
import { BatchTrainer } from "../batch_trainer.ts";
import { Evaluator } from "../evaluation.ts";
import { isFolder, sha256Hex, writeFileAtomic } from "../files_node.ts";
import { readJsonFile } from "../json_file_node.ts";
import type { Progress } from "../progress.ts";
import { RunFolder } from "../run_folder_node.ts";
import { type CnnRunSummary, cnnRunSummary } from "../run_result.ts";
import { trainInFolder } from "../training_loop_node.ts";
import { areWhole } from "../weights_check_node.ts";
import type { MidwaySizes } from "./presets.ts";
import { MidwayProgram } from "./program.ts";
import type { MidwayRow } from "./record.ts";
import { MIDWAY_ROWS, type MidwayTrainingSet } from "./training_set.ts";

/** config.json of a run of the midway report's classifier. */
export const midwayConfig = z.strictObject({
  kind: z.literal("midway"),
  row: z.enum(MIDWAY_ROWS),
  /** Of the training and validation pictures and labels: other views make another run. */
  viewsSha256: z.string().regex(/^[0-9a-f]{64}$/),
  side: z.int().min(1),
  batchSize: z.int().min(1),
  learningRate: z.number().positive(),
  momentum: z.number().min(0).lt(1),
  seed: z.int().min(0),
});
export type MidwayConfig = z.infer<typeof midwayConfig>;

export const MIDWAY_WEIGHTS = "cnn.safetensors";
const CHECKPOINT_EVERY = 100;

/** What {@link trainMidwayRow} needs besides the row. */
export interface MidwayRun {
  readonly device: Device;
  /** The run folder. */
  readonly path: string;
  readonly sizes: MidwaySizes;
  readonly training: MidwayTrainingSet;
  readonly validation: LabelledImages;
  readonly onOpen: (folder: string) => void;
  readonly stopped: () => boolean;
  readonly progress: Progress;
}

/**
 * Trains one row in its run folder, going on from its checkpoint if it has one, and measures it on the validation views
 * after the last step. Leaves cnn.safetensors and result.json.
 */
export async function trainMidwayRow(row: MidwayRow, run: MidwayRun): Promise<CnnRunSummary> {
  const { device, path, sizes, training, validation, progress } = run;
  const { side, batchSize, learningRate, momentum } = sizes;
  const viewsSha256 = sha256Hex([training.set, validation].map(setSha256).join(" "));
  const common = { side, batchSize, learningRate, momentum, seed: row.seed };
  checkSameViews(path, viewsSha256);
  const folder = RunFolder.open(path, midwayConfig, { kind: "midway", row: row.row, viewsSha256, ...common });
  let trainer: BatchTrainer | undefined;
  let evaluator: Evaluator | undefined;
  try {
    const weights = join(path, MIDWAY_WEIGHTS);
    const done = folder.readResult(cnnRunSummary);
    if (done?.steps === row.steps && areWhole(weights, (text) => progress.warn(text))) return done;
    run.onOpen(path);
    const began = performance.now();
    const program = new MidwayProgram(row.seed, sizes);
    trainer = await BatchTrainer.create(device, training.set, program, { batchSize, seed: row.seed });
    const { stopped } = run;
    const label = `midway ${row.row}`;
    const loop = { steps: row.steps, checkpointEvery: CHECKPOINT_EVERY, stopped, progress, label };
    await trainInFolder(device, trainer, folder, loop);
    const form = { shape: [3, side, side], classes: row.trainCounts.real.length, batchSize };
    evaluator = await Evaluator.create(device, validation, program.model, "plain", training.tailCounts, form);
    const evaluation = await evaluator.run();
    writeFileAtomic(weights, writeSafetensors(await readState(program.model.state())));
    const summary: CnnRunSummary = {
      out: path,
      steps: trainer.step,
      stepsPerEpoch: trainer.stepsPerEpoch,
      seconds: (performance.now() - began) / 1000,
      evaluation,
      trainCounts: training.counts,
      weights,
    };
    folder.writeResult(summary);
    return summary;
  } finally {
    evaluator?.destroy();
    trainer?.destroy();
    folder.close();
    progress.stop();
  }
}

function setSha256({ images, labels }: LabelledImages): string {
  return `${sha256Hex(images)} ${sha256Hex(labels)}`;
}

/** Refuses a run on other pictures with the way out. */
function checkSameViews(path: string, viewsSha256: string): void {
  if (!isFolder(path)) return;
  const config = readJsonFile(join(path, "config.json"), midwayConfig);
  if (config === undefined || config.viewsSha256 === viewsSha256) return;
  throw new UsageError(
    `${path}: was trained on other pictures than the folder of views holds now; delete this run to train it anew`,
  );
}
