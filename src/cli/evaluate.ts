import { type Command, Option } from "commander";
import { FASHION_CLASS_NAMES } from "../data/dataset.ts";
import { UsageError } from "../errors.ts";
import { datasetSha256 } from "../experiments/invocation_node.ts";
import type { LossMode } from "../experiments/programs.ts";
import { GENERATOR_NAMES } from "../models/generator_names.ts";
import type { Context } from "./context.ts";
import { checkTrainable, chooseData, loadChosen } from "./data_source.ts";
import { evaluationJson, evaluationText, type Measured } from "./evaluation_view.ts";
import {
  type AdapterFlags,
  addAdapterOptions,
  addDataOptions,
  addOutputOptions,
  type DataFlags,
  type OutputFlags,
  seedOption,
} from "./options.ts";
import { nonEmpty, wholeNumber } from "./parse.ts";
import { chooseRun, readCnnRun } from "./run_origin.ts";
import { withDevice } from "./session.ts";
import type { Terminal } from "./terminal.ts";
import { addWeightsOptions, chooseWeights, type Weights, type WeightsFlags } from "./weights_options.ts";

/** What weights may be of. */
const MODELS = ["cnn", ...GENERATOR_NAMES] as const;
type Model = (typeof MODELS)[number];

interface Flags extends OutputFlags, AdapterFlags, DataFlags, WeightsFlags<Model> {
  readonly run?: string;
  readonly loss: LossMode;
  readonly classifier?: string;
  readonly perClass: number;
  readonly seed: number;
}

const examples = `
Examples:
  $ tailgrad evaluate --run runs/c
  $ tailgrad evaluate --run runs/c --json | jq .accuracy
  $ tailgrad evaluate --weights cnn.safetensors --model cnn --dataset fashion-mnist
  $ tailgrad evaluate --weights g.safetensors --model mlp_cgan_leaky --classifier cnn.safetensors

The data set and where it lies are the run's unless given. Weights have
PyTorch's names and layouts. A generator is measured by a classifier that looks
at its images: recall is then the share of a class's images that are taken for
it.
`;

/** `tailgrad evaluate`: measures a trained classifier on the test set. */
export function addEvaluate(parent: Command, context: Context): void {
  const command = parent
    .command("evaluate")
    .description("Measure a trained classifier, or weights that come as a file")
    .argument("[run]", "the run folder, instead of --run", nonEmpty)
    .addOption(new Option("--run <folder>", "run folder of a classifier").argParser(nonEmpty));
  addWeightsOptions(command, MODELS)
    .addOption(
      new Option("--classifier <file>", "weights of the classifier that judges the images of a generator").argParser(
        nonEmpty,
      ),
    )
    .addOption(
      new Option("--per-class <n>", "images of each class to judge").argParser(wholeNumber(1, 10_000)).default(100),
    )
    .addOption(new Option("--loss <kind>", "of --weights").choices(["plain", "paper"]).default("plain"))
    .addOption(seedOption());
  addOutputOptions(addAdapterOptions(addDataOptions(command, "the run's, else garments")))
    .addHelpText("after", examples)
    .action((argument: string | undefined, flags: Flags) => evaluateCommand(argument, flags, context));
}

async function evaluateCommand(argument: string | undefined, flags: Flags, context: Context): Promise<void> {
  const terminal = context.open(flags);
  const weights = chooseWeights(argument ?? flags.run, flags, "evaluate");
  const measured = weights
    ? await evaluateWeights(terminal, weights, flags)
    : await evaluateTrained(terminal, argument, flags);
  if (flags.json) terminal.printJson(evaluationJson(measured));
  else terminal.print(evaluationText(measured));
}

async function evaluateTrained(terminal: Terminal, argument: string | undefined, flags: Flags): Promise<Measured> {
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
  return withDevice(terminal, flags, async (device) => {
    const { evaluateRun } = await import("../experiments/cnn_run_node.ts");
    const { step, evaluation, classNames } = await evaluateRun(device, folder, data, terminal.progress);
    return { of: { run: folder, step }, evaluation, classNames, adapter: device.adapter.name };
  });
}

async function evaluateWeights(terminal: Terminal, { file, model }: Weights<Model>, flags: Flags): Promise<Measured> {
  const { classifier, loss, perClass, seed } = flags;
  if (model === "cnn" && classifier !== undefined) {
    throw new UsageError("--classifier judges a generator's images, but --model is cnn; leave it out");
  }
  if (model !== "cnn") {
    if (classifier === undefined) {
      throw new UsageError(
        `--model ${model} makes images, which a classifier must judge; name its weights with --classifier, or draw them with \`npx tailgrad generate\``,
      );
    }
    return withDevice(terminal, flags, async (device) => {
      const { judgeGeneratorWeights } = await import("../experiments/weights_node.ts");
      const request = { generator: model, file, classifier, perClass, seed, loss };
      const evaluation = await judgeGeneratorWeights(device, request, terminal.progress);
      const classNames = FASHION_CLASS_NAMES;
      return { of: { weights: file, model, classifier }, evaluation, classNames, adapter: device.adapter.name };
    });
  }
  const data = await loadChosen(terminal, chooseData(terminal, flags), flags);
  checkTrainable(data);
  return withDevice(terminal, flags, async (device) => {
    const { evaluateCnnWeights } = await import("../experiments/weights_node.ts");
    const evaluation = await evaluateCnnWeights(device, file, data.dataset, loss, terminal.progress);
    const { classNames } = data.dataset;
    return { of: { weights: file, model }, evaluation, classNames, adapter: device.adapter.name };
  });
}
