import {
  type BatchSource,
  gatherImages,
  gatherLabels,
  packBytes,
  quantizeImages,
  unpackBytes,
} from "../../../src/autograd/ops/batch.ts";
import { confusionCounts } from "../../../src/autograd/ops/confusion_counts.ts";
import { neg } from "../../../src/autograd/ops/elementwise.ts";
import { embedding } from "../../../src/autograd/ops/embedding.ts";
import { gather, indexSelect } from "../../../src/autograd/ops/gather.ts";
import { oneHot } from "../../../src/autograd/ops/one_hot.ts";
import { newClock } from "../../../src/autograd/ops/random.ts";
import { reshape } from "../../../src/autograd/ops/reshape.ts";
import { DTypeError, RecordingError, ShapeError, UsageError } from "../../../src/errors.ts";
import { each, f32, i32, NO_OPTIONS, NO_TENSORS, refusesToRecord, u32 } from "../../support/wrong_calls.ts";

refusesToRecord("gather and indexSelect", [
  ...each(NO_TENSORS, "gather", (value) => gather(value, u32(2), 0), DTypeError, "needs a tensor, but got"),
  ...each(NO_TENSORS, "gather", (value) => gather(f32(2), value, 0), DTypeError, "needs a tensor, but got"),
  ["gather", () => gather(f32(3), f32(3), 0), DTypeError, "indices must be u32 or i32, but got f32[3]"],
  ["gather", () => gather(f32(4, 3), u32(4), 0), ShapeError, "indices u32[4] do not fit f32[4, 3] along axis 0"],
  ["gather", () => gather(f32(4, 3), u32(2, 4), 0), ShapeError, "indices must not be longer along any other axis"],
  ["gather", () => gather(f32(4, 3), u32(4, 3), 2), ShapeError, "axes [2] do not fit f32[4, 3]"],
  ["gather", () => gather(f32(4, 3), u32(4, 3), undefined as never), ShapeError, "axes [undefined] do not fit"],
  ["gather", () => gather(f32(4, 3), u32(4, 3), 0.5), ShapeError, "axes [0.5] do not fit"],
  ["gather", () => gather(f32(4, 3), u32(4, 3), "0" as never), ShapeError, 'axes ["0"] do not fit'],
  ["gather", () => gather(f32(0, 3), u32(1, 3), 0), ShapeError, "axis 0 of f32[0, 3] is empty"],
  ...each(NO_TENSORS, "indexSelect", (value) => indexSelect(value, 0, u32(2)), DTypeError, "needs a tensor, but got"),
  ...each(NO_TENSORS, "indexSelect", (value) => indexSelect(f32(2), 0, value), DTypeError, "needs a tensor, but got"),
  ["indexSelect", () => indexSelect(f32(3), 0, f32(3)), DTypeError, "indices must be u32 or i32, but got f32[3]"],
  ["indexSelect", () => indexSelect(f32(3), 1, u32(3)), ShapeError, "axes [1] do not fit f32[3]"],
  ["indexSelect", () => indexSelect(f32(3), NaN, u32(3)), ShapeError, "axes [NaN] do not fit f32[3]"],
  ["indexSelect", () => indexSelect(f32(), 0, u32(3)), ShapeError, "axes [0] do not fit f32[]"],
  ["indexSelect", () => indexSelect(f32(0), 0, u32(3)), ShapeError, "axis 0 of f32[0] is empty"],
  ["indexSelect", () => indexSelect(f32(1, 2 ** 16), 0, u32(2 ** 15)), ShapeError, "over 2^30 elements"],
]);

refusesToRecord("embedding and oneHot", [
  ...each(NO_TENSORS, "embedding", (value) => embedding(value, f32(2, 2)), DTypeError, "needs a tensor, but got"),
  ...each(NO_TENSORS, "embedding", (value) => embedding(u32(2), value), DTypeError, "needs a tensor, but got"),
  ["embedding", () => embedding(f32(2), f32(2, 2)), DTypeError, "indices must be u32, but got f32[2]"],
  ["embedding", () => embedding(i32(2), f32(2, 2)), DTypeError, "indices must be u32, but got i32[2]"],
  ["embedding", () => embedding(u32(2), u32(2, 2)), DTypeError, "needs f32, but got u32[2, 2]"],
  ["embedding", () => embedding(u32(2), f32(2)), ShapeError, "the weight must be [rows, width], but got f32[2]"],
  ["embedding", () => embedding(u32(2), f32(2, 2, 2)), ShapeError, "the weight must be [rows, width]"],
  ["embedding", () => embedding(u32(2 ** 16), f32(1, 2 ** 15)), ShapeError, "over 2^30 elements"],
  ...each(NO_TENSORS, "oneHot", (value) => oneHot(value, 2), DTypeError, "needs a tensor, but got"),
  ["oneHot", () => oneHot(f32(2), 2), DTypeError, "indices must be u32, but got f32[2]; convert them with cast"],
  ["oneHot", () => oneHot(i32(2), 2), DTypeError, "indices must be u32, but got i32[2]"],
  [
    "oneHot",
    () => oneHot(u32(2), 0),
    ShapeError,
    "the number of classes is 0, but must be a whole number of 1 or more",
  ],
  ["oneHot", () => oneHot(u32(2), -1), ShapeError, "the number of classes is -1"],
  ["oneHot", () => oneHot(u32(2), 2.5), ShapeError, "the number of classes is 2.5"],
  ["oneHot", () => oneHot(u32(2), NaN), ShapeError, "the number of classes is NaN"],
  ["oneHot", () => oneHot(u32(2), undefined as never), ShapeError, "the number of classes is undefined"],
  ["oneHot", () => oneHot(u32(2), "3" as never), ShapeError, 'the number of classes is "3"'],
  ["oneHot", () => oneHot(u32(2), 2 ** 31), ShapeError, "shape [2, 2147483648] has over 2^30 elements"],
]);

const counts = () => u32(3, 3);

refusesToRecord("confusionCounts", [
  ...each(NO_TENSORS, "confusionCounts", (v) => confusionCounts(v, u32(2), u32(2)), RecordingError, "writes into a"),
  ...each(NO_TENSORS, "confusionCounts", (v) => confusionCounts(counts(), v, u32(2)), DTypeError, "needs a tensor"),
  ...each(NO_TENSORS, "confusionCounts", (v) => confusionCounts(counts(), u32(2), v), DTypeError, "needs a tensor"),
  ["confusionCounts", () => confusionCounts(f32(3, 3), u32(2), u32(2)), DTypeError, "counts must be u32, but got f32"],
  [
    "confusionCounts",
    () => confusionCounts(counts(), f32(2), u32(2)),
    DTypeError,
    "labels must be u32, but got f32[2]",
  ],
  ["confusionCounts", () => confusionCounts(counts(), u32(2), i32(2)), DTypeError, "predictions must be u32"],
  [
    "confusionCounts",
    () => confusionCounts(u32(3, 2), u32(2), u32(2)),
    ShapeError,
    "must be square, classes by classes",
  ],
  ["confusionCounts", () => confusionCounts(u32(9), u32(2), u32(2)), ShapeError, "the counts are u32[9]"],
  [
    "confusionCounts",
    () => confusionCounts(counts(), u32(2), u32(3)),
    ShapeError,
    "labels u32[2] and predictions u32[3]",
  ],
  [
    "confusionCounts",
    () => confusionCounts(counts(), u32(2, 1), u32(2, 1)),
    ShapeError,
    "must both be [N]; reshape them",
  ],
  [
    "confusionCounts",
    () => {
      const one = counts();
      confusionCounts(one, reshape(one, [9]), u32(9));
    },
    RecordingError,
    "is read and written at once, which one kernel cannot do; compute a new tensor first",
  ],
]);

const source = (more: object = {}): BatchSource => ({ order: u32(4), position: newClock(), batchSize: 2, ...more });
const images = (more: object) => () => gatherImages(u32(4), source(more), [2, 2]);
const labels = (more: object) => () => gatherLabels(u32(4), source(more));

refusesToRecord("batches", [
  ...each(
    NO_TENSORS,
    "gatherImages",
    (v) => gatherImages(v, source(), [2]),
    DTypeError,
    "the data must be a u32 variable",
  ),
  ...each(NO_TENSORS, "gatherLabels", (v) => gatherLabels(v, source()), DTypeError, "the data must be a u32 variable"),
  ...each(NO_TENSORS, "gatherLabels", (v) => labels({ order: v })(), DTypeError, "the order must be a u32 variable"),
  ...each(NO_TENSORS, "gatherLabels", (v) => labels({ position: v })(), DTypeError, "make it with newClock()"),
  ...each(NO_OPTIONS, "gatherLabels", (v) => gatherLabels(u32(4), v), UsageError, "the source"),
  [
    "gatherImages",
    () => gatherImages(u32(4), undefined as never, [2]),
    UsageError,
    "the source must be an object of order",
  ],
  ["gatherLabels", () => gatherLabels(f32(4), source()), DTypeError, "the data must be a u32 variable, but is f32[4]"],
  ["gatherLabels", () => gatherLabels(neg(f32(4)) as never, source()), DTypeError, "the data must be a u32 variable"],
  ["gatherLabels", () => gatherLabels(u32(0), source()), ShapeError, "the data is empty; there is nothing to take"],
  ["gatherLabels", labels({ order: u32(0) }), ShapeError, "the order is empty"],
  ["gatherLabels", labels({ position: u32(3) }), DTypeError, "the clock must be a u32 variable of 2 elements"],
  ["gatherLabels", labels({ position: f32(2) }), DTypeError, "but is f32[2]; make it with newClock()"],
  ["gatherLabels", labels({ batchSize: -1 }), UsageError, "the batch size is -1, but must be a whole number from 0"],
  ["gatherLabels", labels({ batchSize: 1.5 }), UsageError, "the batch size is 1.5"],
  ["gatherLabels", labels({ batchSize: undefined }), UsageError, "the batch size is undefined"],
  ["gatherLabels", labels({ batchSize: "2" }), UsageError, 'the batch size is "2"'],
  ["gatherLabels", labels({ batchSize: 2 ** 31 }), UsageError, "the batch size is 2147483648"],
  ["gatherLabels", labels({ first: 4 }), UsageError, "first is 4, but the order has places 0..3; give one of them"],
  ["gatherLabels", labels({ first: -1 }), UsageError, "first is -1"],
  ["gatherLabels", labels({ first: "0" }), UsageError, 'first is "0"'],
  ["gatherLabels", labels({ items: 17 }), ShapeError, "16 bytes hold 16 items of 1 bytes, but 17 were asked for"],
  ["gatherLabels", labels({ items: 0 }), ShapeError, "but 0 were asked for"],
  ["gatherLabels", labels({ items: null }), ShapeError, "but null were asked for"],
  [
    "gatherLabels",
    labels({ batch: 2 }),
    UsageError,
    'the source has the unknown key "batch"; the known ones are order',
  ],
  ["gatherImages", images({ items: 5 }), ShapeError, "16 bytes hold 4 items of 4 bytes, but 5 were asked for"],
  ["gatherImages", () => gatherImages(u32(4), source(), [5, 5]), ShapeError, "hold 0 items of 25 bytes"],
  ["gatherImages", () => gatherImages(u32(4), source(), [0, 2]), ShapeError, "hold no pixel; give sizes of 1 or more"],
  ["gatherImages", () => gatherImages(u32(4), source(), [-1]), ShapeError, "shape [-1] has a size"],
  ["gatherImages", () => gatherImages(u32(4), source(), 4 as never), ShapeError, "the shape must be an array"],
  ["gatherImages", () => gatherImages(u32(4), source({ batchSize: 2 ** 29 }), [4]), ShapeError, "over 2^30 elements"],
  ...each(NO_TENSORS, "quantizeImages", (value) => quantizeImages(value), DTypeError, "needs a tensor, but got"),
  ["quantizeImages", () => quantizeImages(u32(4)), DTypeError, "needs f32, but got u32[4]"],
  ...each(
    [undefined, null, [1, 2], "ab", new Uint32Array(2)] as never[],
    "packBytes",
    packBytes,
    DTypeError,
    "Uint8Array",
  ),
  ["unpackBytes", () => unpackBytes(undefined as never, 1), DTypeError, "the first argument must be a Uint32Array"],
  ["unpackBytes", () => unpackBytes(new Uint8Array(4) as never, 4), DTypeError, "but got Uint8Array of 4 bytes"],
  [
    "unpackBytes",
    () => unpackBytes(new Uint32Array(1), 5),
    UsageError,
    "the count is 5, but must be a whole number from 0 to 4",
  ],
  ["unpackBytes", () => unpackBytes(new Uint32Array(1), -1), UsageError, "the count is -1"],
  ["unpackBytes", () => unpackBytes(new Uint32Array(1), NaN), UsageError, "the count is NaN"],
]);
