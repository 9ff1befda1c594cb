import { Command, Help, type Option } from "commander";
import { shortLine } from "../data/plain_text.ts";
import { addCompletion } from "./completion.ts";
import { Context, commandPath } from "./context.ts";
import { addData } from "./data.ts";
import { addDemo } from "./demo.ts";
import { addDoctor } from "./doctor.ts";
import { addEvaluate } from "./evaluate.ts";
import { addExplain } from "./explain.ts";
import { addExport } from "./export.ts";
import { EXIT, reportFailure } from "./failure.ts";
import { addGenerate } from "./generate.ts";
import { helpWords } from "./help_words.ts";
import { packageVersion } from "./package_info.ts";
import { oneOf } from "./parse.ts";
import { addReport } from "./report.ts";
import { addReproduce } from "./reproduce.ts";
import type { Streams } from "./terminal.ts";
import { addTrainCnn } from "./train_cnn.ts";
import { addTrainGan } from "./train_gan.ts";
import { addWatch } from "./watch.ts";

const examples = `
The main job, on the embedded garments or on real data:
  $ tailgrad demo
  $ tailgrad train gan --gan small_mlp_cgan_leaky --dataset fashion-mnist --imbalance 1/2 --out runs/g
  $ tailgrad generate --run runs/g --out grid.png
  $ tailgrad train cnn --rebalance small_mlp_cgan_leaky --gan-run runs/g --imbalance 1/2 --out runs/c
  $ tailgrad evaluate --run runs/c --json
  $ tailgrad export --run runs/g --out generator.onnx

All of the paper, at a scale that the machine affords:
  $ tailgrad reproduce --preset small --experiment 3 --dataset fashion-mnist
  $ tailgrad report runs/small

Output:
  Results go to stdout, messages and progress to stderr. Where stderr is no
  terminal there is no bar, only a line now and then; --quiet leaves it out too.

Exit codes:
  0   done
  1   a bug
  2   wrong usage or input, or a file cannot be written
  3   no adapter, or it failed (device lost, out of memory)
  4   training made numbers that are not finite
  75  stopped with a checkpoint, the same command goes on from it

Files:
  runs/         what commands write unless --out says otherwise, a folder a run
  cache folder  downloads and measured kernels; \`tailgrad doctor\` says where

Environment:
  VK_DRIVER_FILES   the graphics drivers to look at, as in any Vulkan program
  XDG_CACHE_HOME    on Linux, where the cache folder is made
  TAILGRAD_DEBUG=1  says with an error where in the code it happened

\`tailgrad help <command>\` says more of each command, README.md of the whole.
`;

const trainExamples = `
Examples:
  $ tailgrad train gan --gan small_mlp_cgan_leaky --imbalance 1/2 --out runs/g
  $ tailgrad train cnn --rebalance small_mlp_cgan_leaky --gan-run runs/g --imbalance 1/2 --out runs/c
  $ tailgrad watch runs/c
`;

/** Characters of a message about the command line. */
const MOST_MESSAGE = 800;

/**
 * Runs one command line (without the program's name) and gives its exit code; it never throws. Results go to `stdout`;
 * messages, progress and the one line that says why it failed to `stderr`.
 */
export async function main(argv: readonly string[], streams: Streams): Promise<number> {
  const context = new Context(argv, streams);
  try {
    const program = buildProgram(context);
    await program.parseAsync(helpWords(program, argv), { from: "user" });
    return EXIT.ok;
  } catch (error) {
    return reportFailure(error, context.terminal, context.command);
  } finally {
    context.terminal.progress.stop();
  }
}

/** All commands, wired to write to `context.streams`. */
export function buildProgram(context: Context): Command {
  const { stdout, stderr } = context.streams;
  const program = new Command("tailgrad")
    .description("Rebalances long-tailed image data with conditional GANs, on WebGPU with hand-written kernels.")
    .version(packageVersion())
    .exitOverride()
    .showSuggestionAfterError()
    .configureHelp({ groupItems: optionsFirst })
    .configureOutput({ writeOut: (text) => stdout.write(text), writeErr: (text) => stderr.write(text) })
    .addHelpText("after", examples)
    .hook("preAction", (_, command) => {
      context.command = commandPath(command);
    });
  addDemo(program, context);
  const train = program
    .command("train")
    .description("Train a GAN or the classifier")
    .addHelpText("after", trainExamples);
  addTrainGan(train, context);
  addTrainCnn(train, context);
  addReproduce(program, context);
  addReport(program, context);
  addWatch(program, context);
  addGenerate(program, context);
  addEvaluate(program, context);
  addExport(program, context);
  addExplain(program, context);
  addData(program, context);
  addDoctor(program, context);
  addCompletion(program, context);
  suggestChoices(program);
  oneLineErrors(program);
  return program;
}

/** Groups of a command's help in order of appearance, "Options:" first: with --help alone in it, commander puts it last. */
function optionsFirst<T extends Command | Option>(
  items: T[],
  visible: T[],
  groupOf: (item: T) => string,
): Map<string, T[]> {
  const groups = new Help().groupItems(items, visible, groupOf);
  const own = groups.get("Options:");
  return own ? new Map([["Options:", own], ...groups]) : groups;
}

/** Reads every value that is one of a few by {@link oneOf}, which names the nearest; commander lists them only. */
function suggestChoices(command: Command): void {
  for (const value of [...command.options, ...command.registeredArguments]) {
    if (value.argChoices) value.argParser(oneOf(value.argChoices));
  }
  command.commands.forEach(suggestChoices);
}

/** Makes commander's messages one line each, with the command that shows what is right. */
function oneLineErrors(command: Command, path: readonly string[] = []): void {
  const name = [...path, command.name()];
  command.configureOutput({
    outputError: (text, write) => {
      // An argument may be as long as the system allows; the rule stands behind it.
      const cut = text.replace(/'([^']{100})[^']+'/g, "'$1...'");
      const message = shortLine(cut, MOST_MESSAGE).replace(/\.$/, "");
      write(`${message}; see \`npx ${name.join(" ")} --help\`\n`);
    },
  });
  for (const child of command.commands) oneLineErrors(child, name);
}
