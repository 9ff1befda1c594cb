import { Argument, type Command, Option } from "commander";
import type { DispatchRow, Explanation } from "../autograd/explain.ts";
import type { DispatchTime } from "../autograd/profile.ts";
import type { TuneMode } from "../autograd/tuner.ts";
import { UsageError } from "../errors.ts";
import type { StepProfile } from "../experiments/explain_plans.ts";
import { GENERATOR_NAMES, type GeneratorName } from "../models/generator_names.ts";
import type { Context } from "./context.ts";
import {
  type AdapterFlags,
  addAdapterOptions,
  addOutputOptions,
  batchSizeOption,
  CNN_DEFAULTS,
  GAN_DEFAULTS,
  type OutputFlags,
  tuneOption,
} from "./options.ts";
import { wholeNumber } from "./parse.ts";
import { withDevice } from "./session.ts";
import { countedNames, cutLines, textTable, wrappedRow } from "./table.ts";

type PlanName = "cgan" | "cnn";

interface Flags extends OutputFlags, AdapterFlags {
  readonly gan: GeneratorName;
  readonly batchSize?: number;
  readonly wgsl?: number;
  readonly profile?: boolean;
  readonly tune: TuneMode;
}

const examples = `
Examples:
  $ tailgrad explain cnn
  $ tailgrad explain cgan --gan dccgan_leaky --batch-size 64
  $ tailgrad explain cnn --wgsl 3
  $ tailgrad explain cnn --profile
  $ tailgrad explain cnn --profile --tune on

Columns: MFLOP is 10^6 floating-point operations, KB 10^3 bytes read and
written. Shapes after "->" are written. Buffers are variables by name, or
numbered slots that intermediates share. What is too wide for its column goes on
below it; --json has each row whole. --profile runs the step: times, in the
place of buffers, are of dispatches alone, repeated; "first" is that of the
first run, for which some drivers compile the kernel. --tune on takes the
kernels that a long training takes. Plans, and with them the numbers that --wgsl
takes, differ from adapter to adapter.
`;

/** `tailgrad explain`: the plan of one training step, dispatch by dispatch. */
export function addExplain(parent: Command, context: Context): void {
  const command = parent
    .command("explain")
    .description("Show what the GPU does in one training step")
    .addArgument(new Argument("<plan>", "which training step").choices(["cgan", "cnn"]))
    .addOption(
      new Option("--gan <name>", "the generator of plan cgan").choices(GENERATOR_NAMES).default("mlp_cgan_leaky"),
    )
    .addOption(batchSizeOption(`${GAN_DEFAULTS.batchSize} for cgan, ${CNN_DEFAULTS.batchSize} for cnn`))
    .addOption(
      new Option("--wgsl <n>", "print the shader of dispatch n instead").argParser(wholeNumber(1)).conflicts("json"),
    );
  command.addOption(tuneOption("off"));
  command.addOption(new Option("--profile", "run the step and time each dispatch").conflicts("wgsl"));
  addOutputOptions(addAdapterOptions(command))
    .addHelpText("after", examples)
    .action((plan: PlanName, flags: Flags) => {
      if (plan === "cnn" && command.getOptionValueSource("gan") === "cli") {
        throw new UsageError(`explain cnn: --gan ${flags.gan} is for plan cgan; leave it out, or explain cgan`);
      }
      return explainCommand(plan, flags, context);
    });
}

async function explainCommand(plan: PlanName, flags: Flags, context: Context): Promise<void> {
  const terminal = context.open(flags);
  const {
    gan,
    wgsl,
    profile: timed = false,
    batchSize = (plan === "cgan" ? GAN_DEFAULTS : CNN_DEFAULTS).batchSize,
  } = flags;
  const { explanation, shaders, profile } = await withDevice(terminal, flags, async (device) => {
    const { explainPlan } = await import("../experiments/explain_plans.ts");
    const { cachedTuner } = await import("../experiments/tuning_node.ts");
    const { tune } = flags;
    const tuner = tune === "off" ? {} : { tuner: cachedTuner(device, { tune, progress: terminal.progress }) };
    return explainPlan(device, plan, { gan, batchSize, profile: timed, ...tuner });
  });
  if (wgsl !== undefined) {
    const code = shaders[wgsl - 1];
    if (code === undefined) {
      throw new UsageError(
        `--wgsl ${wgsl}: on this adapter the plan has dispatches 1 to ${shaders.length}; give one of them, ` +
          `\`npx tailgrad explain ${plan}\` lists them`,
      );
    }
    return terminal.print(code.trimEnd());
  }
  if (flags.json) {
    const dispatches = explanation.dispatches.map((row, i) => ({ number: i + 1, ...row, ...profile?.dispatches[i] }));
    const times = profile && { firstStepMs: profile.firstStepMs, stepMs: profile.stepMs };
    return terminal.printJson({
      plan,
      ...(plan === "cgan" ? { gan } : {}),
      batchSize,
      ...explanation,
      ...times,
      dispatches,
    });
  }
  const { columns } = context.streams.stdout;
  const text = explanationText(explanation, profile);
  // What goes on below a row may lie beyond the terminal.
  const cut = cutLines(text, columns).replaceAll(/^ +…\n/gm, "");
  terminal.print(cut);
  if (cut !== text)
    terminal.progress.message("lines are cut to the terminal; pipe them (| less) or use --json to see all");
}

/** Columns of what is a list; with the longest names of variables a line has 160. */
const LIST_WIDTHS = { kernel: 24, variant: 20, shapes: 34, buffers: 30 };

/** The plan as an aligned table and its totals; where it was profiled with times, in the place of buffers. */
export function explanationText(explanation: Explanation, profile?: StepProfile): string {
  const { dispatches, flops, peakBytes, unsharedBytes, variableBytes } = explanation;
  const sumMs = profile?.dispatches.reduce((total, { ms }) => total + ms, 0) ?? 0;
  const { kernel, variant, shapes, buffers } = LIST_WIDTHS;
  const free = Number.POSITIVE_INFINITY;
  const timeWidths = profile ? [free, free, free, free, free] : [];
  const widths = [free, ...timeWidths, kernel, variant, free, free, free, shapes, buffers];
  const rows = dispatches.flatMap((row, i) =>
    wrappedRow(
      [
        [String(i + 1)],
        ...(profile ? timeCells(row, profile.dispatches[i]!, sumMs) : []).map((cell) => [cell]),
        between(countedNames(row.kernel), " +"),
        between(countedNames(row.variant), " +"),
        [row.workgroups.join("x")],
        [(row.flops / 1e6).toFixed(2)],
        [(row.bytes / 1e3).toFixed(1)],
        row.shapes,
        ...(profile ? [] : [between(row.buffers, ",")]),
      ],
      widths,
    ),
  );
  const timeHead = profile ? ["first ms", "ms", "share", "GFLOP/s", "GB/s"] : [];
  const head = [
    "#",
    ...timeHead,
    "kernel",
    "variant",
    "workgroups",
    "MFLOP",
    "KB",
    "shapes",
    ...(profile ? [] : ["buffers"]),
  ];
  const bytes = dispatches.reduce((total, row) => total + row.bytes, 0);
  const MB = (count: number) => `${(count / 1e6).toFixed(2)} MB`;
  const totals = [
    ["dispatches", String(dispatches.length)],
    ["work", `${(flops / 1e9).toFixed(3)} GFLOP, ${MB(bytes)} read and written`],
    ["intermediates", `${MB(peakBytes)} in shared slots, ${MB(unsharedBytes)} if nothing were shared`],
    ["variables", `${MB(variableBytes)} (weights, optimizer state, data)`],
  ];
  if (profile) {
    const { firstStepMs, stepMs } = profile;
    totals.push(
      ["first step", `${firstStepMs.toFixed(0)} ms, with what the driver compiles for it`],
      [
        "step",
        `${stepMs.toFixed(1)} ms, ${(flops / stepMs / 1e6).toFixed(1)} GFLOP/s; its dispatches one by one ${sumMs.toFixed(1)} ms`,
      ],
    );
  }
  const right = profile ? (["right", "right", "right", "right", "right"] as const) : [];
  const align = ["right", ...right, "left", "left", "right", "right", "right", "left", "left"] as const;
  return `${textTable([head, ...rows], align)}\n\n${textTable(totals, ["left", "left"])}`;
}

/** A list with a mark behind all items but the last. */
function between(items: readonly string[], mark: string): string[] {
  return items.map((item, i) => (i < items.length - 1 ? `${item}${mark}` : item));
}

function timeCells({ flops, bytes }: DispatchRow, { firstMs, ms }: DispatchTime, sumMs: number): string[] {
  const perSecond = (count: number) => (ms > 0 ? (count / ms / 1e6).toFixed(1) : "-");
  return [
    firstMs.toFixed(1),
    ms < 0.01 ? "<0.01" : ms.toFixed(2),
    `${((100 * ms) / sumMs).toFixed(1)}%`,
    flops > 0 ? perSecond(flops) : "",
    perSecond(bytes),
  ];
}
