import {
  type BatchSource,
  gatherImages,
  gatherLabels,
  packBytes,
  quantizeImages,
} from "../../src/autograd/ops/batch.ts";
import type { Variable } from "../../src/autograd/tensor.ts";
import { batchImages, batchIndices, quantized } from "../oracle/batch.ts";
import { type Array64, array, indices } from "../support/arrays.ts";
import { EXACT } from "./cases.ts";
import { Draw } from "./draw.ts";
import type { OpSpec, SpecCase } from "./spec.ts";

/** A data set of items of some bytes each, and which of them a batch takes. */
interface Batch {
  readonly items: number;
  readonly batchSize: number;
  /** Entries of the order, some of which name items beyond the last. */
  readonly places: number;
  readonly first: number;
  /** Number of the batch: some lie past the end of the order. */
  readonly position: number;
}

function drawBatch(draw: Draw): Batch {
  const [items, places] = [draw.size(1, 129), draw.size(1, 129)];
  const batchSize = draw.flag(0.05) ? 0 : draw.size(1, 33);
  const first = draw.flag(0.3) ? 0 : draw.integer(0, places - 1);
  const batches = Math.ceil((places - first) / Math.max(1, batchSize));
  const far = draw.pick([batches, draw.integer(0, 2 ** 31), 2 ** 32, 2 ** 40 + 1]);
  return { items, batchSize, places, first, position: draw.flag(0.8) ? draw.integer(0, batches - 1) : far };
}

const bytesOf = (draw: Draw, count: number) => Uint8Array.from({ length: count }, () => draw.integer(0, 255));

/** Order, position and packed bytes as the ops take them, and the items that the batch is made of. */
function inputsOf(draw: Draw, { items, batchSize, places, first, position }: Batch, bytes: Uint8Array) {
  const packed = packBytes(bytes);
  const order = draw.indices([places], items + 1);
  const taken = batchIndices(order.data, Math.min(position, 2 ** 31), batchSize, first, items);
  const inputs: Array64[] = [
    indices(packed, [packed.length]),
    order,
    indices([position % 2 ** 32, Math.floor(position / 2 ** 32)], [2]),
  ];
  return { inputs, taken };
}

const sourceOf = ({ items, batchSize, first }: Batch, order: unknown, position: unknown): BatchSource => ({
  order: order as Variable,
  position: position as Variable,
  batchSize,
  first,
  items,
});

const describe = ({ items, batchSize, places, first, position }: Batch) =>
  `batch ${position} of ${batchSize} from place ${first} of ${places}, ${items} items`;

function imagesCase(draw: Draw, batch: Batch, shape: readonly number[]): SpecCase {
  const pixels = shape.reduce((a, b) => a * b, 1);
  const bytes = bytesOf(draw, batch.items * pixels);
  const { inputs, taken } = inputsOf(draw, batch, bytes);
  return {
    label: `[${shape}], ${describe(batch)}`,
    inputs,
    op: (images, order, position) => gatherImages(images as Variable, sourceOf(batch, order, position), shape),
    oracle: () => ({ data: batchImages(bytes, pixels, taken), shape: [batch.batchSize, ...shape], dtype: "f32" }),
  };
}

function labelsCase(draw: Draw, batch: Batch): SpecCase {
  const bytes = bytesOf(draw, batch.items);
  const { inputs, taken } = inputsOf(draw, batch, bytes);
  return {
    label: describe(batch),
    inputs,
    op: (labels, order, position) => gatherLabels(labels as Variable, sourceOf(batch, order, position)),
    oracle: () =>
      indices(
        Float64Array.from(taken, (index) => bytes[index]!),
        [batch.batchSize],
      ),
    ...EXACT,
  };
}

/** Values of [-1.2, 1.2] whose bytes are not within rounding of the next ones. */
function pixelValues(draw: Draw, shape: readonly number[]): Array64 {
  const { data } = draw.values(shape);
  return array(
    data.map(() => ((draw.integer(-25, 280) + draw.number(-0.499, 0.499)) / 255 - 0.5) / 0.5),
    shape,
  );
}

function quantizeCase(x: Array64): SpecCase {
  return {
    label: `[${x.shape}]`,
    inputs: [x],
    op: (t) => quantizeImages(t!),
    oracle: (t) => {
      const packed = packBytes(quantized(t!.data));
      return indices(packed, [packed.length]);
    },
    ...EXACT,
  };
}

/** Batches of packed bytes, and back. */
export const BATCH_SPECS: readonly OpSpec[] = [
  {
    name: "gatherImages",
    draw: (draw) => imagesCase(draw, drawBatch(draw), draw.shape(draw.integer(0, 3), { low: 1, high: 33, most: 300 })),
    large: [
      () => imagesCase(new Draw(1), { items: 300, batchSize: 133, places: 1000, first: 7, position: 3 }, [1, 28, 28]),
      () => imagesCase(new Draw(2), { items: 30, batchSize: 500, places: 2000, first: 0, position: 2 }, [3, 5, 7]),
    ],
  },
  {
    name: "gatherLabels",
    draw: (draw) => labelsCase(draw, drawBatch(draw)),
    large: [
      () => {
        const batchSize = 65_535 * 64 + 65;
        return labelsCase(new Draw(3), { items: 1000, batchSize, places: batchSize + 5, first: 4, position: 0 });
      },
    ],
  },
  {
    name: "quantizeImages",
    draw: (draw) => quantizeCase(pixelValues(draw, draw.shape(draw.integer(1, 4), { most: 5000 }))),
    large: [
      () => quantizeCase(pixelValues(new Draw(4), [133, 1, 28, 28])),
      () => quantizeCase(pixelValues(new Draw(5), [500, 3, 5, 7])),
    ],
  },
];
