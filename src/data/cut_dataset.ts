import { type ImageDataset, indicesByClass, type LabelledImages, subset } from "./dataset.ts";

/** Images of each class that a cut data set keeps. */
export interface CutSizes {
  readonly trainPerClass: number;
  readonly testPerClass: number;
}

/** The data set with only the first images of each class, in the order they came in; itself without sizes. */
export function cutDataset(dataset: ImageDataset, sizes: CutSizes | undefined): ImageDataset {
  if (!sizes) return dataset;
  const pixels = dataset.height * dataset.width;
  const cut = (set: LabelledImages, perClass: number) => {
    const own = indicesByClass(set.labels, dataset.classes);
    const kept = Uint32Array.from(own.flatMap((list) => [...list.subarray(0, perClass)]));
    return subset(set, kept.sort(), pixels);
  };
  return {
    ...dataset,
    train: cut(dataset.train, sizes.trainPerClass),
    test: cut(dataset.test, sizes.testPerClass),
  };
}
