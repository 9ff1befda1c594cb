// The page reads these files too: of zod it takes the small half.
import * as z from "zod/mini";
import { parseImbalance } from "../data/long_tail.ts";
import { isPlainText } from "../data/plain_text.ts";
import { GENERATOR_NAMES } from "../models/generator_names.ts";
import { REBALANCINGS } from "./rebalance.ts";

/** A name, path or command that may be printed as it is. */
export const plainText = z
  .string()
  .check(z.maxLength(65_536), z.refine(isPlainText, "must have no control characters and no line breaks"));

/** How a data set is cut before anything else, so that runs become short: the first images of each class. */
export const dataCut = z.strictObject({
  trainPerClass: z.int().check(z.minimum(1)),
  /** The long tail keeps at least so many images of a class. */
  leastPerClass: z.int().check(z.minimum(0)),
  testPerClass: z.int().check(z.minimum(1)),
});
export type DataCut = z.infer<typeof dataCut>;

const sha256 = z.string().check(z.regex(/^[0-9a-f]{64}$/));

const common = {
  /** Data set by name, and the SHA-256 of its training images and labels: another set is another run. */
  dataset: plainText,
  datasetSha256: sha256,
  /** As given: "7/9", "1/2", "1" for the full set. */
  imbalance: z.string().check(z.refine(isImbalance, "must be a ratio above 0 and up to 1")),
  /** Absent where all images are used. */
  cut: z.optional(dataCut),
  batchSize: z.int().check(z.minimum(1), z.maximum(65_536)),
  /** Absurd ones too, so that divergence can be shown; but not one that is 0 as f32. */
  learningRate: z.number().check(
    z.maximum(1e30),
    z.refine((rate) => Math.fround(rate) > 0, "must be above 0 as f32"),
  ),
  seed: z.int().check(z.minimum(0)),
};

/** config.json of a GAN's run. What may change between runs (epochs, steps, where the data lie) is not in it. */
export const ganConfig = z.strictObject({
  kind: z.literal("gan"),
  gan: z.enum(GENERATOR_NAMES),
  /** Adam's first beta: the paper's 0.9, or 0.5 as is usual for GANs elsewhere. */
  beta1: z.number().check(z.minimum(0), z.lt(1)),
  ...common,
});
export type GanConfig = z.infer<typeof ganConfig>;

/** config.json of a classifier's run. */
export const cnnConfig = z.strictObject({
  kind: z.literal("cnn"),
  rebalance: z.enum(REBALANCINGS),
  /** SHA-256 of the generator's weights, where the rebalancing uses one. */
  generatorSha256: z.optional(sha256),
  loss: z.enum(["plain", "paper"]),
  ...common,
});
export type CnnConfig = z.infer<typeof cnnConfig>;

/** config.json of any run. */
export const runConfig = z.discriminatedUnion("kind", [ganConfig, cnnConfig]);
export type RunConfig = z.infer<typeof runConfig>;

const owners: Readonly<Record<RunConfig["kind"], string>> = { gan: "a GAN's", cnn: "a classifier's" };
const anyKind = z.looseObject({ kind: z.enum(["gan", "cnn"]) });

function isImbalance(text: string): boolean {
  try {
    parseImbalance(text);
    return true;
  } catch {
    return false;
  }
}

/** What to say where one kind of run is wanted and the other is there; undefined unless both are known and differ. */
export function otherKind(stored: unknown, wanted: unknown): string | undefined {
  const [there, here] = [stored, wanted].map((config) => anyKind.safeParse(config).data?.kind);
  if (!there || !here || there === here) return undefined;
  return `holds ${owners[there]} run, not ${owners[here]}`;
}
