import { argmax } from "../../../src/autograd/ops/argmax.ts";
import { linear, matmul } from "../../../src/autograd/ops/matmul.ts";
import { max, mean, min } from "../../../src/autograd/ops/reduce.ts";
import { logSoftmax, softmax } from "../../../src/autograd/ops/softmax.ts";
import { sum } from "../../../src/autograd/ops/sum.ts";
import { DTypeError, ShapeError, UsageError } from "../../../src/errors.ts";
import {
  each,
  f32,
  i32,
  NO_OPTIONS,
  NO_TENSORS,
  refusesToRecord,
  u32,
  type WrongCall,
} from "../../support/wrong_calls.ts";

refusesToRecord("matmul and linear", [
  ...each(NO_TENSORS, "matmul", (value) => matmul(value, f32(2, 2)), DTypeError, "needs a tensor, but got"),
  ...each(NO_TENSORS, "matmul", (value) => matmul(f32(2, 2), value), DTypeError, "needs a tensor, but got"),
  ["matmul", () => matmul(u32(2, 2), f32(2, 2)), DTypeError, "needs f32, but got u32[2, 2]"],
  ["matmul", () => matmul(f32(2, 2), i32(2, 2)), DTypeError, "needs f32, but got i32[2, 2]"],
  ["matmul", () => matmul(f32(2), f32(2, 2)), ShapeError, "needs operands of rank 2 or more, but got f32[2]"],
  ["matmul", () => matmul(f32(2, 2), f32()), ShapeError, "reshape a vector to a row or column"],
  ["matmul", () => matmul(f32(2, 3), f32(2, 3)), ShapeError, "inner sizes differ: 2x3 (from f32[2, 3]) times 2x3"],
  ["matmul", () => matmul(f32(2, 0), f32(1, 2)), ShapeError, "inner sizes differ: 2x0"],
  ["matmul", () => matmul(f32(2, 3), f32(3, 2), { transposeA: true }), ShapeError, "inner sizes differ: 3x2"],
  ["matmul", () => matmul(f32(2, 3), f32(3, 2), { transposeB: true }), ShapeError, "they must be equal"],
  ["matmul", () => matmul(f32(2, 3, 4), f32(3, 4, 5)), ShapeError, "shapes [2] and [3] do not broadcast"],
  ["matmul", () => matmul(f32(2 ** 16, 1), f32(1, 2 ** 16)), ShapeError, "shape [65536, 65536] has over 2^30 elements"],
  ...each(NO_OPTIONS, "matmul", (value) => matmul(f32(2, 2), f32(2, 2), value), UsageError, "options"),
  ["matmul", () => matmul(f32(2, 2), f32(2, 2), { transA: true } as never), UsageError, 'unknown key "transA"'],
  [
    "matmul",
    () => matmul(f32(2, 2), f32(2, 2), { transposeA: 1 as never }),
    UsageError,
    "transposeA is 1, but must be",
  ],
  ["matmul", () => matmul(f32(2, 2), f32(2, 2), { transposeB: "no" as never }), UsageError, 'transposeB is "no"'],
  ...each(NO_TENSORS, "linear", (value) => linear(value, f32(2, 2)), DTypeError, "needs a tensor, but got"),
  ...each(NO_TENSORS, "linear", (value) => linear(f32(2, 2), value), DTypeError, "needs a tensor, but got"),
  ...each(NO_TENSORS.slice(1), "linear", (v) => linear(f32(2, 2), f32(2, 2), v), DTypeError, "needs a tensor, but got"),
  ["linear", () => linear(u32(2, 2), f32(2, 2)), DTypeError, "needs f32, but got u32[2, 2]"],
  ["linear", () => linear(f32(2, 2), f32(2, 2), u32(2)), DTypeError, "needs f32, but got u32[2]"],
  ["linear", () => linear(f32(2, 3), f32(4, 5)), ShapeError, "x f32[2, 3], weight f32[4, 5] do not fit"],
  ["linear", () => linear(f32(), f32(2, 2)), ShapeError, "needs x [..., in], weight [out, in], bias [out]"],
  ["linear", () => linear(f32(2, 3), f32(3)), ShapeError, "weight f32[3] do not fit"],
  ["linear", () => linear(f32(2, 3), f32(4, 3, 1)), ShapeError, "weight f32[4, 3, 1] do not fit"],
  ["linear", () => linear(f32(2, 3), f32(4, 3), f32(3)), ShapeError, "bias f32[3] do not fit"],
  ["linear", () => linear(f32(2, 3), f32(4, 3), f32(1, 4)), ShapeError, "bias f32[1, 4] do not fit"],
  ["linear", () => linear(f32(2, 3), f32(4, 3), f32()), ShapeError, "bias f32[] do not fit"],
]);

const NO_AXES: readonly (readonly [unknown, string])[] = [
  [[2], "axes [2] do not fit f32[2, 3]: each must be a distinct whole number from -2 to 1"],
  [[-3], "axes [-3] do not fit f32[2, 3]"],
  [[0, 0], "axes [0, 0] do not fit"],
  [[1, -1], "axes [1, -1] do not fit"],
  [[0.5], "axes [0.5] do not fit"],
  [[NaN], "axes [NaN] do not fit"],
  [["0"], 'axes ["0"] do not fit'],
  [[null], "axes [null] do not fit"],
  [[[0]], "axes [[0]] do not fit"],
  [0, "axes must be an array such as [0, 1], but it is 0"],
  [null, "axes must be an array such as [0, 1], but it is null"],
  ["0", 'axes must be an array such as [0, 1], but it is "0"'],
  [{ axes: [0] }, 'axes must be an array such as [0, 1], but it is {"axes":[0]}'],
  [new Uint32Array(1), "axes must be an array such as [0, 1], but it is Uint32Array"],
];

for (const [name, op] of Object.entries({ sum, mean, max, min })) {
  refusesToRecord(name, [
    ...each(NO_TENSORS, name, (value) => op(value), DTypeError, "needs a tensor, but got"),
    [name, () => op(u32(2, 3)), DTypeError, "needs f32, but got u32[2, 3]; convert it with cast"],
    [name, () => op(i32(2, 3)), DTypeError, "needs f32, but got i32[2, 3]"],
    ...NO_AXES.map(([axes, part]): WrongCall => [name, () => op(f32(2, 3), axes as never), ShapeError, part]),
    [name, () => op(f32(), [0]), ShapeError, "axes [0] do not fit f32[]"],
    [name, () => op(f32(2, 3), [0], 1 as never), UsageError, "keepDims is 1, but must be true or false"],
    [name, () => op(f32(2, 3), [0], "true" as never), UsageError, 'keepDims is "true"'],
    [name, () => op(f32(2, 3), [0], { keepDims: true } as never), UsageError, "keepDims is {"],
    [name, () => op(f32(2, 3), [0], null as never), UsageError, "keepDims is null"],
  ]);
}

refusesToRecord("reductions of nothing", [
  [
    "max",
    () => max(f32(2, 0), [1]),
    ShapeError,
    "f32[2, 0] has no elements along axes [1]; each must have at least one",
  ],
  ["min", () => min(f32(0)), ShapeError, "f32[0] has no elements along axes [0]"],
  ["max", () => max(f32(0, 3), [0]), ShapeError, "has no elements along axes [0]"],
  ["argmax", () => argmax(f32(3, 0)), ShapeError, "f32[3, 0] has no elements along axis 1; it needs at least one"],
]);

for (const [name, op] of Object.entries({ softmax, logSoftmax, argmax })) {
  refusesToRecord(name, [
    ...each(NO_TENSORS, name, (value) => op(value), DTypeError, "needs a tensor, but got"),
    [name, () => op(u32(2, 3)), DTypeError, "needs f32, but got u32[2, 3]; convert it with cast"],
    [name, () => op(f32(2, 3), 2), ShapeError, "axes [2] do not fit f32[2, 3]"],
    [name, () => op(f32(2, 3), -3), ShapeError, "axes [-3] do not fit f32[2, 3]"],
    [name, () => op(f32(2, 3), 0.5), ShapeError, "axes [0.5] do not fit"],
    [name, () => op(f32(2, 3), NaN), ShapeError, "axes [NaN] do not fit"],
    [name, () => op(f32(2, 3), null as never), ShapeError, "axes [null] do not fit"],
    [name, () => op(f32(2, 3), "1" as never), ShapeError, 'axes ["1"] do not fit'],
    [name, () => op(f32(2, 3), [1] as never), ShapeError, "axes [[1]] do not fit"],
    [name, () => op(f32(2, 3), { axis: 1 } as never), ShapeError, 'axes [{"axis":1}] do not fit'],
    [name, () => op(f32()), ShapeError, "axes [-1] do not fit f32[]"],
  ]);
}
