import { existsSync } from "node:fs";
import { join } from "node:path";
import { SCENE_CLASSES, sceneObject } from "../../data/scenes/objects.ts";
import { CAMERA_ANGLE } from "../../data/scenes/poses.ts";
import { Renderer } from "../../data/scenes/render.ts";
import type { Device } from "../../gpu/device.ts";
import { BatchTrainer } from "../batch_trainer.ts";
import { type MatrixFile, readMatrixIfThere } from "../reproduce/matrix_file_node.ts";
import type { RunStatus } from "../reproduce/run_states_node.ts";
import { midwaySteps, viewsFolder } from "./midway_node.ts";
import type { MidwaySizes } from "./presets.ts";
import { MidwayProgram } from "./program.ts";
import { midwayStates } from "./states_node.ts";
import { MIDWAY_ROWS } from "./training_set.ts";
import { plannedTransforms } from "./views_node.ts";

/** Rows of the midway report's experiment with the time that each takes, by a measured step and a measured view. */
export interface MidwayEstimate {
  readonly stepSeconds: number;
  readonly views: { readonly left: number; readonly seconds: number };
  readonly rows: readonly {
    readonly id: string;
    readonly status: RunStatus;
    readonly epochs: number;
    readonly steps: number;
    readonly seconds: number;
  }[];
}

/** Estimates what is left of the experiment in a folder; writes nothing. */
export async function estimateMidway(
  device: Device,
  out: string,
  sizes: MidwaySizes,
  seeds: number,
): Promise<MidwayEstimate> {
  const stepSeconds = await timeStep(device, sizes);
  const matrix: MatrixFile | undefined = readMatrixIfThere(out);
  const known = new Map((matrix ? midwayStates(out, matrix) : []).map(({ run, status }) => [run.id, status]));
  const trained = viewsOfRows(sizes);
  const left = viewsLeft(out, sizes);
  return {
    stepSeconds,
    views: { left, seconds: left * (await timeView(device, sizes)) },
    rows: Array.from({ length: seeds }, (_, i) => i + 1).flatMap((seed) =>
      trained.map(({ row, views }) => {
        const { epochs, steps } = midwaySteps(views, sizes);
        const id = `midway/${row}/seed${seed}`;
        return { id, status: known.get(id) ?? "missing", epochs, steps, seconds: steps * stepSeconds };
      }),
    ),
  };
}

function viewsOfRows({ trainViews, counts }: MidwaySizes) {
  const classes = SCENE_CLASSES.length;
  const views = {
    balanced: classes * trainViews,
    imbalanced: counts.reduce((total, count) => total + count, 0),
    undersampled: classes * Math.min(...counts),
    oversampled: classes * Math.max(...counts),
    // Nobody knows before they are there.
    generated: 0,
  };
  return MIDWAY_ROWS.filter((row) => views[row] > 0).map((row) => ({ row, views: views[row] }));
}

function viewsLeft(out: string, { trainViews, validationViews }: MidwaySizes): number {
  const missing = (split: "train" | "validation", views: number) =>
    SCENE_CLASSES.flatMap((name, label) =>
      plannedTransforms(split, label, views).frames.filter(
        ({ path }) => !existsSync(join(viewsFolder(out), split, name, path)),
      ),
    ).length;
  return missing("train", trainViews) + missing("validation", validationViews);
}

async function timeStep(device: Device, sizes: MidwaySizes): Promise<number> {
  const { side, batchSize } = sizes;
  const set = { images: new Uint8Array(3 * side * side * batchSize), labels: new Uint8Array(batchSize) };
  const trainer = await BatchTrainer.create(device, set, new MidwayProgram(0, sizes), { batchSize, seed: 0 });
  try {
    // The driver compiles in the first.
    trainer.run(1);
    await trainer.readLog(1);
    return await seconds(async () => {
      trainer.run(1);
      await trainer.readLog(1);
    });
  } finally {
    trainer.destroy();
  }
}

async function timeView(device: Device, { side }: MidwaySizes): Promise<number> {
  const views = 4;
  const poses = plannedTransforms("train", 0, views).frames.map(({ pose }) => pose);
  const renderer = await Renderer.create(device, side);
  const render = () => renderer.render(sceneObject(0, 0), CAMERA_ANGLE, poses);
  try {
    await render();
    return (await seconds(render)) / views;
  } finally {
    renderer.destroy();
  }
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}
