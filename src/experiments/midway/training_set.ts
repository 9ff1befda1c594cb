import { classCounts, indicesByClass, type LabelledImages, subset } from "../../data/dataset.ts";
import { downsampled, keepPerClass, upsampledCyclic } from "../../data/long_tail.ts";
import type { MidwaySizes } from "./presets.ts";

/**
 * The rows of the midway report: all views; the long tail as it is, undersampled, oversampled; and, once such views are
 * there, filled up with views that a NeRF generated.
 */
export const MIDWAY_ROWS = ["balanced", "imbalanced", "undersampled", "oversampled", "generated"] as const;
export type MidwayRowName = (typeof MIDWAY_ROWS)[number];

export interface MidwayViews {
  readonly classes: number;
  readonly train: LabelledImages;
  readonly validation: LabelledImages;
  /** Views that stand in for missing ones, where the folder has some. */
  readonly generated?: LabelledImages;
}

export interface MidwayTrainingSet {
  readonly set: LabelledImages;
  readonly counts: { readonly real: number[]; readonly synthetic: number[] };
  /** Views per class of the imbalanced set: what makes a class head or tail. */
  readonly tailCounts: number[];
}

/** The training set of a row; the seed draws which views the imbalanced set keeps, the same for all of its rows. */
export function midwayTrainingSet(
  { classes, train, generated }: MidwayViews,
  { side, counts }: Pick<MidwaySizes, "side" | "counts">,
  row: MidwayRowName,
  seed: number,
): MidwayTrainingSet {
  const bytes = 3 * side * side;
  const { labels } = train;
  const tail = keepPerClass(labels, classes, counts, seed);
  const chosen =
    row === "balanced"
      ? Uint32Array.from(labels.keys())
      : row === "undersampled"
        ? downsampled(labels, tail, classes, seed)
        : row === "oversampled"
          ? upsampledCyclic(labels, tail, classes)
          : tail;
  const real = subset(train, chosen, bytes);
  const tailCounts = classCounts(subset(train, tail, bytes).labels, classes);
  const synthetic = row === "generated" && generated ? fillUp(generated, tailCounts, bytes) : empty();
  return {
    set: {
      images: concatenate(real.images, synthetic.images),
      labels: concatenate(real.labels, synthetic.labels),
    },
    counts: { real: classCounts(real.labels, classes), synthetic: classCounts(synthetic.labels, classes) },
    tailCounts,
  };
}

/** The first generated views of each class, as many as it lacks to the largest class. */
function fillUp(generated: LabelledImages, tailCounts: readonly number[], bytes: number): LabelledImages {
  const most = Math.max(...tailCounts);
  const own = indicesByClass(generated.labels, tailCounts.length);
  const used = own.flatMap((list, c) => [...list.subarray(0, most - tailCounts[c]!)]);
  return subset(generated, Uint32Array.from(used), bytes);
}

function empty(): LabelledImages {
  return { images: new Uint8Array(), labels: new Uint8Array() };
}

function concatenate(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(a.length + b.length);
  joined.set(a);
  joined.set(b, a.length);
  return joined;
}
