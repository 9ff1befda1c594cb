import type { Command } from "commander";
import type { DemoSummary } from "../experiments/demo_node.ts";
import { showSeconds } from "../experiments/report/numbers.ts";
import { type Context, commandLine } from "./context.ts";
import { interruptible } from "./interrupt.ts";
import {
  type AdapterFlags,
  addAdapterOptions,
  addOutputOptions,
  folderOption,
  type OutputFlags,
  seedOption,
} from "./options.ts";
import { withDevice } from "./session.ts";
import { textTable } from "./table.ts";

interface Flags extends OutputFlags, AdapterFlags {
  readonly out?: string;
  readonly seed: number;
}

const examples = `
Examples:
  $ npm start
  $ tailgrad demo --seed 2 --out runs/demo-2

Ctrl-C writes a checkpoint; the same command again goes on from it.
`;

/** `tailgrad demo`: the main job in small, on the embedded garments; what `npm start` runs. */
export function addDemo(parent: Command, context: Context): void {
  const command = parent
    .command("demo")
    .description("The main job in small: long tail, GAN, rebalanced classifiers, report (no download)")
    .addOption(seedOption())
    .addOption(folderOption("runs/demo, or runs/demo-seedN"));
  addOutputOptions(addAdapterOptions(command))
    .addHelpText("after", examples)
    .action((flags: Flags) => demoCommand(flags, context));
}

async function demoCommand(flags: Flags, context: Context): Promise<void> {
  const terminal = context.open(flags);
  const { seed, out = seed === 1 ? "runs/demo" : `runs/demo-seed${seed}` } = flags;
  const summary = await withDevice(terminal, flags, async (device) => {
    const { runDemo } = await import("../experiments/demo_node.ts");
    const { progress } = terminal;
    const command = commandLine(context.argv);
    return interruptible(terminal, (stopped) => runDemo(device, { out, seed, stopped, progress, command }));
  });
  if (flags.json) terminal.printJson(summary);
  else terminal.print(demoText(summary));
}

/** The classifiers side by side, and where the report lies. */
export function demoText({ rows, report, seconds }: Pick<DemoSummary, "rows" | "report" | "seconds">): string {
  const figure = (value: number) => value.toFixed(3);
  const head = ["training set", "accuracy", "F1", "G-mean", "head recall", "tail recall"];
  const table = rows.map((row) => [
    row.label,
    ...[row.accuracy, row.f1Weighted, row.gMean, row.headRecall, row.tailRecall].map(figure),
  ]);
  return `${textTable([head, ...table])}\n\nreport: ${report} (${showSeconds(seconds)})`;
}
