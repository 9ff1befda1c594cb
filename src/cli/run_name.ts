import { join } from "node:path";
import type { TrainingDefaults } from "./options.ts";

/** What the default name of a run folder is made of. */
export interface RunName {
  /** First words: "gan" or "cnn", and what else tells the run from its like. */
  readonly words: readonly string[];
  readonly dataset: string;
  readonly imbalance: string;
  readonly seed: number;
  readonly batchSize: number;
  readonly learningRate: number;
}

/**
 * A readable folder under runs/ for a run: other options give another folder, the same options the same one (and with
 * it the run goes on). Batch size and learning rate are named only where they are not the defaults.
 */
export function defaultRunFolder(name: RunName, defaults: TrainingDefaults): string {
  const { words, dataset, imbalance, seed, batchSize, learningRate } = name;
  const parts = [
    ...words,
    dataset,
    imbalance === "1" ? "full" : imbalance.replaceAll(/\s/g, "").replace("/", "of"),
    ...(batchSize === defaults.batchSize ? [] : [`batch${batchSize}`]),
    ...(learningRate === defaults.learningRate ? [] : [`lr${learningRate}`]),
    `seed${seed}`,
  ];
  return join("runs", parts.map((part) => part.replaceAll(/[^A-Za-z0-9._-]/g, "_")).join("-"));
}
