import { classCounts, classCountsAt, type ImageDataset, type LabelledImages, subset } from "../data/dataset.ts";
import {
  downsampled,
  type Imbalance,
  longTail,
  syntheticLabels,
  syntheticPlan,
  upsampledCyclic,
  upsampledRandom,
} from "../data/long_tail.ts";
import { UsageError } from "../errors.ts";
import { GENERATOR_NAMES, type GeneratorName } from "../models/generator_names.ts";

/** Ways to rebalance a long-tailed set: none, the two resamplings, or images of a generator. */
export const REBALANCINGS = ["none", "downsampled", "upsampled", "upsampled-random", ...GENERATOR_NAMES] as const;
export type Rebalancing = (typeof REBALANCINGS)[number];

/** Throws UsageError unless `name` is one of {@link REBALANCINGS}. */
export function checkRebalancing(name: string): Rebalancing {
  const known = REBALANCINGS.find((rebalancing) => rebalancing === name);
  if (!known) throw new UsageError(`unknown rebalancing "${name}"; take one of ${REBALANCINGS.join(", ")}`);
  return known;
}

/** True when a rebalancing needs a trained generator. */
export function isGenerator(rebalancing: Rebalancing): rebalancing is GeneratorName {
  return (GENERATOR_NAMES as readonly string[]).includes(rebalancing);
}

/** A training set and how many of each class's images are real or synthetic. */
export interface TrainingSet {
  readonly set: LabelledImages;
  readonly real: readonly number[];
  readonly synthetic: readonly number[];
  /** Images per class of the long-tailed set before rebalancing: what makes a class head or tail. */
  readonly tailCounts: readonly number[];
}

/** Makes one synthetic image (784 bytes) per label. */
export type Synthesize = (labels: Uint8Array) => Promise<Uint8Array>;

/** What {@link trainingSet} may be given besides. */
export interface TrainingSetOptions {
  /** Needed where the rebalancing is a generator's name. */
  readonly synthesize?: Synthesize;
  /** No class of the long tail is cut below so many images. Default 0. */
  readonly leastPerClass?: number;
}

/**
 * The training set of one row of Table 1: the long tail of `dataset`, then the rebalancing. A generator's name adds
 * (largest class - own count) images of `synthesize` to each class. Source: the paper, "Data".
 */
export async function trainingSet(
  dataset: ImageDataset,
  imbalance: Imbalance,
  rebalancing: Rebalancing,
  seed: number,
  { synthesize, leastPerClass = 0 }: TrainingSetOptions = {},
): Promise<TrainingSet> {
  const { train, classes } = dataset;
  const pixels = dataset.height * dataset.width;
  const tail = longTail(train.labels, classes, imbalance, seed, leastPerClass);
  const tailCounts = classCountsAt(train.labels, tail, classes);
  const resampled =
    rebalancing === "downsampled"
      ? downsampled(train.labels, tail, classes, seed)
      : rebalancing === "upsampled"
        ? upsampledCyclic(train.labels, tail, classes)
        : rebalancing === "upsampled-random"
          ? upsampledRandom(train.labels, tail, classes, seed)
          : tail;
  const chosen = subset(train, resampled, pixels);
  const real = classCounts(chosen.labels, classes);
  if (!isGenerator(rebalancing)) return { set: chosen, real, synthetic: real.map(() => 0), tailCounts };
  if (!synthesize)
    throw new UsageError(`rebalancing by ${rebalancing} needs a trained generator; give one with --gan-run`);
  const synthetic = syntheticPlan(tailCounts);
  const labels = syntheticLabels(synthetic);
  return {
    set: joined(chosen, { images: Uint8Array.from(await synthesize(labels)), labels }),
    real,
    synthetic,
    tailCounts,
  };
}

function joined(a: LabelledImages, b: LabelledImages): LabelledImages {
  const concat = (x: Uint8Array, y: Uint8Array) => {
    const out = new Uint8Array(x.length + y.length);
    out.set(x);
    out.set(y, x.length);
    return out;
  };
  return { images: concat(a.images, b.images), labels: concat(a.labels, b.labels) };
}
