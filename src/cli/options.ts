/** Options that several commands share, each defined once. */
import { type Command, Option } from "commander";
import { TUNE_MODES, type TuneMode } from "../autograd/tuner.ts";
import { DATASET_NAMES } from "../data/load_node.ts";
import { addConfigOptions } from "./config_file.ts";
import type { Context } from "./context.ts";
import { fileNamed, imbalanceRatio, nonEmpty, positiveNumber, toggleList, wholeNumber } from "./parse.ts";
import { offerValues } from "./usual_values.ts";

/** Largest batch that a run's config.json allows. */
const MOST_BATCH = 65_536;
/** Far beyond what trains: divergence can be shown, and it is a number as f32. */
const MOST_RATE = 1e30;
/** Keeps epochs x steps, and what counts them, exact. */
const MOST_STEPS = 1_000_000_000;
/** Of every command that takes one; GAN and classifier must draw the same long tail. */
const DEFAULT_SEED = 1;

/** What {@link addOutputOptions} gives. */
export interface OutputFlags {
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** What {@link addAdapterOptions} gives. */
export interface AdapterFlags {
  readonly software?: boolean;
  readonly toggles?: string[];
}

/** What {@link addDataOptions} gives. */
export interface DataFlags {
  readonly dataset?: string;
  readonly dataDir?: string;
  readonly offline?: boolean;
}

/** What {@link addTrainingOptions} gives, besides the above. */
export interface TrainingFlags extends OutputFlags, AdapterFlags, DataFlags {
  readonly imbalance?: string;
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly seed: number;
  readonly maxSteps?: number;
  readonly checkpointEvery: number;
  readonly tune: TuneMode;
  readonly checkNumerics?: boolean;
  readonly profile?: string;
  readonly tensorboard?: boolean;
  readonly out?: string;
}

/** A training command's own defaults; the paper's, "Training". */
export interface TrainingDefaults {
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: number;
}

/** The paper's settings for each model. */
export const GAN_DEFAULTS: TrainingDefaults = { epochs: 100, batchSize: 256, learningRate: 2e-4 };
export const CNN_DEFAULTS: TrainingDefaults = { epochs: 30, batchSize: 100, learningRate: 5e-4 };

/** --json and --quiet. */
export function addOutputOptions(command: Command): Command {
  return command
    .optionsGroup("Output:")
    .option("--json", "print the result as one JSON object")
    .option("--quiet", "no progress and no messages; the adapter's line, warnings and errors are still printed");
}

/** --software and --toggles. */
export function addAdapterOptions(command: Command): Command {
  return command
    .optionsGroup("Adapter:")
    .option("--software", "take a software adapter (CPU) even where there is a GPU")
    .addOption(
      new Option(
        "--toggles <names>",
        "advanced: Dawn toggles to switch on, separated by commas; Dawn ignores names that it does not know",
      ).argParser(toggleList),
    );
}

/** --dataset, --data-dir and --offline; `from` says where they are taken from by default. */
export function addDataOptions(command: Command, from = "garments"): Command {
  const names = `${DATASET_NAMES.join(", ")}, or any name together with --data-dir`;
  return command
    .optionsGroup("Data:")
    .addOption(
      offerValues(new Option("--dataset <name>", `${names} (default: ${from})`).argParser(nonEmpty), DATASET_NAMES),
    )
    .addOption(new Option("--data-dir <folder>", "folder of the four IDX files, gzipped or raw").argParser(nonEmpty))
    .option("--offline", "never download");
}

/** --imbalance; `from` says where it is taken from by default. */
export function imbalanceOption(from = "1, the full set"): Option {
  const text = `class c keeps n * C^c images: 7/9 and 1/2 in the paper (default: ${from})`;
  return offerValues(new Option("--imbalance <C>", text).argParser(imbalanceRatio), ["7/9", "1/2", "1"]);
}

/** --tune. */
export function tuneOption(value: TuneMode): Option {
  const text = "measure kernels and keep the fastest: on measures what is not known yet, force everything";
  return new Option("--tune <mode>", text).choices(TUNE_MODES).default(value);
}

/** --seed. */
export function seedOption(): Option {
  return new Option("--seed <n>", "the same seed on the same adapter gives the same bits")
    .argParser(wholeNumber(0))
    .default(DEFAULT_SEED);
}

/** --batch-size; `from` says where it is taken from by default. */
export function batchSizeOption(from?: string): Option {
  const text = from === undefined ? "images per step" : `images per step (default: ${from})`;
  return new Option("--batch-size <n>", text).argParser(wholeNumber(1, MOST_BATCH));
}

/** --out for a picture. */
export function pictureOption(value: string): Option {
  return new Option("--out <file>", "the PNG file to write").argParser(fileNamed(".png")).default(value);
}

/** --out for a folder; `value` describes the default. */
export function folderOption(value: string): Option {
  return new Option("--out <folder>", `where everything is written (default: ${value})`).argParser(nonEmpty);
}

/** All that the training commands share. */
export function addTrainingOptions(command: Command, defaults: TrainingDefaults, context: Context): Command {
  const count = (flags: string, text: string) => new Option(flags, text).argParser(wholeNumber(1, MOST_STEPS));
  command
    .optionsGroup("Training:")
    .addOption(count("--epochs <n>", "passes over the training set").default(defaults.epochs))
    .addOption(batchSizeOption().default(defaults.batchSize))
    .addOption(
      new Option("--learning-rate <x>", "of Adam").argParser(positiveNumber(MOST_RATE)).default(defaults.learningRate),
    )
    .addOption(seedOption())
    .addOption(count("--max-steps <n>", "stop after so many steps, whatever the epochs say"))
    .addOption(count("--checkpoint-every <n>", "steps between checkpoints").default(100))
    .addOption(tuneOption("on"))
    .option("--check-numerics", "look at what every dispatch of every step made; slow, the bits stay the same")
    .addOption(
      new Option(
        "--profile <file>",
        "write a trace for Perfetto or chrome://tracing, and print where a step's time goes",
      ).argParser(fileNamed(".json")),
    )
    .option("--tensorboard", "write losses, measures and pictures as events for TensorBoard into the run folder")
    .addOption(folderOption("a folder under runs/ named after the options"));
  return addConfigOptions(addOutputOptions(addAdapterOptions(command)), context);
}
