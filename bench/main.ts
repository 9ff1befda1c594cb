import { availableParallelism } from "node:os";
import { AdapterError } from "../src/errors.ts";
import type { Device } from "../src/gpu/device.ts";
import { openNodeDevice } from "../src/gpu/node_dawn.ts";
import { abilities } from "./adapter.ts";
import { describeNode } from "./environment_node.ts";
import { type FirstStepName, latencyRows } from "./latency.ts";
import { inOwnProcess, runFirstStep } from "./latency_node.ts";
import { prepareNode } from "./node_globals.ts";
import { chosenFirstSteps, onlyProblem } from "./only.ts";
import { nodeCommand, type Options } from "./options.ts";
import { FileError, finish, finishStored, loadReport, prepareOutputs, print, say } from "./output_node.ts";
import { OURS } from "./result.ts";
import { absenceOf } from "./rows.ts";
import { RunningReport } from "./running_report_node.ts";
import { runSession } from "./session.ts";
import { tuneOn } from "./tuning.ts";
import { allowWasmThreads } from "./wasm_threads_node.ts";
import { chosenWork } from "./works.ts";

const program = nodeCommand();
program.parse();
try {
  process.exitCode = await main(program.opts<Options>());
} catch (error) {
  if (!(error instanceof FileError)) throw error;
  program.error(`bench: ${error.message}`, { exitCode: 2 });
}

async function main(options: Options): Promise<number> {
  if (options.wasmThreads) allowWasmThreads();
  if (options.firstStep) {
    await runFirstStep(options.firstStep, options.toggles);
    return 0;
  }
  // First: a mistyped name must not cost half an hour.
  const earlier = options.compare ? loadReport(options.compare) : undefined;
  prepareOutputs(options);
  if (options.from) return finishStored(options.from, earlier, options);
  const problem = onlyProblem(options);
  if (problem !== undefined) program.error(problem, { exitCode: 2 });
  let device: Device;
  try {
    device = await openNodeDevice({ toggles: options.toggles });
  } catch (error) {
    say(absenceOf(error).reason);
    return error instanceof AdapterError ? 3 : 1;
  }
  const { wasmFolder, release } = await prepareNode(options.toggles);
  try {
    const threads = options.wasmThreads ? availableParallelism() : 1;
    const running = new RunningReport(describeNode(device, options, threads), options);
    tuneOn(device, options.tune, say);
    await timeAll(device, wasmFolder, options, running);
    return await finish(running.report(), earlier, options);
  } finally {
    device.destroy();
    release();
  }
}

/** All work in this process, then first steps in processes of their own. Results are printed as they come. */
async function timeAll(device: Device, wasmFolder: string, options: Options, running: RunningReport): Promise<void> {
  const { only, quick = false, ladder, scaling, toggles, wasmThreads = false } = options;
  const works = chosenWork({ only, ladder, scaling, ...abilities(device) });
  const rivals = options.rivals || [];
  await runSession(
    { device, works, rivals, wasmFolder, quick },
    {
      ceilings: (ceilings) => running.measured(ceilings),
      begin(work, place, count) {
        say(`${place} of ${count}: ${work}`);
      },
      row: (row) => running.add(row),
    },
  );
  for (const name of chosenFirstSteps(only)) {
    say(`first ${name} step of a new process`);
    const launch = (step: FirstStepName, who: string) => inOwnProcess(step, who, { toggles, wasmThreads });
    for (const row of await latencyRows(name, [OURS, ...rivals], quick ? 1 : 3, launch)) running.add(row);
  }
  print("");
}
