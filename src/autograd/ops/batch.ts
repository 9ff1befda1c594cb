import { DTypeError, ShapeError, UsageError } from "../../errors.ts";
import { sizeOf } from "../../gpu/launch.ts";
import {
  type BatchPlace,
  launchGatherImages,
  launchGatherLabels,
  launchQuantizeImages,
} from "../../kernels/batch/batch.ts";
import { checkHostArray, checkOptions, checkShape, checkWhole, shown } from "../arguments.ts";
import { recordOne } from "../record.ts";
import { type Tensor, Variable } from "../tensor.ts";
import { requireF32 } from "../tensor_arguments.ts";
import { checkClock } from "./random.ts";

/** Which samples make up a batch: sample i of batch b is order[first + b * batchSize + i]. */
export interface BatchSource {
  /** u32: indices of images and labels in the order in which they are used, shuffled by the host once per epoch. */
  readonly order: Variable;
  /** u32 [2]: number of the batch, low and high word; advanced once per step (see newClock and advance). */
  readonly position: Variable;
  readonly batchSize: number;
  /** Place in `order` of the first sample of batch 0; 0 unless given. */
  readonly first?: number;
  /** Images or labels in the data set; as many whole ones as the bytes hold unless given. */
  readonly items?: number;
}

/**
 * Packs bytes four to a word, the lowest byte first, as the gathering ops read them; the last word is filled with 0.
 * Throws DTypeError.
 */
export function packBytes(bytes: Uint8Array): Uint32Array<ArrayBuffer> {
  checkHostArray("packBytes", "the argument", bytes, Uint8Array);
  const words = new Uint32Array(Math.ceil(bytes.length / 4));
  bytes.forEach((byte, i) => {
    words[i >> 2]! |= byte << ((i & 3) * 8);
  });
  return words;
}

/** The bytes of {@link packBytes}'s words, `count` of them. Throws DTypeError, and UsageError for more than there are. */
export function unpackBytes(words: Uint32Array, count: number): Uint8Array<ArrayBuffer> {
  checkHostArray("unpackBytes", "the first argument", words, Uint32Array);
  checkWhole("unpackBytes", "the count", count, 0, words.length * 4);
  return Uint8Array.from({ length: count }, (_, i) => (words[i >> 2]! >>> ((i & 3) * 8)) & 255);
}

/**
 * One batch of images, f32 [batchSize, ...shape] with x = (u/255 - 0.5)/0.5, from packed bytes u on the GPU, images back
 * to back. Places beyond the order's end take its last entry, indices beyond the last image the last image. No gradient.
 * Throws DTypeError, ShapeError and UsageError.
 */
export function gatherImages(images: Variable, source: BatchSource, shape: readonly number[]): Tensor {
  checkShape("gatherImages", shape);
  const pixels = sizeOf(shape);
  if (pixels === 0)
    throw new ShapeError(`gatherImages: images of shape [${shape.join(", ")}] hold no pixel; give sizes of 1 or more`);
  const place = checkSource("gatherImages", images, source, pixels);
  return recordOne({
    op: "gatherImages",
    inputs: [images, source.order, source.position],
    shape: [source.batchSize, ...shape],
    dtype: "f32",
    lower: (out) => [launchGatherImages(images, place, out)],
  });
}

/**
 * The labels of one batch, u32 [batchSize], from packed bytes on the GPU; samples and errors as {@link gatherImages}.
 * No gradient.
 */
export function gatherLabels(labels: Variable, source: BatchSource): Tensor {
  const place = checkSource("gatherLabels", labels, source, 1);
  return recordOne({
    op: "gatherLabels",
    inputs: [labels, source.order, source.position],
    shape: [source.batchSize],
    dtype: "u32",
    lower: (out) => [launchGatherLabels(labels, place, out)],
  });
}

function checkSource(op: string, data: Variable, source: BatchSource, bytesPerItem: number): BatchPlace {
  checkOptions(op, source, ["order", "position", "batchSize", "first", "items"], "the source");
  const { order, position, batchSize, first = 0, items: itemsGiven } = source;
  for (const [what, variable] of [
    ["data", data],
    ["order", order],
  ] as const) {
    if (!(variable instanceof Variable) || variable.dtype !== "u32") {
      throw new DTypeError(
        `${op}: the ${what} must be a u32 variable, but is ${shown(variable)}; make it with new Variable()`,
      );
    }
    if (variable.size === 0) throw new ShapeError(`${op}: the ${what} is empty; there is nothing to take a batch from`);
  }
  checkClock(op, position);
  const held = Math.floor((data.size * 4) / bytesPerItem);
  const items = itemsGiven === undefined ? held : itemsGiven;
  if (!Number.isInteger(items) || items < 1 || items > held) {
    throw new ShapeError(
      `${op}: ${data.size * 4} bytes hold ${held} items of ${bytesPerItem} bytes, but ${shown(items)} were asked for; check the shape`,
    );
  }
  checkWhole(op, "the batch size", batchSize, 0);
  if (!Number.isInteger(first) || first < 0 || first >= order.size) {
    throw new UsageError(
      `${op}: first is ${shown(first)}, but the order has places 0..${order.size - 1}; give one of them`,
    );
  }
  return { order, position, first, items };
}

/**
 * Images from [-1, 1] to bytes, round((x * 0.5 + 0.5) * 255) clamped to 0..255 and NaN to 0, packed four to a word: u32
 * [ceil(size / 4)], images back to back as {@link gatherImages} reads them. No gradient. Throws DTypeError unless x is f32.
 */
export function quantizeImages(x: Tensor): Tensor {
  requireF32("quantizeImages", x);
  return recordOne({
    op: "quantizeImages",
    inputs: [x],
    shape: [Math.ceil(x.size / 4)],
    dtype: "u32",
    lower: (out) => [launchQuantizeImages(x, out)],
  });
}
