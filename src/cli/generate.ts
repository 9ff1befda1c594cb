import { dirname } from "node:path";
import { type Command, Option } from "commander";
import { makeFolder, sha256Hex, writeFileAtomic } from "../experiments/files_node.ts";
import { GENERATOR_NAMES, type GeneratorName } from "../models/generator_names.ts";
import type { Context } from "./context.ts";
import {
  type AdapterFlags,
  addAdapterOptions,
  addOutputOptions,
  type OutputFlags,
  pictureOption,
  seedOption,
} from "./options.ts";
import { nonEmpty, wholeNumber } from "./parse.ts";
import { chooseRun, readGanRun } from "./run_origin.ts";
import { withDevice } from "./session.ts";
import { addWeightsOptions, chooseWeights, type WeightsFlags } from "./weights_options.ts";

interface Flags extends OutputFlags, AdapterFlags, WeightsFlags<GeneratorName> {
  readonly run?: string;
  readonly out: string;
  readonly perClass: number;
  readonly scale: number;
  readonly seed: number;
}

const examples = `
Examples:
  $ tailgrad generate --run runs/g --out grid.png
  $ tailgrad generate --run runs/g --per-class 20 --scale 2 --seed 7 --out more.png
  $ tailgrad generate --weights generator.safetensors --model mlp_cgan_leaky --out authors.png
`;

/** `tailgrad generate`: draws a grid of a trained generator's images, a row per class. */
export function addGenerate(parent: Command, context: Context): void {
  const command = parent
    .command("generate")
    .description("Draw images of a trained generator as a PNG, one row per class")
    .argument("[run]", "the run folder, instead of --run", nonEmpty)
    .addOption(new Option("--run <folder>", "run folder of a GAN").argParser(nonEmpty))
    .addOption(pictureOption("grid.png"))
    .addOption(new Option("--per-class <n>", "images of each class").argParser(wholeNumber(1, 100)).default(10))
    .addOption(
      new Option("--scale <n>", "side of each image pixel, in pixels").argParser(wholeNumber(1, 10)).default(3),
    )
    .addOption(seedOption());
  addWeightsOptions(command, GENERATOR_NAMES);
  addOutputOptions(addAdapterOptions(command))
    .addHelpText("after", examples)
    .action((argument: string | undefined, flags: Flags) => generateCommand(argument, flags, context));
}

async function generateCommand(argument: string | undefined, flags: Flags, context: Context): Promise<void> {
  const terminal = context.open(flags);
  const { out, perClass, seed, scale } = flags;
  const weights = chooseWeights(argument ?? flags.run, flags, "generate");
  const run = weights ? undefined : chooseRun(argument, flags.run, "generate");
  const gan = weights?.model ?? readGanRun("--run", run!).config.gan;
  const { png, images, adapter } = await withDevice(terminal, flags, async (device) => {
    const { generateGrid, weightsGrid } = await import("../experiments/gan_run_node.ts");
    const request = { perClass, seed, scale };
    const grid = weights
      ? await weightsGrid(device, weights.file, weights.model, request, terminal.progress)
      : await generateGrid(device, run!, request, terminal.progress);
    return { ...grid, adapter: device.adapter.name };
  });
  makeFolder(dirname(out));
  writeFileAtomic(out, png);
  const classes = 10;
  if (flags.json) {
    const imagesSha256 = sha256Hex(images);
    const origin = weights ? { weights: weights.file } : { run };
    terminal.printJson({ out, ...origin, gan, classes, perClass, seed, scale, imagesSha256, adapter });
  } else {
    terminal.print(`${out}: ${classes * perClass} images of ${gan}, ${perClass} per class, one class per row`);
  }
}
