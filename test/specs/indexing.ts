import { argmax } from "../../src/autograd/ops/argmax.ts";
import { confusionCounts } from "../../src/autograd/ops/confusion_counts.ts";
import { embedding } from "../../src/autograd/ops/embedding.ts";
import { gather, indexSelect } from "../../src/autograd/ops/gather.ts";
import { oneHot } from "../../src/autograd/ops/one_hot.ts";
import type { Variable } from "../../src/autograd/tensor.ts";
import { argmax as argmaxOracle } from "../oracle/argmax.ts";
import { confusionCounts as countsOracle } from "../oracle/confusion_counts.ts";
import { embeddingGradient, embedding as embeddingOracle } from "../oracle/embedding.ts";
import * as oracle from "../oracle/gather.ts";
import { oneHot as oneHotOracle } from "../oracle/one_hot.ts";
import type { Array64 } from "../support/arrays.ts";
import { BATCH_SPECS } from "./batches.ts";
import { EXACT, forwardOnly, repeating, sumError } from "./cases.ts";
import { Draw } from "./draw.ts";
import type { OpSpec, SpecCase } from "./spec.ts";

/** Indices of rows: u32, or i32 with negative ones that count from the end; where `beyond`, some name no row. */
function drawRows(draw: Draw, shape: readonly number[], rows: number, beyond: boolean): Array64 {
  const more = beyond ? 3 : 0;
  const found = draw.indices(shape, rows + more);
  if (draw.flag()) return found;
  return { ...found, data: found.data.map((row) => (draw.flag() ? row - rows - more : row)), dtype: "i32" };
}

/** Elements of a table: f32, now and then whole numbers, which have no gradient. */
function drawTable(draw: Draw, shape: readonly number[]): Array64 {
  return draw.flag(0.1) ? draw.indices(shape, 2 ** 32) : draw.values(shape);
}

function embeddingCase(draw: Draw, picks: readonly number[], rows: number, width: number, beyond = false): SpecCase {
  const inputs = [draw.indices(picks, rows + (beyond ? 2 : 0)), draw.values([rows, width])];
  return {
    label: `indices [${picks}], weight [${rows},${width}]${beyond ? ", some out of range" : ""}`,
    inputs,
    op: (k, w) => embedding(k!, w!),
    oracle: (k, w) => embeddingOracle(k!, w!),
    // Rows out of range are NaN.
    ...(beyond ? EXACT : { gradient: (g, k, w) => [undefined, embeddingGradient(g, k!, w!)] }),
    // Sums over the picks of one row.
    gradientAbsolute: sumError(inputs[0]!.data.length),
  };
}

function gatherCase(x: Array64, indices: Array64, axis: number): SpecCase {
  const from0 = axis < 0 ? axis + x.shape.length : axis;
  return {
    label: `${x.dtype} [${x.shape}], indices ${indices.dtype} [${indices.shape}] along ${axis}`,
    inputs: [x, indices],
    op: (t, k) => gather(t!, k!, axis),
    oracle: (t, k) => oracle.gather(t!, k!, from0),
    ...(x.dtype === "f32" ? { gradient: (g, t, k) => [oracle.gatherGradient(g, t!, k!, from0), undefined] } : EXACT),
    gradientAbsolute: sumError(indices.shape[from0]!),
  };
}

function indexSelectCase(x: Array64, axis: number, indices: Array64): SpecCase {
  const from0 = axis < 0 ? axis + x.shape.length : axis;
  return {
    label: `${x.dtype} [${x.shape}] along ${axis}, indices ${indices.dtype} [${indices.shape}]`,
    inputs: [x, indices],
    op: (t, k) => indexSelect(t!, axis, k!),
    oracle: (t, k) => oracle.indexSelect(t!, from0, k!),
    ...(x.dtype === "f32"
      ? { gradient: (g, t, k) => [oracle.indexSelectGradient(g, t!, from0, k!), undefined] }
      : EXACT),
    gradientAbsolute: sumError(indices.data.length),
  };
}

function oneHotCase(indices: Array64, classes: number): SpecCase {
  return {
    label: `[${indices.shape}], ${classes} classes`,
    inputs: [indices],
    op: (k) => oneHot(k!, classes),
    oracle: (k) => oneHotOracle(k!, classes),
    ...EXACT,
  };
}

function argmaxCase(x: Array64, axis: number): SpecCase {
  return {
    label: `[${x.shape}] along ${axis}`,
    inputs: [x],
    op: (t) => argmax(t!, axis),
    oracle: (t) => argmaxOracle(t!, axis < 0 ? axis + x.shape.length : axis),
    ...EXACT,
  };
}

function countsCase(draw: Draw, classes: number, size: number): SpecCase {
  // Some labels and predictions are no class.
  const labels = () => draw.indices([size], classes + 1);
  return {
    label: `${classes} classes, ${size} pairs`,
    inputs: [draw.indices([classes, classes], 1000), labels(), labels()],
    op: (counts, truth, predictions) => {
      confusionCounts(counts as Variable, truth!, predictions!);
      return counts!;
    },
    oracle: (counts, truth, predictions) => countsOracle(counts!, truth!, predictions!),
    ...EXACT,
  };
}

/** More elements than 65,535 workgroups of 64 make. */
const MANY = 65_535 * 64 + 65;

/** Taking elements by index, marking them, finding them and counting them. */
export const INDEX_SPECS: readonly OpSpec[] = [
  {
    name: "embedding",
    draw: (draw) => {
      const picks = draw.shape(draw.integer(0, 3), { most: 500 });
      const [rows, width] = [draw.size(1, 65), draw.pick([draw.size(0, 33), 10, 110])];
      return embeddingCase(draw, picks, rows, width, draw.flag(0.1));
    },
    large: [
      () => embeddingCase(new Draw(1), [133], 10, 794),
      () => embeddingCase(new Draw(2), [513, 7], 110, 10),
      () => forwardOnly(embeddingCase(new Draw(3), [65_535 + 65], 3, 64)),
    ],
  },
  {
    name: "gather",
    draw: (draw) => {
      const rank = draw.integer(1, 4);
      const shape = draw.shape(rank, { low: 1, high: 65, most: 5000 });
      const axis = draw.integer(-rank, rank - 1);
      const picks = shape.map((n, k) => {
        if (k === (axis + rank) % rank) return draw.size(0, 33);
        return draw.flag(0.7) ? n : draw.integer(0, n);
      });
      const rows = shape.at(axis < 0 ? axis : axis - rank)!;
      return gatherCase(drawTable(draw, shape), drawRows(draw, picks, rows, draw.flag(0.2)), axis);
    },
    large: [
      () => gatherCase(new Draw(4).values([133, 794]), new Draw(5).indices([133, 110], 794), 1),
      () => gatherCase(new Draw(6).values([513, 10, 7]), new Draw(7).indices([65, 10, 7], 513), 0),
    ],
  },
  {
    name: "indexSelect",
    draw: (draw) => {
      const rank = draw.integer(1, 4);
      const shape = draw.shape(rank, { low: 1, high: 65, most: 5000 });
      const axis = draw.integer(-rank, rank - 1);
      const rows = shape.at(axis < 0 ? axis : axis - rank)!;
      const most = Math.max(1, Math.floor((20_000 * rows) / shape.reduce((a, b) => a * b, 1)));
      const picks = draw.shape(draw.integer(0, 2), { most });
      return indexSelectCase(drawTable(draw, shape), axis, drawRows(draw, picks, rows, draw.flag(0.2)));
    },
    large: [
      () => indexSelectCase(new Draw(8).values([7, 133, 10]), 1, new Draw(9).indices([513], 133)),
      () => ({
        ...forwardOnly(indexSelectCase(new Draw(10).values([1021]), 0, new Draw(11).indices([MANY], 1021))),
        oracle: (x, k) => ({ ...x!, shape: k!.shape, data: k!.data.map((i) => x!.data[i]!) }),
      }),
    ],
  },
  {
    name: "oneHot",
    draw: (draw) => {
      const classes = draw.pick([draw.size(1), 10, 794]);
      const picks = draw.shape(draw.integer(0, 3), { most: Math.floor(20_000 / classes) });
      // Now and then an index that is no class.
      return oneHotCase(draw.indices(picks, classes + draw.integer(0, 1)), classes);
    },
    large: [
      () => oneHotCase(new Draw(12).indices([513, 133], 110), 110),
      () => oneHotCase(new Draw(13).indices([4001], 794), 794),
    ],
  },
  {
    name: "argmax",
    draw: (draw) => {
      const rank = draw.integer(1, 4);
      const axis = draw.integer(-rank, rank - 1);
      let shape = draw.shape(rank);
      while (shape.at(axis) === 0) shape = draw.shape(rank);
      return argmaxCase(draw.distinct(shape), axis);
    },
    large: [
      () => argmaxCase(repeating([MANY, 2]), 1),
      () => argmaxCase(new Draw(15).distinct([133, 794]), -1),
      () => argmaxCase(new Draw(16).distinct([513, 110]), 0),
    ],
  },
  {
    name: "confusionCounts",
    draw: (draw) => {
      const classes = draw.pick([0, 1, 2, 3, 10, draw.integer(4, 40)]);
      return countsCase(draw, classes, draw.pick([draw.size(), draw.integer(0, 600), 2049]));
    },
    large: [() => countsCase(new Draw(17), 10, MANY), () => countsCase(new Draw(18), 110, 60_000)],
  },
  ...BATCH_SPECS,
];
