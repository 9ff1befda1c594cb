import { dropout } from "../../../src/autograd/ops/dropout.ts";
import { mul } from "../../../src/autograd/ops/elementwise.ts";
import { newClock, normal, type RandomSource, randomIntegers, uniform } from "../../../src/autograd/ops/random.ts";
import { reshape } from "../../../src/autograd/ops/reshape.ts";
import { advance, assign, assignAdd, logScalars } from "../../../src/autograd/ops/state.ts";
import { Variable } from "../../../src/autograd/tensor.ts";
import { DTypeError, RecordingError, ShapeError, UsageError } from "../../../src/errors.ts";
import {
  each,
  f32,
  i32,
  NO_OPTIONS,
  NO_TENSORS,
  refuses,
  refusesToRecord,
  u32,
  type WrongCall,
} from "../../support/wrong_calls.ts";

const source = (more: object = {}): RandomSource => ({ seed: 1, clock: newClock(), ...more });
const DRAWS = {
  uniform: (shape: never, from: never) => uniform(shape, from),
  normal: (shape: never, from: never) => normal(shape, from),
  randomIntegers: (shape: never, from: never) => randomIntegers(shape, 10, from),
};

for (const [name, op] of Object.entries(DRAWS)) {
  const from = (more: object) => () => op([2] as never, source(more) as never);
  const of = (shape: unknown) => () => op(shape as never, source() as never);
  refusesToRecord(name, [
    ...each(NO_OPTIONS, name, (value) => op([2] as never, value), UsageError, "the random source"),
    [
      name,
      () => op([2] as never, undefined as never),
      UsageError,
      "the random source must be an object of seed, clock",
    ],
    ...each(NO_TENSORS, name, (clock) => from({ clock })(), DTypeError, "make it with newClock()"),
    [name, from({ clock: u32(3) }), DTypeError, "the clock must be a u32 variable of 2 elements, but is u32[3]"],
    [name, from({ clock: f32(2) }), DTypeError, "but is f32[2]; make it with newClock()"],
    [name, from({ stream: -1 }), UsageError, "stream -1 is not a whole number of 0..65535"],
    [name, from({ stream: 65_536 }), UsageError, "stream 65536 is not"],
    [name, from({ stream: 0.5 }), UsageError, "leave it out to get the next free one"],
    [name, from({ stream: "1" }), UsageError, 'stream "1" is not'],
    ...[-1, 0.5, NaN, 2 ** 53, "1", undefined, null].map(
      (seed): WrongCall => [
        "random",
        from({ seed }),
        UsageError,
        `seed of ${name} ${seed} is not an integer of 0..2^53-1`,
      ],
    ),
    [name, of(2), ShapeError, "the shape must be an array such as [2, 3], but it is 2"],
    [name, of(undefined), ShapeError, "but it is undefined"],
    [name, of([-1]), ShapeError, "shape [-1] has a size that is not a whole number of 0 or more"],
    [name, of([2 ** 31]), ShapeError, "over 2^30 elements"],
  ]);
}

refusesToRecord("randomIntegers and dropout", [
  ...[0, -1, 0.5, NaN, 2 ** 33, undefined, null, "5"].map(
    (below): WrongCall => [
      "randomIntegers",
      () => randomIntegers([2], below as never, source()),
      UsageError,
      "but must be a whole number of 1..2^32",
    ],
  ),
  ...each(NO_TENSORS, "dropout", (value) => dropout(value, 0.5, source()), DTypeError, "needs a tensor, but got"),
  ...each(NO_OPTIONS, "dropout", (value) => dropout(f32(2), 0.5, value), UsageError, "the random source"),
  ["dropout", () => dropout(f32(2), 0.5, undefined as never), UsageError, "the random source must be an object"],
  ["dropout", () => dropout(u32(2), 0.5, source()), DTypeError, "needs f32, but got u32[2]"],
  ...[1, -0.1, NaN, Infinity, "0.5", undefined, null, true].map(
    (p): WrongCall => [
      "dropout",
      () => dropout(f32(2), p as never, source()),
      UsageError,
      "but must be a finite number, at least 0, below 1; give such a number",
    ],
  ),
  [
    "dropout",
    () => dropout(f32(2), 0.5, source(), "false" as never),
    UsageError,
    'training is "false", but must be true',
  ],
  ["dropout", () => dropout(f32(2), 0.5, source(), null as never), UsageError, "training is null"],
  ["dropout", () => dropout(f32(2), 0.5, source({ stream: -2 })), UsageError, "stream -2"],
]);

const self = (op: (x: Variable) => unknown) => () => op(f32(4));

for (const [name, op] of Object.entries({ assign, assignAdd })) {
  refusesToRecord(name, [
    ...each(NO_TENSORS, name, (value) => op(value, f32(2)), RecordingError, "writes into a Variable only, but got"),
    ...each(NO_TENSORS, name, (value) => op(f32(2), value), DTypeError, "needs a tensor, but got"),
    [name, () => op(mul(f32(2), 2) as never, f32(2)), RecordingError, "make one with new Variable()"],
    [name, () => op(f32(4), f32(2, 2)), ShapeError, "shapes must be equal (reshape or expand it)"],
    [name, () => op(f32(4), f32(1)), ShapeError, "is f32[4], but the value is f32[1]"],
    [name, () => op(f32(4), u32(4)), DTypeError, "is f32[4], but the value is u32[4]; convert it with cast"],
    [name, () => op(u32(4), i32(4)), DTypeError, "is u32[4], but the value is i32[4]"],
    [name, self((x) => op(x, x)), RecordingError, "is read and written at once"],
    [name, self((x) => op(x, reshape(reshape(x, [2, 2]), [4]))), RecordingError, "compute a new tensor first"],
  ]);
}

const log = () => f32(2, 2);
const two = () => [f32(), f32(1)];

refusesToRecord("advance and logScalars", [
  ...each(
    NO_TENSORS,
    "advance",
    (value) => advance(value),
    DTypeError,
    "the clock must be a u32 variable of 2 elements",
  ),
  ["advance", () => advance(f32(2)), DTypeError, "but is f32[2]; make it with newClock()"],
  ["advance", () => advance(u32(3)), DTypeError, "but is u32[3]"],
  ["advance", () => advance(reshape(u32(2), [2, 1]) as never), DTypeError, "but is u32[2, 1]"],
  ...each(
    NO_TENSORS,
    "logScalars",
    (v) => logScalars(v, newClock(), two()),
    RecordingError,
    "writes into a Variable only",
  ),
  ...each(NO_TENSORS, "logScalars", (v) => logScalars(log(), v, two()), DTypeError, "make it with newClock()"),
  ...each(NO_TENSORS, "logScalars", (v) => logScalars(log(), newClock(), [f32(), v]), DTypeError, "needs a tensor"),
  [
    "logScalars",
    () => logScalars(log(), newClock(), f32() as never),
    UsageError,
    "the list of scalars must be an array",
  ],
  ["logScalars", () => logScalars(log(), newClock(), undefined as never), UsageError, "the list of scalars must be an"],
  [
    "logScalars",
    () => logScalars(log(), newClock(), [f32()]),
    ShapeError,
    "1 scalars need f32[capacity, 1], both 1 or",
  ],
  ["logScalars", () => logScalars(log(), newClock(), []), ShapeError, "but 0 scalars need"],
  ["logScalars", () => logScalars(f32(0, 2), newClock(), two()), ShapeError, "the log is f32[0, 2]"],
  ["logScalars", () => logScalars(f32(4), newClock(), two()), ShapeError, "the log is f32[4]"],
  ["logScalars", () => logScalars(u32(2, 2), newClock(), two()), ShapeError, "the log is u32[2, 2]"],
  [
    "logScalars",
    () => logScalars(log(), newClock(), [f32(2), f32()]),
    ShapeError,
    "each scalar must be f32 of one element",
  ],
  ["logScalars", () => logScalars(log(), newClock(), [u32(), f32()]), ShapeError, "but one is u32[]; reduce it (mean)"],
  [
    "logScalars",
    () => {
      const one = f32(1, 1);
      logScalars(one, newClock(), [reshape(one, [])]);
    },
    RecordingError,
    "is read and written at once",
  ],
]);

const data = (length = 2) => new Float32Array(length);

refuses("variables and clocks", [
  ...[-1, 0.5, NaN, 2 ** 53, "1", null].map(
    (start): WrongCall => ["random", () => newClock(start as never), UsageError, "start of clock"],
  ),
  ["variable", () => newClock(0, 5 as never), UsageError, "name is 5, but must be a string"],
  ...[undefined, null, "x", 3, [1, 2], new Float64Array(2), new ArrayBuffer(8), new Uint8Array(8)].map(
    (given): WrongCall => [
      "host data",
      () => new Variable(given as never, [2]),
      DTypeError,
      "must be a Float32Array, Int32Array or Uint32Array, but it is",
    ],
  ),
  ["variable", () => new Variable(data(), [3]), ShapeError, "shape [3] needs 3 elements, but 2 were given"],
  ["variable", () => new Variable(data(), []), ShapeError, "shape [] needs 1 elements, but 2 were given"],
  ["variable", () => new Variable(data(), undefined as never), ShapeError, "the shape must be an array such as [2, 3]"],
  ["variable", () => new Variable(data(), 2 as never), ShapeError, "but it is 2"],
  ["variable", () => new Variable(data(), [-2]), ShapeError, "shape [-2] has a size that is not a whole number"],
  ["variable", () => new Variable(data(), [2, NaN]), ShapeError, "shape [2, NaN] has a size"],
  ["variable", () => new Variable(data(), [2 ** 31]), ShapeError, "over 2^30 elements, more than a kernel can address"],
  [
    "variable",
    () => new Variable(data(), [2 ** 16, 2 ** 16], { name: "w" }),
    ShapeError,
    "w: shape [65536, 65536] has over",
  ],
  ...each(NO_OPTIONS, "variable", (value) => new Variable(data(), [2], value), UsageError, "options"),
  [
    "variable",
    () => new Variable(data(), [2], "w" as never),
    UsageError,
    "options must be an object of name, requiresGrad",
  ],
  [
    "variable",
    () => new Variable(data(), [2], { label: "w" } as never),
    UsageError,
    'options has the unknown key "label"',
  ],
  ["variable", () => new Variable(data(), [2], { name: 3 as never }), UsageError, "name is 3, but must be a string"],
  ["variable", () => new Variable(data(), [2], { requiresGrad: 1 as never }), UsageError, "requiresGrad is 1"],
  ["variable", () => new Variable(new Uint32Array(2), [2], { requiresGrad: true }), DTypeError, "u32 cannot require"],
  ["write", () => f32(2).write(data(3)), ShapeError, "needs 2 elements of f32, but got 3 of f32"],
  ["write", () => f32(2).write(new Uint32Array(2)), ShapeError, "but got 2 of u32"],
  ["host data", () => f32(2).write(undefined as never), DTypeError, "but it is undefined; convert it with from()"],
  ["host data", () => f32(2).write([1, 2] as never), DTypeError, "but it is Array"],
]);
