import { garments } from "../../src/data/garments.ts";
import { readIdxImages, readIdxLabels } from "../../src/data/idx.ts";
import {
  downsampled,
  longTail,
  longTailCounts,
  parseImbalance,
  upsampledCyclic,
  upsampledRandom,
} from "../../src/data/long_tail.ts";
import { readSafetensors } from "../../src/data/safetensors.ts";
import { DataError, DTypeError, UsageError } from "../../src/errors.ts";
import { Rng } from "../../src/kernels/random/philox.ts";
import { each, NO_OPTIONS, refuses, type WrongCall } from "../support/wrong_calls.ts";

const labels = Uint8Array.of(0, 0, 1, 1, 2);
const all = Uint32Array.of(0, 1, 2, 3, 4);
const half = parseImbalance("1/2");
const NO_ARRAYS = [undefined, null, 3, "01", [0, 1], new Float32Array(2)] as never[];
const NO_CLASSES = [0, -1, 2.5, NaN, 257, "3", undefined, null] as never[];
const NO_SEEDS = [-1, 0.5, NaN, 2 ** 53, "1", null] as never[];

refuses("long tails", [
  ...each(
    [undefined, null, 0.5, {}, "", "0", "2", "1/0", "3/2", "-1/2", "0.5x", "NaN", "1e-1", "½", "7 9"] as never[],
    "imbalance",
    parseImbalance,
    UsageError,
    "is not a ratio above 0 and up to 1; give one such as 7/9, 1/2, 0.5 or 1",
  ),
  ...each(
    NO_ARRAYS,
    "class counts",
    (v) => longTail(v, 3, half, 1),
    DTypeError,
    "labels must be a Uint8Array, but got",
  ),
  ...each(
    NO_CLASSES,
    "class counts",
    (value) => longTail(labels, value, half, 1),
    UsageError,
    "the number of classes is",
  ),
  ...each(
    NO_SEEDS,
    "random",
    (value) => longTail(labels, 3, half, value),
    UsageError,
    "is not an integer of 0..2^53-1",
  ),
  ...each(
    [undefined, null, "1/2", 0.5, {}, { numerator: 1, denominator: 2 }] as never[],
    "longTail",
    (value) => longTail(labels, 3, value, 1),
    UsageError,
    "make it with parseImbalance()",
  ),
  ["labels", () => longTail(labels, 2, half, 1), DataError, "label 2 at position 4, but labels must be 0..1"],
  ...each(
    [undefined, null, 3, "x", new Uint32Array(2)] as never[],
    "longTail",
    (value) => longTailCounts(value, half),
    UsageError,
    "counts must be an array, but got",
  ),
  ...each([-1, 0.5, NaN, "3", null] as never[], "longTail", (v) => longTailCounts([v], half), UsageError, "a count is"),
]);

const BALANCERS = {
  downsampled: (a: never, b: never, c: never) => downsampled(a, b, c, 1),
  upsampledCyclic: (a: never, b: never, c: never) => upsampledCyclic(a, b, c),
  upsampledRandom: (a: never, b: never, c: never) => upsampledRandom(a, b, c, 1),
};

refuses(
  "balancing",
  Object.values(BALANCERS).flatMap((op): WrongCall[] => {
    const call = (a: unknown, b: unknown, c: unknown) => op(a as never, b as never, c as never);
    return [
      ...each(
        NO_ARRAYS,
        "subset",
        (v) => call(v, all, 3),
        DTypeError,
        "images or labels must be a Uint8Array, but got",
      ),
      ...each(NO_ARRAYS, "subset", (v) => call(labels, v, 3), DTypeError, "indices must be a Uint32Array, but got"),
      ...each(NO_CLASSES, "class counts", (v) => call(labels, all, v), UsageError, "the number of classes is"),
      [
        "subset",
        () => call(labels, Uint32Array.of(5), 3),
        DataError,
        "index 5 of 5 items; indices must stay below that",
      ],
      ["", () => call(labels, all, 4), DataError, "class 3 has no pictures, so there is nothing to balance it with"],
    ];
  }),
);

refuses("garments, files and random numbers", [
  ...each(NO_OPTIONS, "garments", (value) => garments(value), UsageError, "options"),
  [
    "garments",
    () => garments({ perClass: 10 } as never),
    UsageError,
    'unknown key "perClass"; the known ones are seed',
  ],
  ...[0, -1, 1.5, NaN, Infinity, 200_000, "10", null].flatMap((count): WrongCall[] => [
    ["garments", () => garments({ trainPerClass: count as never }), UsageError, "but must be an integer of 1..100000"],
    ["garments", () => garments({ testPerClass: count as never }), UsageError, "but must be an integer of 1..100000"],
  ]),
  ...each(NO_SEEDS, "random", (seed) => garments({ seed }), UsageError, "seed of garments"),
  ...each(NO_ARRAYS, "f", (value) => readIdxImages(value, "f"), DTypeError, "the file's bytes must be a Uint8Array"),
  ...each(NO_ARRAYS, "f", (value) => readIdxLabels(value, "f"), DTypeError, "the file's bytes must be a Uint8Array"),
  ...each(NO_ARRAYS, "f", (value) => readSafetensors(value, "f"), DTypeError, "the file's bytes must be a Uint8Array"),
  ...each(NO_SEEDS, "random", (value) => new Rng(value, 1), UsageError, "seed"),
  ...each([-1, 0.5, NaN, 2 ** 32, "1", null] as never[], "random", (v) => new Rng(1, v), UsageError, "stream"),
  ...each(
    [0, -1, 0.5, NaN, 2 ** 33, "3"] as never[],
    "random",
    (v) => new Rng(1, 1).integer(v),
    UsageError,
    "integers below",
  ),
  [
    "random",
    () => new Rng(1, 1).sampleWithoutReplacement(3, 4),
    UsageError,
    "cannot be drawn from 3; ask for at most 3",
  ],
]);
