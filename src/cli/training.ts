import type { LoadedDataset } from "../data/load_node.ts";
import { writeInvocation } from "../experiments/invocation_node.ts";
import type { RunOptions } from "../experiments/run_options.ts";
import type { Device } from "../gpu/device.ts";
import { type Context, commandLine } from "./context.ts";
import { checkTrainable, type DataChoice, loadChosen } from "./data_source.ts";
import { interruptible } from "./interrupt.ts";
import type { TrainingFlags } from "./options.ts";
import { adapterLine, withDevice } from "./session.ts";
import type { Terminal } from "./terminal.ts";

/** A training command, its options settled. */
export interface TrainingCall {
  readonly context: Context;
  readonly terminal: Terminal;
  readonly flags: TrainingFlags;
  readonly choice: DataChoice;
  readonly imbalance: string;
  readonly out: string;
}

/** What a training command ends with, and the adapter it ran on. */
export interface Trained<T> {
  readonly summary: T;
  readonly adapter: string;
  readonly data: LoadedDataset;
}

/** Loads the data, opens a device and trains, stopping with a checkpoint on Ctrl-C. */
export async function runTraining<T>(
  call: TrainingCall,
  train: (options: RunOptions) => Promise<T>,
): Promise<Trained<T>> {
  const { terminal, flags, choice } = call;
  const data = await loadChosen(terminal, choice, flags);
  checkTrainable(data);
  return withDevice(terminal, flags, async (device) => {
    terminal.progress.message(`run folder: ${call.out}`);
    const summary = await interruptible(terminal, (stopped) => train(runOptions(call, device, data, stopped)));
    return { summary, adapter: device.adapter.name, data };
  });
}

function runOptions(call: TrainingCall, device: Device, data: LoadedDataset, stopped: () => boolean): RunOptions {
  const { context, terminal, flags, choice, imbalance, out } = call;
  const { seed, batchSize, learningRate, epochs, maxSteps, checkpointEvery, tune } = flags;
  return {
    device,
    data,
    imbalance,
    seed,
    batchSize,
    learningRate,
    epochs,
    maxSteps,
    checkpointEvery,
    tune,
    out,
    stopped,
    progress: terminal.progress,
    onOpen: (folder) =>
      writeInvocation(folder, { ...choice, adapter: adapterLine(device.adapter), command: commandLine(context.argv) }),
  };
}
