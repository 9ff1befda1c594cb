import { parseImbalance } from "../data/long_tail.ts";
import type { LossMode } from "../experiments/programs.ts";
import type { Rebalancing } from "../experiments/rebalance.ts";
import { GENERATOR_NAMES, type GeneratorName } from "../models/generator_names.ts";

/** How the rare classes are filled up: by the chosen generator, or by one of the classical ways. */
export const FILLINGS = ["cgan", "none", "downsampled", "upsampled", "upsampled-random"] as const;
export type Filling = (typeof FILLINGS)[number];

/** What a training is made of; what the address holds, and what the command is given. */
export interface Settings {
  /** "garments", "fashion-mnist", "mnist", or "files" for dropped files of another name. */
  readonly data: string;
  /** C of the long tail: class c keeps n * C^c images. */
  readonly imbalance: string;
  readonly gan: GeneratorName;
  readonly fill: Filling;
  readonly loss: LossMode;
  readonly seed: number;
  readonly batch: number;
  /** Steps of the GAN, then of the classifier. */
  readonly ganSteps: number;
  readonly cnnSteps: number;
}

/** The same Adam for both, as in `tailgrad demo`; a beta1 of 0.5 settles GANs early. */
export const LEARNING_RATE = 5e-4;
export const GAN_BETA1 = 0.5;
/** Test images per class that are classified while training goes on; at the end all are, or on a software adapter so many. */
export const LIVE_TEST_PER_CLASS = 20;
export const SOFTWARE_TEST_PER_CLASS = 50;

/** What `tailgrad demo` takes: a small generator whose classes show within a minute or so on a processor alone. */
export const DEFAULTS: Settings = {
  data: "garments",
  imbalance: "0.5",
  gan: "small_mlp_cgan_leaky",
  fill: "cgan",
  loss: "plain",
  seed: 1,
  batch: 32,
  ganSteps: 1200,
  cnnSteps: 100,
};

export const DATA_NAMES = ["garments", "fashion-mnist", "mnist", "files"] as const;
export const BATCH_SIZES = [16, 32, 64, 128, 256] as const;
const MOST_STEPS = 100_000;
const MOST_SEED = 1_000_000;

/** What an address says. */
interface ReadAddress {
  /** What is missing or cannot be meant is the default's. */
  readonly settings: Settings;
  /** The words whose values cannot be meant. */
  readonly refused: readonly string[];
}

/** Settings from an address. */
export function readAddress(query: URLSearchParams): ReadAddress {
  const refused: string[] = [];
  const take = <T>(key: string, usual: T, read: (text: string) => T | undefined): T => {
    const text = query.get(key);
    const value = text === null ? usual : read(text);
    if (value === undefined) refused.push(key);
    return value ?? usual;
  };
  const one = <T extends string>(key: string, choices: readonly T[], usual: T): T =>
    take(key, usual, (text) => choices.find((choice) => choice === text));
  const whole = (key: string, least: number, most: number, usual: number): number =>
    take(key, usual, (text) => {
      const value = Number(text);
      return /^\d{1,7}$/.test(text) && value >= least && value <= most ? value : undefined;
    });
  const settings: Settings = {
    data: one<string>("data", DATA_NAMES, DEFAULTS.data),
    imbalance: take("imbalance", DEFAULTS.imbalance, imbalanceOf),
    gan: one("gan", GENERATOR_NAMES, DEFAULTS.gan),
    fill: one("fill", FILLINGS, DEFAULTS.fill),
    loss: one("loss", ["plain", "paper"], DEFAULTS.loss),
    seed: whole("seed", 0, MOST_SEED, DEFAULTS.seed),
    batch: whole("batch", 1, 1024, DEFAULTS.batch),
    ganSteps: whole("gan-steps", 1, MOST_STEPS, DEFAULTS.ganSteps),
    cnnSteps: whole("cnn-steps", 1, MOST_STEPS, DEFAULTS.cnnSteps),
  };
  return { settings, refused };
}

function imbalanceOf(text: string): string | undefined {
  try {
    return parseImbalance(text).text;
  } catch {
    return undefined;
  }
}

/** The words of the address for settings; undefined where one is the default. */
export function settingsQuery(settings: Settings): Record<string, string | undefined> {
  const { ganSteps, cnnSteps, ...rest } = settings;
  const all: Readonly<Record<string, string | number>> = { ...rest, "gan-steps": ganSteps, "cnn-steps": cnnSteps };
  const usual: Readonly<Record<string, string | number>> = {
    ...DEFAULTS,
    "gan-steps": DEFAULTS.ganSteps,
    "cnn-steps": DEFAULTS.cnnSteps,
  };
  return Object.fromEntries(
    Object.entries(all).map(([key, value]) => [key, value === usual[key] ? undefined : String(value)]),
  );
}

/** The rebalancing as experiments call it. */
export function rebalancingOf({ fill, gan }: Settings): Rebalancing {
  return fill === "cgan" ? gan : fill;
}
