import { cutDataset } from "../../data/cut_dataset.ts";
import type { ImageDataset, LabelledImages } from "../../data/dataset.ts";
import type { Device } from "../../gpu/device.ts";
import type { GeneratorName } from "../../models/generator_names.ts";
import { BatchTrainer, type TrainingProgram } from "../batch_trainer.ts";
import { Evaluator } from "../evaluation.ts";
import { CnnProgram, GanProgram } from "../programs.ts";
import type { Progress } from "../progress.ts";
import type { MatrixFile } from "./matrix_file_node.ts";
import type { PresetSizes } from "./presets.ts";
import { ganState, type RunStatus, rowState } from "./run_states_node.ts";
import type { Task } from "./tasks.ts";

/** Steps timed for each model, after one that is not: the driver compiles in it. */
const TIMED_STEPS = 3;
const TIMED_TEST_IMAGES = 50;

/** Seconds that one step of each model takes here, and what a run costs besides its steps. */
export interface StepTimes {
  readonly step: ReadonlyMap<GeneratorName | "cnn", number>;
  /** For each test image evaluated. */
  readonly testImage: number;
}

/** Times a few steps of each model that the tasks need, at their batch size. */
export async function measureSteps(
  device: Device,
  dataset: ImageDataset,
  sizes: PresetSizes,
  tasks: readonly Task[],
  progress: Progress,
): Promise<StepTimes> {
  const models = new Set(tasks.map((task) => (task.kind === "gan" ? task.run.gan : ("cnn" as const))));
  const step = new Map<GeneratorName | "cnn", number>();
  let testImage = 0;
  progress.start("measure", models.size, "models");
  try {
    for (const model of models) {
      const { batchSize } = model === "cnn" ? sizes.cnn : sizes.gan;
      if (model === "cnn") {
        const program = new CnnProgram(0, "plain");
        step.set(model, await timeSteps(device, dataset.train, program, batchSize));
        testImage = await timeEvaluation(device, dataset, new CnnProgram(0, "plain"));
      } else {
        step.set(model, await timeSteps(device, dataset.train, new GanProgram(model, 0), batchSize));
      }
      progress.update(step.size);
    }
  } finally {
    progress.stop();
  }
  return { step, testImage };
}

/** A run, how far it is, and the seconds that it takes from its beginning to its end. */
export interface RunEstimate {
  readonly task: Task;
  readonly status: RunStatus;
  readonly seconds: number;
}

/** The time that each run takes by the measured steps and evaluations. */
export function estimateTasks(
  out: string,
  matrix: MatrixFile,
  tasks: readonly Task[],
  { step, testImage }: StepTimes,
): RunEstimate[] {
  return tasks.map((task) => {
    const { steps, epochs } = task.run;
    if (task.kind === "gan") {
      const { status } = ganState(out, matrix, task.run);
      return { task, status, seconds: steps * step.get(task.run.gan)! };
    }
    const { status } = rowState(out, matrix, task.run);
    return { task, status, seconds: steps * step.get("cnn")! + (epochs + 1) * matrix.testImages * testImage };
  });
}

async function timeSteps(
  device: Device,
  set: LabelledImages,
  program: TrainingProgram,
  batchSize: number,
): Promise<number> {
  const trainer = await BatchTrainer.create(device, set, program, { batchSize, seed: 0 });
  try {
    trainer.run(1);
    await trainer.readLog(1);
    const began = performance.now();
    let steps = 0;
    // An epoch may be shorter.
    while (steps < TIMED_STEPS) steps += trainer.run(TIMED_STEPS - steps);
    await trainer.readLog(1);
    return (performance.now() - began) / 1000 / steps;
  } finally {
    trainer.destroy();
  }
}

async function timeEvaluation(device: Device, dataset: ImageDataset, { model }: CnnProgram): Promise<number> {
  const perClass = Math.ceil(TIMED_TEST_IMAGES / dataset.classes);
  const { test } = cutDataset(dataset, { trainPerClass: 1, testPerClass: perClass });
  const evaluator = await Evaluator.create(device, test, model, "plain");
  try {
    await evaluator.run();
    const began = performance.now();
    await evaluator.run();
    return (performance.now() - began) / 1000 / evaluator.samples;
  } finally {
    evaluator.destroy();
    for (const variable of model.state().values()) variable.destroy();
  }
}
