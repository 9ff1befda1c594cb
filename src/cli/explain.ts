import { Argument, type Command, Option } from "commander";
import type { Explanation } from "../autograd/compile.ts";
import { UsageError } from "../errors.ts";
import { GENERATOR_NAMES, type GeneratorName } from "../models/generators.ts";
import type { Context } from "./context.ts";
import {
  type AdapterFlags,
  addAdapterOptions,
  addOutputOptions,
  batchSizeOption,
  CNN_DEFAULTS,
  GAN_DEFAULTS,
  type OutputFlags,
} from "./options.ts";
import { wholeNumber } from "./parse.ts";
import { withDevice } from "./session.ts";
import { cutLines, textTable } from "./table.ts";

type PlanName = "cgan" | "cnn";

interface Flags extends OutputFlags, AdapterFlags {
  readonly gan: GeneratorName;
  readonly batchSize?: number;
  readonly wgsl?: number;
}

const examples = `
Examples:
  $ tailgrad explain cnn
  $ tailgrad explain cgan --gan dccgan_leaky --batch-size 64
  $ tailgrad explain cnn --wgsl 3

Columns: MFLOP is 10^6 floating-point operations, KB 10^3 bytes read and written. Shapes after "->" are written.
Buffers are variables by name, or numbered slots that intermediates share.
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
    .addOption(batchSizeOption())
    .addOption(
      new Option("--wgsl <n>", "print the shader of dispatch n instead").argParser(wholeNumber(1)).conflicts("json"),
    );
  addOutputOptions(addAdapterOptions(command))
    .addHelpText("after", examples)
    .action((plan: PlanName, flags: Flags) => explainCommand(plan, flags, context));
}

async function explainCommand(plan: PlanName, flags: Flags, context: Context): Promise<void> {
  const terminal = context.open(flags);
  const { gan, wgsl, batchSize = (plan === "cgan" ? GAN_DEFAULTS : CNN_DEFAULTS).batchSize } = flags;
  const { explanation, shaders } = await withDevice(terminal, flags, async (device) => {
    const { explainPlan } = await import("../experiments/explain_plans.ts");
    return explainPlan(device, plan, { gan, batchSize });
  });
  if (wgsl !== undefined) {
    const code = shaders[wgsl - 1];
    if (code === undefined) {
      throw new UsageError(`--wgsl ${wgsl}: the plan has dispatches 1 to ${shaders.length}; give one of them`);
    }
    return terminal.print(code.trimEnd());
  }
  if (flags.json) {
    const dispatches = explanation.dispatches.map((row, i) => ({ number: i + 1, ...row }));
    return terminal.printJson({ plan, ...(plan === "cgan" ? { gan } : {}), batchSize, ...explanation, dispatches });
  }
  const { columns } = context.streams.stdout;
  const text = explanationText(explanation);
  const cut = cutLines(text, columns);
  terminal.print(cut);
  if (cut !== text)
    terminal.progress.message("lines are cut to the terminal; pipe them (| less -S) or use --json to see all");
}

/** The plan as an aligned table and its totals. */
export function explanationText({ dispatches, flops, peakBytes, unsharedBytes, variableBytes }: Explanation): string {
  const rows = dispatches.map((row, i) => [
    String(i + 1),
    row.kernel,
    row.variant,
    row.workgroups.join("x"),
    (row.flops / 1e6).toFixed(2),
    (row.bytes / 1e3).toFixed(1),
    row.shapes.join(" "),
    row.buffers.join(", "),
  ]);
  const head = ["#", "kernel", "variant", "workgroups", "MFLOP", "KB", "shapes", "buffers"];
  const bytes = dispatches.reduce((total, row) => total + row.bytes, 0);
  const MB = (count: number) => `${(count / 1e6).toFixed(2)} MB`;
  const totals = [
    ["dispatches", String(dispatches.length)],
    ["work", `${(flops / 1e9).toFixed(3)} GFLOP, ${MB(bytes)} read and written`],
    ["intermediates", `${MB(peakBytes)} in shared slots, ${MB(unsharedBytes)} if nothing were shared`],
    ["variables", `${MB(variableBytes)} (weights, optimizer state, data)`],
  ];
  const align = ["right", "left", "left", "right", "right", "right", "left", "left"] as const;
  return `${textTable([head, ...rows], align)}\n\n${textTable(totals, ["left", "left"])}`;
}
