import { expect, it } from "vitest";
import { SILENT } from "../../../src/experiments/progress.ts";
import { planMatrix } from "../../../src/experiments/reproduce/matrix.ts";
import { MatrixProgress } from "../../../src/experiments/reproduce/matrix_progress.ts";
import { PRESETS } from "../../../src/experiments/reproduce/presets.ts";
import { type Task, tasksOf } from "../../../src/experiments/reproduce/tasks.ts";

const request = { experiments: [1], settings: [], gans: [], loss: "plain", seeds: 1 } as const;
const matrix = planMatrix(request, { counts: new Array(10).fill(60), sizes: PRESETS.smoke });
const tasks = tasksOf(matrix, PRESETS.smoke, 200).map((task) => ({ ...task, work: 100 }));

/** A progress with a clock of its own, and what it says. */
function watched(bar: boolean) {
  const said: string[] = [];
  const clock = { ms: 0 };
  const outer = {
    start: (label: string, total: number, unit: string) => void said.push(`start ${label} ${total} ${unit}`),
    update: (done: number, note?: string) => void said.push(`${done}: ${note}`),
    stop: () => void said.push("stop"),
    message: (text: string) => void said.push(text),
    warn: (text: string) => void said.push(`warning ${text}`),
  };
  return { said, clock, progress: new MatrixProgress(outer, tasks, bar, () => clock.ms) };
}

it("without a bar: a line for each run, with the time left by what was done in this call", () => {
  const { said, clock, progress } = watched(false);
  progress.skip(tasks[0]!);
  progress.start();
  const inner = progress.of(tasks[1]!);
  inner.start("evaluate", 10, "images");
  inner.update(10);
  inner.start("cnn none", 50, "steps");
  // Half of it was done before.
  inner.update(25);
  clock.ms = 10_000;
  inner.update(50, "loss 1");
  expect(progress.secondsLeft()).toBe(20);
  inner.message("lost among many");
  inner.warn("strange");
  progress.end(tasks[1]!, "accuracy 0.5");
  progress.end(tasks[2]!, "accuracy 0.6");
  progress.stop();
  const [, low, high] = tasks.map(({ run }) => run.key);
  expect(said).toEqual([
    `warning ${low}: strange`,
    `2/3 ${low}: accuracy 0.5; 20.0 s left`,
    `3/3 ${high}: accuracy 0.6`,
  ]);
});

it("nothing is left after the last run, whatever order the work was added in", () => {
  const works = [0.1, 0.2, 0.3];
  const uneven = tasks.map((task, i): Task => ({ ...task, work: works[i]! }));
  const said: string[] = [];
  const clock = { ms: 0 };
  const progress = new MatrixProgress({ ...SILENT, message: (text) => said.push(text) }, uneven, false, () => clock.ms);
  clock.ms = 1000;
  for (const task of [...uneven].reverse()) progress.end(task, "done");
  expect(said.at(-1)).toMatch(/: done$/);
});

it("with a bar: work done over all runs", () => {
  const { said, progress } = watched(true);
  progress.start();
  const inner = progress.of(tasks[0]!);
  inner.start("cnn none", 4, "steps");
  inner.update(1, "loss 2");
  progress.stop();
  expect(said).toEqual([
    "start reproduce 300 GFLOP",
    "0: 0/3 runs  ",
    `25: 0/3 runs  ${tasks[0]!.run.key}  loss 2`,
    "stop",
  ]);
});
