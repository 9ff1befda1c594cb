/** What every loader returns: labelled grey pictures in memory, and small helpers over them. */
import { checkHostArray, checkWhole } from "../autograd/arguments.ts";
import { DataError } from "../errors.ts";

/** N pictures, one after another as rows of bytes (N x H x W), and N labels. */
export interface LabelledImages {
  images: Uint8Array<ArrayBuffer>;
  labels: Uint8Array<ArrayBuffer>;
}

/** A classification data set of grey pictures of one size. */
export interface ImageDataset {
  name: string;
  classNames: string[];
  classes: number;
  height: number;
  width: number;
  channels: 1;
  train: LabelledImages;
  test: LabelledImages;
}

/** Label order of Fashion-MNIST, which the garments share. */
export const FASHION_CLASS_NAMES: readonly string[] = [
  "T-shirt/top",
  "Trouser",
  "Pullover",
  "Dress",
  "Coat",
  "Sandal",
  "Shirt",
  "Sneaker",
  "Bag",
  "Ankle boot",
];

/** Pictures of each class, in label order; throws DataError on a label that is no class. */
export function classCounts(labels: Uint8Array, classes: number): number[] {
  checkHostArray("class counts", "labels", labels, Uint8Array);
  checkWhole("class counts", "the number of classes", classes, 1, 256);
  const counts = new Array<number>(classes).fill(0);
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i]!;
    if (label >= classes) throw labelError("labels", i, label, classes);
    counts[label]!++;
  }
  return counts;
}

/** The counts of the pictures that `indices` name (repeats count again). */
export function classCountsAt(labels: Uint8Array, indices: Uint32Array, classes: number): number[] {
  return classCounts(gather(labels, indices, 1), classes);
}

/** The pictures and labels at `indices`, copied, in that order; `pixels` is H x W. */
export function subset(set: LabelledImages, indices: Uint32Array, pixels: number): LabelledImages {
  return { images: gather(set.images, indices, pixels), labels: gather(set.labels, indices, 1) };
}

/** Indices of each class's pictures, ascending. */
export function indicesByClass(labels: Uint8Array, classes: number): Uint32Array<ArrayBuffer>[] {
  const lists = classCounts(labels, classes).map((count) => new Uint32Array(count));
  const filled = new Array<number>(classes).fill(0);
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i]!;
    lists[label]![filled[label]!++] = i;
  }
  return lists;
}

/** Throws DataError unless pictures, labels, sizes and class names agree. */
export function checkDataset(dataset: ImageDataset): void {
  const { name, height, width, classes, classNames } = dataset;
  if (classNames.length !== classes) {
    throw new DataError(`${name}: ${classNames.length} class names for ${classes} classes; they must be as many`);
  }
  for (const [split, { images, labels }] of [
    ["train", dataset.train],
    ["test", dataset.test],
  ] as const) {
    if (images.length !== labels.length * height * width) {
      throw new DataError(
        `${name} ${split}: ${images.length} image bytes for ${labels.length} labels of ${height}x${width}; ` +
          "images and labels must belong together",
      );
    }
    classCounts(labels, classes);
  }
}

/** The error for a label out of range, naming where it is. */
export function labelError(name: string, index: number, label: number, classes: number): DataError {
  return new DataError(
    `${name}: label ${label} at position ${index}, but labels must be 0..${classes - 1}; ` +
      "check that this is the label file of this data set",
  );
}

function gather(bytes: Uint8Array, indices: Uint32Array, size: number): Uint8Array<ArrayBuffer> {
  checkHostArray("subset", "images or labels", bytes, Uint8Array);
  checkHostArray("subset", "indices", indices, Uint32Array);
  const out = new Uint8Array(indices.length * size);
  for (let i = 0; i < indices.length; i++) {
    const from = indices[i]! * size;
    if (from + size > bytes.length) {
      throw new DataError(`subset: index ${indices[i]} of ${bytes.length / size} items; indices must stay below that`);
    }
    if (size === 1) out[i] = bytes[from]!;
    else out.set(bytes.subarray(from, from + size), i * size);
  }
  return out;
}
