import { DeviceLostError, InterruptedError, TailgradError } from "../../errors.ts";
import type { Task } from "./tasks.ts";

/** How {@link runTasks} works through its list. */
export interface TaskRunner {
  /** Runs at the same time. */
  readonly jobs: number;
  /** True once the user asked to stop. */
  readonly stopped: () => boolean;
  /** Does one run. Throws InterruptedError when it stopped on request. */
  readonly train: (task: Task) => Promise<void>;
  /** A run failed, or cannot be done since its GAN failed. */
  readonly failed: (task: Task, error: TailgradError) => void;
}

/**
 * Does all tasks, `jobs` at a time in the order given, a classifier never before its GAN. One that fails is reported and
 * the others go on, except for those that need it. Throws InterruptedError once all have stopped on request, and at once
 * whatever makes going on pointless: a lost device, a bug.
 */
export async function runTasks(tasks: readonly Task[], runner: TaskRunner): Promise<void> {
  const waiting = [...tasks];
  const pending = new Set(tasks.map(({ run }) => run.key));
  const broken = new Set<string>();
  const active = new Set<Promise<void>>();
  let interrupted = false;
  const fail = (task: Task, error: TailgradError) => {
    broken.add(task.run.key);
    runner.failed(task, error);
  };
  const begin = (task: Task) => {
    const running = runner
      .train(task)
      .catch((error: unknown) => {
        if (error instanceof InterruptedError) interrupted = true;
        else if (error instanceof TailgradError && !(error instanceof DeviceLostError)) fail(task, error);
        else throw error;
      })
      .finally(() => {
        active.delete(running);
        pending.delete(task.run.key);
      });
    active.add(running);
  };
  while (waiting.length + active.size > 0) {
    const stopped = interrupted || runner.stopped();
    if (stopped && active.size === 0) throw new InterruptedError("stopped between two runs");
    const next = stopped || active.size >= runner.jobs ? -1 : waiting.findIndex((task) => !pending.has(needs(task)));
    if (next < 0) {
      await Promise.race(active);
      continue;
    }
    const [task] = waiting.splice(next, 1) as [Task];
    if (broken.has(needs(task))) {
      pending.delete(task.run.key);
      fail(task, new TailgradError(`not trained, since ${needs(task)} failed`));
    } else {
      begin(task);
    }
  }
  if (interrupted) throw new InterruptedError("stopped in the last run");
}

/** Key of the GAN that a task needs first; none is called "". */
function needs(task: Task): string {
  return task.kind === "cnn" ? (task.run.gan ?? "") : "";
}
