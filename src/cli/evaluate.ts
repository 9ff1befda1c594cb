import { type Command, Option } from "commander";
import { datasetSha256 } from "../experiments/invocation_node.ts";
import type { Context } from "./context.ts";
import { checkTrainable, chooseData, loadChosen } from "./data_source.ts";
import { evaluationJson, evaluationText } from "./evaluation_view.ts";
import {
  type AdapterFlags,
  addAdapterOptions,
  addDataOptions,
  addOutputOptions,
  type DataFlags,
  type OutputFlags,
} from "./options.ts";
import { nonEmpty } from "./parse.ts";
import { chooseRun, readCnnRun } from "./run_origin.ts";
import { withDevice } from "./session.ts";

interface Flags extends OutputFlags, AdapterFlags, DataFlags {
  readonly run?: string;
}

const examples = `
Examples:
  $ tailgrad evaluate --run runs/c
  $ tailgrad evaluate --run runs/c --json | jq .accuracy

The data set and where it lies are the run's unless given.
`;

/** `tailgrad evaluate`: measures a trained classifier on the test set. */
export function addEvaluate(parent: Command, context: Context): void {
  const command = parent
    .command("evaluate")
    .description("Measure a trained classifier on the full test set")
    .argument("[run]", "the run folder, instead of --run", nonEmpty)
    .addOption(new Option("--run <folder>", "run folder of a classifier").argParser(nonEmpty));
  addOutputOptions(addAdapterOptions(addDataOptions(command, "the run's")))
    .addHelpText("after", examples)
    .action((argument: string | undefined, flags: Flags) => evaluateCommand(argument, flags, context));
}

async function evaluateCommand(argument: string | undefined, flags: Flags, context: Context): Promise<void> {
  const terminal = context.open(flags);
  const folder = chooseRun(argument, flags.run, "evaluate");
  const origin = readCnnRun("--run", folder);
  const data = await loadChosen(terminal, chooseData(terminal, flags, origin), flags);
  checkTrainable(data);
  if (datasetSha256(data) !== origin.config.datasetSha256) {
    terminal.progress.warn(
      `${folder} was trained on other images than these of ${data.dataset.name}, so the figures differ from its own; ` +
        "name its data with --data-dir if they lie elsewhere",
    );
  }
  const measured = await withDevice(terminal, flags, async (device) => {
    const { evaluateRun } = await import("../experiments/cnn_run_node.ts");
    const { step, evaluation, classNames } = await evaluateRun(device, folder, data, terminal.progress);
    return { run: folder, step, evaluation, classNames, adapter: device.adapter.name };
  });
  if (flags.json) terminal.printJson(evaluationJson(measured));
  else terminal.print(evaluationText(measured));
}
