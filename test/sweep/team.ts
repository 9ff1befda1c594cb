import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import type { SweepResult, SweepTask } from "./worker.ts";

/** Cases per process: a device never drops a pipeline, nor a driver all memory of a device, so a new one now and then bounds it. */
const CASES_PER_PROCESS = 1000;

/** Does tasks in `jobs` processes of this command; each that ends before its answer fails its task and is replaced. */
export async function sweepInProcesses(
  file: string,
  jobs: number,
  tasks: readonly SweepTask[],
  done: (task: SweepTask, result: SweepResult | Error) => void,
): Promise<void> {
  const waiting = [...tasks];
  const lane = async () => {
    let child: Worker | undefined;
    for (let task = waiting.shift(); task; task = waiting.shift()) {
      try {
        child ??= await started(file);
        child.cases += task.n;
        done(task, await answer(child, task));
        if (child.cases >= CASES_PER_PROCESS) {
          child.process.disconnect();
          child = undefined;
        }
      } catch (error) {
        child = undefined;
        done(task, error as Error);
      }
    }
    child?.process.disconnect();
  };
  await Promise.all(Array.from({ length: Math.min(jobs, tasks.length) }, lane));
}

/** A process, what rejects when it ends, and how many cases it was given. */
interface Worker {
  readonly process: ChildProcess;
  readonly ended: Promise<never>;
  cases: number;
}

async function started(file: string): Promise<Worker> {
  const child = fork(file, ["--worker"]);
  const worker = { process: child, ended: ended(child), cases: 0 };
  // Heard where an answer is waited for; between tasks nobody asks.
  worker.ended.catch(() => {});
  await nextMessage(worker);
  return worker;
}

async function answer(worker: Worker, task: SweepTask): Promise<SweepResult> {
  worker.process.send(task);
  return (await nextMessage(worker)) as SweepResult;
}

/** The next message; rejects if the process ends before. */
async function nextMessage({ process, ended }: Worker): Promise<unknown> {
  const message = new Promise((resolve) => process.once("message", resolve));
  return Promise.race([message, ended]);
}

async function ended(child: ChildProcess): Promise<never> {
  const [code, signal] = await once(child, "exit");
  throw new Error(`its process ended early (${signal ?? `exit code ${code}`})`);
}
