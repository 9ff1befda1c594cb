import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import type { SweepResult, SweepTask } from "./worker.ts";

/** Does tasks in `jobs` processes of this command; each that ends before its answer fails its task and is replaced. */
export async function sweepInProcesses(
  file: string,
  jobs: number,
  tasks: readonly SweepTask[],
  done: (task: SweepTask, result: SweepResult | Error) => void,
): Promise<void> {
  const waiting = [...tasks];
  const lane = async () => {
    let child: ChildProcess | undefined;
    for (let task = waiting.shift(); task; task = waiting.shift()) {
      try {
        child ??= await started(file);
        done(task, await answer(child, task));
      } catch (error) {
        child = undefined;
        done(task, error as Error);
      }
    }
    child?.disconnect();
  };
  await Promise.all(Array.from({ length: Math.min(jobs, tasks.length) }, lane));
}

async function started(file: string): Promise<ChildProcess> {
  const child = fork(file, ["--worker"]);
  await Promise.race([once(child, "message"), ended(child)]);
  return child;
}

async function answer(child: ChildProcess, task: SweepTask): Promise<SweepResult> {
  child.send(task);
  const [result] = await Promise.race([once(child, "message"), ended(child)]);
  return result as SweepResult;
}

async function ended(child: ChildProcess): Promise<never> {
  const [code, signal] = await once(child, "exit");
  throw new Error(`its process ended early (${signal ?? `exit code ${code}`})`);
}
