import { type Command, Option } from "commander";
import type { TuneMode } from "../autograd/tuner.ts";
import type { LoadedDataset } from "../data/load_node.ts";
import { TailgradError, UsageError } from "../errors.ts";
import { makeFolder } from "../experiments/files_node.ts";
import { writeInvocation } from "../experiments/invocation_node.ts";
import type { MidwayReproduced } from "../experiments/midway/midway_node.ts";
import { MIDWAY_PRESETS } from "../experiments/midway/presets.ts";
import type { LossMode } from "../experiments/programs.ts";
import { checkMatrixFolder } from "../experiments/reproduce/matrix_file_node.ts";
import { planReproduction, type Reproduction } from "../experiments/reproduce/plan_node.ts";
import { PRESET_NAMES, PRESETS, type PresetName } from "../experiments/reproduce/presets.ts";
import { EXPERIMENTS, type Experiment, settingOf } from "../experiments/reproduce/settings.ts";
import { lockFolder } from "../experiments/run_lock_node.ts";
import type { Device } from "../gpu/device.ts";
import { GENERATOR_NAMES, type GeneratorName } from "../models/generator_names.ts";
import { addConfigOptions } from "./config_file.ts";
import { type Context, commandLine } from "./context.ts";
import { checkTrainable, chooseData, type DataChoice, loadChosen } from "./data_source.ts";
import { interruptible } from "./interrupt.ts";
import {
  type AdapterFlags,
  addAdapterOptions,
  addDataOptions,
  addOutputOptions,
  type DataFlags,
  folderOption,
  type OutputFlags,
  tuneOption,
} from "./options.ts";
import { packageVersion } from "./package_info.ts";
import { imbalanceRatio, listOf, nonEmpty, oneOf, wholeNumber } from "./parse.ts";
import { trainInChild } from "./reproduce_jobs.ts";
import { midwayEstimateText, midwayJson, midwayText } from "./reproduce_midway.ts";
import { dryRunJson, dryRunText, reproducedJson, reproducedText } from "./reproduce_view.ts";
import { adapterLine, withDevice } from "./session.ts";
import type { Terminal } from "./terminal.ts";
import { offerValues } from "./usual_values.ts";

interface Flags extends OutputFlags, AdapterFlags, DataFlags {
  readonly experiment?: `${Experiment}` | "midway" | "all";
  readonly preset: PresetName;
  readonly loss: LossMode;
  readonly seeds: number;
  readonly gans?: GeneratorName[];
  readonly imbalance?: string[];
  readonly out?: string;
  readonly jobs: number;
  readonly tune: TuneMode;
  readonly dryRun?: boolean;
  readonly only?: string;
}

/** A call with its data loaded. */
interface Call {
  readonly context: Context;
  readonly terminal: Terminal;
  readonly flags: Flags;
  readonly choice: DataChoice;
  readonly data: LoadedDataset;
  readonly out: string;
}

const examples = `
Experiment 1 trains the classifier on the original set and on both long tails as
they are; 2 on the low imbalance (C = 7/9) and all its rebalancings; 3 on the
high one (C = 1/2). All have the original as their reference. midway, the
authors' earlier report, trains its own classifier on views of eight objects
that are rendered first, into midway/views. dccgan_leaky, 1 TFLOP a step, is in
by default only on GPUs.

Examples:
  $ tailgrad reproduce --preset smoke --dataset fashion-mnist --data-dir ~/fashion-mnist
  $ tailgrad reproduce --preset small --experiment 3 --seeds 2 --dataset fashion-mnist --out runs/small
  $ tailgrad reproduce --preset small --experiment 3 --loss paper --dataset fashion-mnist --out runs/small
  $ tailgrad reproduce --imbalance 2/3,0.6 --gans small_mlp_cgan_leaky --dry-run

Finished runs are kept, so more seeds, losses or experiments into the same
folder train only what is new. Ctrl-C writes a checkpoint; the same command
again goes on from it.
`;

/** `tailgrad reproduce`: trains every row of the paper's Table 1. */
export function addReproduce(parent: Command, context: Context): void {
  const command = parent
    .command("reproduce")
    .description("Train all that the paper's table and figures show, at a scale that the machine affords")
    .addOption(
      new Option(
        "--experiment <n>",
        "which of the paper's experiments (default: all, or none with --imbalance)",
      ).choices([...EXPERIMENTS.map(String), "midway", "all"]),
    )
    .addOption(
      new Option("--preset <size>", "smoke: minutes, only shows that it works; small: cut to hours; paper: all of it")
        .choices(PRESET_NAMES)
        .default("small"),
    )
    .addOption(
      new Option("--loss <kind>", "cross-entropy on logits, or the paper's on softmax outputs")
        .choices(["plain", "paper"])
        .default("plain"),
    )
    .addOption(
      new Option("--seeds <n>", "repeat everything with seeds 1 to n").argParser(wholeNumber(1, 100)).default(1),
    )
    .addOption(
      offerValues(
        new Option(
          "--gans <names>",
          "generators to rebalance with, separated by commas (default: the paper's four)",
        ).argParser(listOf(oneOf(GENERATOR_NAMES))),
        GENERATOR_NAMES,
      ),
    )
    .addOption(
      new Option("--imbalance <C,...>", "further long tails, with all their rebalancings").argParser(
        listOf(imbalanceRatio),
      ),
    )
    .addOption(folderOption("runs/smoke, runs/small or runs/paper"))
    .addOption(
      new Option("--jobs <n>", "runs at the same time, each in a process; pays on GPUs only")
        .argParser(wholeNumber(1, 64))
        .default(1),
    )
    .addOption(tuneOption("on"))
    .option("--dry-run", "list the runs with the time that each takes by a few measured steps, and train nothing")
    // One run of a matrix that another process keeps.
    .addOption(new Option("--only <key>").argParser(nonEmpty).hideHelp());
  addConfigOptions(addOutputOptions(addAdapterOptions(addDataOptions(command))), context)
    .addHelpText("after", examples)
    .action((flags: Flags) => reproduceCommand(flags, context));
}

async function reproduceCommand(flags: Flags, context: Context): Promise<void> {
  const terminal = context.open(flags);
  const choice = chooseData(terminal, flags);
  const { preset, out = `runs/${preset}` } = flags;
  // Before the data are loaded; the runs' own folders follow once the adapter says which runs there are.
  checkMatrixFolder(out, { preset, sizes: PRESETS[preset], dataset: choice.dataset });
  const data = await loadChosen(terminal, choice, flags);
  checkTrainable(data);
  const call = { context, terminal, flags, choice, data, out };
  await withDevice(terminal, flags, async (device) => {
    const plan = planReproduction({
      ...matrixRequest(flags, device),
      preset,
      data,
      out,
      command: origin(call, device),
    });
    if (flags.dryRun) await dryRun(call, plan, device);
    else if (flags.only === undefined) await trainAll(call, plan, device);
    else await trainOnly(call, plan, device, flags.only);
  });
}

function wantsAll({ experiment, imbalance }: Flags): boolean {
  return experiment === "all" || (experiment === undefined && imbalance === undefined);
}

function wantsMidway(flags: Flags): boolean {
  return wantsAll(flags) || flags.experiment === "midway";
}

function matrixRequest(flags: Flags, { adapter }: Device) {
  const { experiment, imbalance, gans, loss, seeds } = flags;
  const all = wantsAll(flags);
  const affordable = GENERATOR_NAMES.filter((name) => name !== "dccgan_leaky" || !adapter.software);
  return {
    experiments: EXPERIMENTS.filter((n) => all || experiment === String(n)),
    settings: (imbalance ?? []).map(settingOf),
    gans: gans ?? affordable,
    loss,
    seeds,
  };
}

function origin({ context }: Call, { adapter }: Device) {
  const command = commandLine(context.argv);
  return { command, version: packageVersion(), adapter: adapterLine(adapter), software: adapter.software };
}

async function dryRun({ terminal, flags, out }: Call, { matrix, tasks, dataset }: Reproduction, device: Device) {
  const { estimateTasks, measureSteps } = await import("../experiments/reproduce/estimate_node.ts");
  const times = await measureSteps(device, dataset, matrix.sizes, tasks, terminal.progress);
  const estimate = { out, matrix, times, runs: estimateTasks(out, matrix, tasks, times) };
  const midway = wantsMidway(flags) ? await dryRunMidway(out, flags, device) : undefined;
  if (flags.json) terminal.printJson({ ...dryRunJson(estimate), ...(midway ? { midway } : {}) });
  else {
    const texts = [
      ...(tasks.length > 0 ? [dryRunText(estimate)] : []),
      ...(midway ? [midwayEstimateText(midway)] : []),
    ];
    terminal.print(texts.join("\n\n"));
  }
}

async function dryRunMidway(out: string, { preset, seeds }: Flags, device: Device) {
  const { estimateMidway } = await import("../experiments/midway/estimate_node.ts");
  return estimateMidway(device, out, MIDWAY_PRESETS[preset], seeds);
}

async function trainAll(call: Call, plan: Reproduction, device: Device): Promise<void> {
  const { context, terminal, flags, out } = call;
  const { jobs } = flags;
  if (jobs > 1 && device.adapter.software) {
    terminal.progress.warn("a software adapter keeps all cores busy with one run; --jobs 1 is as fast");
  }
  const { reproduce, trainTask } = await import("../experiments/reproduce/reproduce_node.ts");
  if (plan.tasks.length > 0) terminal.progress.message(`${plan.tasks.length} runs into ${out}`);
  makeFolder(out);
  const unlock = lockFolder(out);
  const [done, midway] = await interruptible(terminal, async (stopped) => {
    const done = await reproduce(plan, {
      out,
      jobs,
      stopped,
      progress: terminal.progress,
      bar: context.streams.stderr.isTTY === true,
      train: (task, progress) =>
        jobs > 1
          ? trainInChild(context.argv, task.run.key, stopped)
          : trainTask(task, taskSite(call, plan, device, stopped), progress),
    });
    return [done, wantsMidway(flags) ? await trainMidway(call, device, stopped) : NO_MIDWAY] as const;
  }).finally(unlock);
  if (flags.json) {
    terminal.printJson({ ...reproducedJson(out, plan.matrix, done), midway: midwayJson(midway.rows) });
  } else {
    const tables = [
      ...(done.rows.length > 0 ? [reproducedText(done.rows)] : []),
      ...(midway.rows.length > 0 ? [midwayText(midway.rows)] : []),
    ];
    terminal.print(tables.join("\n\n"));
  }
  const failures = [...done.failures, ...midway.failures];
  const runs = done.runs + midway.rows.length;
  if (failures.length > 0) throw new FailedRuns(failures, runs, commandLine(context.argv));
  terminal.progress.message(`next: npx tailgrad report ${out}`);
}

const NO_MIDWAY: MidwayReproduced = { rows: [], failures: [] };

/** The midway report's rows, one after another: they are few. */
async function trainMidway(call: Call, device: Device, stopped: () => boolean) {
  const { out, flags, terminal } = call;
  const { reproduceMidway } = await import("../experiments/midway/midway_node.ts");
  const { progress } = terminal;
  const sizes = MIDWAY_PRESETS[flags.preset];
  return reproduceMidway({
    device,
    out,
    sizes,
    seeds: flags.seeds,
    onOpen: noteStart(call, device),
    stopped,
    progress,
  });
}

/** The part of a process of --jobs: one run, its folder alone. */
async function trainOnly(call: Call, plan: Reproduction, device: Device, key: string): Promise<void> {
  const task = plan.tasks.find(({ run }) => run.key === key);
  if (!task) throw new UsageError(`--only ${key}: not a run of this matrix; see --dry-run`);
  const { trainTask } = await import("../experiments/reproduce/reproduce_node.ts");
  const { progress } = call.terminal;
  await interruptible(call.terminal, (stopped) => trainTask(task, taskSite(call, plan, device, stopped), progress));
}

function taskSite(call: Call, { matrix }: Reproduction, device: Device, stopped: () => boolean) {
  const { data, out, flags } = call;
  return { device, data, out, matrix, tune: flags.tune, onOpen: noteStart(call, device), stopped };
}

/** Notes in a run folder how it was started. */
function noteStart({ choice, context }: Call, { adapter }: Device) {
  const invocation = { ...choice, adapter: adapterLine(adapter), command: commandLine(context.argv) };
  return (folder: string) => writeInvocation(folder, invocation);
}

/** Some runs failed; it ends with the exit code of the first. */
class FailedRuns extends TailgradError {
  override readonly exitCode: number;

  constructor(failures: readonly { key: string; error: TailgradError }[], runs: number, command: string) {
    const names = failures.map(({ key }) => key);
    const shown = `${names.slice(0, 3).join(", ")}${names.length > 3 ? ", ..." : ""}`;
    super(
      `${failures.length} of ${runs} runs failed: ${shown}; see the warnings above, then try them again with \`${command}\``,
    );
    this.exitCode = failures[0]!.error.exitCode;
  }
}
