import { dirname } from "node:path";
import type { LoadedDataset } from "../data/load_node.ts";
import { UsageError } from "../errors.ts";
import { makeFolder, stageFile, writeFileAtomic } from "../experiments/files_node.ts";
import { writeInvocation } from "../experiments/invocation_node.ts";
import type { RunOptions } from "../experiments/run_options.ts";
import { Trace } from "../experiments/trace.ts";
import type { Device } from "../gpu/device.ts";
import { type Context, commandLine } from "./context.ts";
import { checkTrainable, type DataChoice, loadChosen } from "./data_source.ts";
import { interruptible } from "./interrupt.ts";
import type { TrainingFlags } from "./options.ts";
import { adapterLine, withDevice } from "./session.ts";
import { joinedNames, KERNEL_WIDTH, textTable, VARIANT_WIDTH } from "./table.ts";
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
  /** Where --profile asked for one. */
  readonly trace: Trace | undefined;
}

/** Loads the data, opens a device and trains, stopping with a checkpoint on Ctrl-C. */
export async function runTraining<T>(
  call: TrainingCall,
  train: (options: RunOptions) => Promise<T>,
): Promise<Trained<T>> {
  const { terminal, flags, choice } = call;
  if (flags.profile !== undefined && flags.checkNumerics) {
    throw new UsageError(
      "--profile and --check-numerics cannot be used together: one's times would be the other's; take one",
    );
  }
  const trace = flags.profile === undefined ? undefined : new Trace();
  if (flags.profile !== undefined) checkWritable(flags.profile);
  const data = await loadChosen(terminal, choice, flags);
  checkTrainable(data);
  const trained = await withDevice(terminal, flags, async (device) => {
    terminal.progress.message(`run folder: ${call.out} (look on with \`${commandLine(["watch", call.out])}\`)`);
    if (flags.tensorboard) terminal.progress.message(`for TensorBoard: tensorboard --logdir ${call.out}`);
    const summary = await interruptible(terminal, (stopped) =>
      train({ ...runOptions(call, device, data, stopped), trace }),
    );
    return { summary, adapter: device.adapter.name, data };
  });
  if (trace && flags.profile !== undefined) writeFileAtomic(flags.profile, trace.json());
  return { ...trained, trace };
}

/** A name that will not do should be known before the training. */
function checkWritable(file: string): void {
  makeFolder(dirname(file));
  stageFile(file, "").discard();
}

/** What --profile found, as it stands in --json; nothing without it. */
export function profileJson({ profile }: TrainingFlags, { trace }: Pick<Trained<unknown>, "trace">) {
  return trace ? { profile: { file: profile, steps: trace.steps, kernels: trace.kernels() } } : {};
}

/** Prints where a step's time goes, if --profile was given. */
export function printProfile(
  terminal: Terminal,
  { profile }: TrainingFlags,
  { trace }: Pick<Trained<unknown>, "trace">,
) {
  if (!trace) return;
  if (trace.steps === 0) {
    terminal.progress.warn("--profile: no step was timed: the first of a start is left out; give it more steps");
    return;
  }
  terminal.print(`\n${profileText(trace)}`);
  terminal.progress.message(`${profile}: open it in https://ui.perfetto.dev or chrome://tracing`);
}

function profileText(trace: Trace): string {
  const kernels = trace.kernels();
  const sumMs = kernels.reduce((total, { ms }) => total + ms, 0);
  const perSecond = (count: number, ms: number) => (ms > 0 && count > 0 ? (count / ms / 1e6).toFixed(1) : "");
  const rows = kernels.map(({ kernel, variant, dispatches, ms, flops, bytes }) => [
    joinedNames(kernel, KERNEL_WIDTH),
    joinedNames(variant, VARIANT_WIDTH),
    String(Number(dispatches.toFixed(1))),
    ms.toFixed(ms < 0.1 ? 3 : 2),
    `${((100 * ms) / sumMs).toFixed(1)}%`,
    perSecond(flops, ms),
    perSecond(bytes, ms),
  ]);
  const head = ["kernel", "variant", "dispatches", "ms", "share", "GFLOP/s", "GB/s"];
  const title = `where a step's time goes, the mean of ${trace.steps} steps, ${sumMs.toFixed(2)} ms on the GPU:`;
  return `${title}\n${textTable([head, ...rows], ["left", "left"])}`;
}

function runOptions(call: TrainingCall, device: Device, data: LoadedDataset, stopped: () => boolean): RunOptions {
  const { context, terminal, flags, choice, imbalance, out } = call;
  const { seed, batchSize, learningRate, epochs, maxSteps, checkpointEvery, tune, checkNumerics, tensorboard } = flags;
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
    checkNumerics,
    tensorboard,
    out,
    stopped,
    progress: terminal.progress,
    onOpen: (folder) =>
      writeInvocation(folder, { ...choice, adapter: adapterLine(device.adapter), command: commandLine(context.argv) }),
  };
}
