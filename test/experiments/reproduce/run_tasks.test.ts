import { describe, expect, it } from "vitest";
import { DataError, DeviceLostError, InterruptedError } from "../../../src/errors.ts";
import { planMatrix } from "../../../src/experiments/reproduce/matrix.ts";
import { PRESETS } from "../../../src/experiments/reproduce/presets.ts";
import { runTasks, type TaskRunner } from "../../../src/experiments/reproduce/run_tasks.ts";
import { type Task, tasksOf } from "../../../src/experiments/reproduce/tasks.ts";

const scale = { counts: new Array(10).fill(60), sizes: PRESETS.smoke };
const matrix = planMatrix(
  { experiments: [3], settings: [], gans: ["mlp_cgan_relu", "small_mlp_cgan_leaky"], loss: "plain", seeds: 1 },
  scale,
);
const tasks = tasksOf(matrix, PRESETS.smoke, 10);
const RELU = "gan-mlp_cgan_relu-high_unbalanced-seed1";

/** Runs the tasks with `train`; gives what began, what failed, and the most at once. */
async function watch(jobs: number, train: (task: Task) => unknown = () => {}, stopped = () => false) {
  const began: string[] = [];
  const failed: string[] = [];
  let active = 0;
  let most = 0;
  const runner: TaskRunner = {
    jobs,
    stopped,
    async train(task) {
      began.push(task.run.key);
      most = Math.max(most, ++active);
      try {
        await new Promise((done) => setTimeout(done, began.length % 3));
        await train(task);
      } finally {
        active--;
      }
    },
    failed: (task, error) => failed.push(`${task.run.key}: ${error.message}`),
  };
  const error = await runTasks(tasks, runner).catch((error: unknown) => error);
  return { began, failed, most, error };
}

describe("tasks", () => {
  it("one at a time they come in their order", async () => {
    const { began, most, error } = await watch(1);
    expect(error).toBeUndefined();
    expect(began).toEqual(tasks.map(({ run }) => run.key));
    expect(most).toBe(1);
  });

  it("three at a time each is done once, and a classifier after its GAN", async () => {
    const ended: string[] = [];
    const { began, most, error } = await watch(3, ({ kind, run }) => {
      if (kind === "cnn" && run.gan !== null) expect(ended).toContain(run.gan);
      ended.push(run.key);
    });
    expect(error).toBeUndefined();
    expect([...began].sort()).toEqual(tasks.map(({ run }) => run.key).sort());
    expect(most).toBe(3);
  });

  it.each([1, 3])("with %i jobs one that fails stops only those that need it", async (jobs) => {
    const { began, failed, error } = await watch(jobs, ({ run }) => {
      if (run.key === RELU) throw new DataError("broken");
    });
    expect(error).toBeUndefined();
    expect(failed).toEqual([
      `${RELU}: broken`,
      `cnn-high_unbalanced-mlp_cgan_relu-plain-seed1: not trained, since ${RELU} failed`,
    ]);
    expect(began).toHaveLength(tasks.length - 1);
  });

  it("after a stop nothing new begins, and what is under way may end", async () => {
    let stop = false;
    const { began, error } = await watch(
      2,
      () => {
        stop = true;
      },
      () => stop,
    );
    expect(error).toBeInstanceOf(InterruptedError);
    expect(began).toHaveLength(2);
    const stopped = await watch(1, () => Promise.reject(new InterruptedError("with a checkpoint")));
    expect(stopped.error).toBeInstanceOf(InterruptedError);
    expect(stopped.failed).toEqual([]);
    expect(stopped.began).toHaveLength(1);
    const last = await watch(1, ({ run }) => {
      if (run.key === tasks.at(-1)!.run.key) throw new InterruptedError("with a checkpoint");
    });
    expect(last.error, "the last one too").toBeInstanceOf(InterruptedError);
  });

  it.each([new DeviceLostError("gone"), new RangeError("a bug")])("%s ends it at once", async (reason) => {
    const { began, failed, error } = await watch(1, () => Promise.reject(reason));
    expect({ began: began.length, failed, error }).toEqual({ began: 1, failed: [], error: reason });
  });
});
