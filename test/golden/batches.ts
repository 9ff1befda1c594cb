import type { LabelledImages } from "../../src/data/dataset.ts";
import { garments } from "../../src/data/garments.ts";
import { STREAMS } from "../../src/experiments/batch_trainer.ts";
import { Rng } from "../../src/kernels/random/philox.ts";
import { batchImages, batchIndices } from "../oracle/batch.ts";
import { type Array64, indices } from "../support/arrays.ts";

const PIXELS = 784;

/** Pixels in [-1, 1], [N, 784], and labels [N]. */
export interface Batch {
  readonly images: Array64;
  readonly labels: Array64;
}

/** The first `items` drawn garments: of each class in turn. */
export function drawnGarments(items: number): LabelledImages {
  const perClass = Math.ceil(items / 10);
  const { images, labels } = garments({ seed: 1, trainPerClass: perClass, testPerClass: 1 }).train;
  return { images: images.slice(0, items * PIXELS), labels: labels.slice(0, items) };
}

/** The batch of a step: each epoch visits all items once in an order of its own, its last batch holds what is left. */
export function batchOfStep(set: LabelledImages, batchSize: number, seed: number, step: number): Batch {
  const items = set.labels.length;
  const stepsPerEpoch = Math.ceil(items / batchSize);
  const order = Uint32Array.from({ length: items }, (_, i) => i);
  new Rng(seed, STREAMS.shuffle, Math.floor(step / stepsPerEpoch)).shuffle(order);
  const begin = (step % stepsPerEpoch) * batchSize;
  const chosen = batchIndices(order, 0, Math.min(batchSize, items - begin), begin);
  const labels = chosen.map((item) => set.labels[item]!);
  return {
    images: { data: batchImages(set.images, PIXELS, chosen), shape: [chosen.length, PIXELS], dtype: "f32" },
    labels: indices(labels, [chosen.length]),
  };
}
