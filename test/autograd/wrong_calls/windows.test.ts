import { avgPool2d } from "../../../src/autograd/ops/avg_pool2d.ts";
import { conv2d, convTranspose2d } from "../../../src/autograd/ops/conv2d.ts";
import { maxPool2d } from "../../../src/autograd/ops/max_pool2d.ts";
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

/** What no stride, padding, dilation or kernel may be, with the part of the message that shows it. */
const NO_PAIRS: readonly (readonly [unknown, string])[] = [
  [-1, "[-1, -1]"],
  [0.5, "[0.5, 0.5]"],
  [NaN, "[NaN, NaN]"],
  [Infinity, "[Infinity, Infinity]"],
  [2 ** 32, "[4294967296, 4294967296]"],
  ["2", '"2"'],
  [null, "null"],
  [true, "true"],
  [{ height: 2 }, '{"height":2}'],
  [[1], "[1]"],
  [[1, 1, 1], "[1, 1, 1]"],
  [[1, -2], "[1, -2]"],
  [[1, "1"], '[1, "1"]'],
  [[], "[]"],
];

/** One wrong call for each wrong value of an option that is a number or a pair. */
function wrongPairs(op: string, option: string, call: (options: never) => unknown, least: number): WrongCall[] {
  const values = least > 0 ? [[0, "[0, 0]"] as const, [[1, 0], "[1, 0]"] as const, ...NO_PAIRS] : NO_PAIRS;
  return values.map(([value, shown]) => [
    op,
    () => call({ [option]: value } as never),
    ShapeError,
    `${option} ${shown} must be one or two whole numbers from ${least} to 32768`,
  ]);
}

const image = () => f32(1, 2, 4, 4);
const kernel = () => f32(2, 2, 3, 3);

for (const [name, op] of Object.entries({ conv2d, convTranspose2d })) {
  const call = (options: never) => op(image(), kernel(), undefined, options);
  refusesToRecord(name, [
    ...each(NO_TENSORS, name, (value) => op(value, kernel()), DTypeError, "needs a tensor, but got"),
    ...each(NO_TENSORS, name, (value) => op(image(), value), DTypeError, "needs a tensor, but got"),
    ...each(NO_TENSORS.slice(1), name, (v) => op(image(), kernel(), v), DTypeError, "needs a tensor, but got"),
    [name, () => op(u32(1, 2, 4, 4), kernel()), DTypeError, "needs f32, but got u32[1, 2, 4, 4]"],
    [name, () => op(image(), i32(2, 2, 3, 3)), DTypeError, "needs f32, but got i32[2, 2, 3, 3]"],
    [name, () => op(image(), kernel(), u32(2)), DTypeError, "needs f32, but got u32[2]"],
    [name, () => op(f32(2, 4, 4), kernel()), ShapeError, "x must have four axes (images [N, C, H, W]"],
    [name, () => op(f32(1, 1, 2, 4, 4), kernel()), ShapeError, "x must have four axes"],
    [name, () => op(image(), f32(3, 3)), ShapeError, "weight must have four axes"],
    [name, () => op(image(), f32(3, 3, 3, 3)), ShapeError, "do not fit with 1 group(s)"],
    [
      name,
      () => op(image(), kernel(), f32(3)),
      ShapeError,
      "bias f32[3] must have one element per output channel: [2]",
    ],
    [name, () => op(image(), kernel(), f32(2, 1)), ShapeError, "bias f32[2, 1] must have one element"],
    [name, () => op(image(), kernel(), f32()), ShapeError, "bias f32[] must have one element"],
    [name, () => op(image(), kernel(), { stride: 2 } as never), DTypeError, 'needs a tensor, but got {"stride":2}'],
    ...each(NO_OPTIONS, name, call, UsageError, "options"),
    [
      name,
      () => call({ strides: 2 } as never),
      UsageError,
      'unknown key "strides"; the known ones are stride, padding',
    ],
    [name, () => call({ pads: 1 } as never), UsageError, 'unknown key "pads"'],
    ...wrongPairs(name, "stride", call, 1),
    ...wrongPairs(name, "dilation", call, 1),
    ...wrongPairs(name, "padding", call, 0),
    [name, () => call({ padding: [1, 1, 1, -1] } as never), ShapeError, "padding [1, -1] must be"],
    [name, () => call({ padding: "same" } as never), ShapeError, 'padding "same" must be'],
    ...[0, -1, 1.5, NaN, "1", null, [1]].map(
      (groups): WrongCall => [name, () => call({ groups } as never), UsageError, "but must be a whole number from 1"],
    ),
    [name, () => call({ groups: 3 } as never), ShapeError, "do not fit with 3 group(s)"],
  ]);
}

refusesToRecord("convolutions without a result", [
  [
    "conv2d",
    () => conv2d(image(), f32(1, 2, 5, 5)),
    ShapeError,
    "a kernel of 5x5 with dilation 1x1 does not fit into 4x4",
  ],
  ["conv2d", () => conv2d(image(), kernel(), undefined, { dilation: 2 }), ShapeError, "with dilation 2x2 does not fit"],
  ["conv2d", () => conv2d(f32(1, 2, 0, 4), kernel()), ShapeError, "does not fit into 0x4"],
  ["conv2d", () => conv2d(image(), f32(2, 2, 0, 3)), ShapeError, "a kernel of 0x3"],
  ["conv2d", () => conv2d(f32(1, 4, 4, 4), f32(3, 2, 2, 2), undefined, { groups: 2 }), ShapeError, "with 2 group(s)"],
  ["conv2d", () => conv2d(f32(1, 3, 4, 4), f32(2, 1, 2, 2), undefined, { groups: 2 }), ShapeError, "with 2 group(s)"],
  [
    "conv2d",
    () => conv2d(image(), kernel(), undefined, { outputPadding: 1 } as never),
    UsageError,
    'unknown key "outputPadding"',
  ],
  [
    "conv2d",
    () => conv2d(f32(2 ** 20, 1, 1, 1), f32(2 ** 11, 1, 1, 1)),
    ShapeError,
    "shape [1048576, 2048, 1, 1] has over 2^30 elements",
  ],
  [
    "convTranspose2d",
    () => convTranspose2d(f32(1, 3, 4, 4), f32(3, 1, 2, 2), undefined, { groups: 2 }),
    ShapeError,
    "do not fit with 2 group(s)",
  ],
  [
    "convTranspose2d",
    () => convTranspose2d(f32(1, 2, 1, 1), f32(2, 1, 2, 2), undefined, { padding: 1 }),
    ShapeError,
    "would be 0x0; it needs a row and a column",
  ],
  [
    "convTranspose2d",
    () => convTranspose2d(f32(1, 2, 40, 40), kernel(), undefined, { stride: 32_768 }),
    ShapeError,
    "over 2^30 elements",
  ],
  ...wrongPairs(
    "convTranspose2d",
    "outputPadding",
    (options) => convTranspose2d(image(), kernel(), undefined, options),
    0,
  ),
  ...[1, 2, [0, 1]].map(
    (outputPadding): WrongCall => [
      "convTranspose2d",
      () => convTranspose2d(image(), kernel(), undefined, { outputPadding } as never),
      ShapeError,
      "must be smaller than the stride 1x1 or the dilation 1x1",
    ],
  ),
  [
    "convTranspose2d",
    () => convTranspose2d(image(), kernel(), undefined, { stride: [2, 3], outputPadding: [2, 2] }),
    ShapeError,
    "outputPadding 2x2 must be smaller than the stride 2x3",
  ],
]);

for (const [name, op] of Object.entries({ maxPool2d, avgPool2d })) {
  const call = (options: never) => op(image(), 2, options);
  refusesToRecord(name, [
    ...each(NO_TENSORS, name, (value) => op(value, 2), DTypeError, "needs a tensor, but got"),
    [name, () => op(u32(1, 1, 4, 4), 2), DTypeError, "needs f32, but got u32[1, 1, 4, 4]"],
    [name, () => op(f32(4, 4), 2), ShapeError, "needs [N, C, H, W], but got f32[4, 4] of rank 2"],
    [name, () => op(f32(1, 4, 4), 2), ShapeError, "use reshape to add or join axes"],
    [name, () => op(image(), undefined as never), ShapeError, "kernel undefined must be one or two whole numbers"],
    [name, () => op(image(), { kernelSize: 2 } as never), ShapeError, 'kernel {"kernelSize":2} must be'],
    ...wrongPairs(name, "kernel", ({ kernel: size }: { kernel: never }) => op(image(), size), 1),
    ...wrongPairs(name, "stride", call, 1),
    ...wrongPairs(name, "padding", call, 0),
    ...each(NO_OPTIONS, name, call, UsageError, "options"),
    [
      name,
      () => call({ strides: 2 } as never),
      UsageError,
      'unknown key "strides"; the known ones are stride, padding',
    ],
    [name, () => call({ ceilMode: 1 } as never), UsageError, "ceilMode is 1, but must be true or false"],
    [name, () => call({ ceilMode: "false" } as never), UsageError, 'ceilMode is "false"'],
    [name, () => op(image(), 3, { padding: 2 }), ShapeError, "must be at most half the kernel [3, 3]"],
    [name, () => op(image(), [4, 1], { padding: [2, 1] }), ShapeError, "pad less or widen the kernel"],
    [name, () => op(image(), 5), ShapeError, "no window is left; use a smaller kernel or a larger input"],
    [name, () => op(image(), [1, 5]), ShapeError, "does not fit into f32[1, 2, 4, 4]: no window is left"],
    [name, () => op(f32(1, 1, 0, 4), 1), ShapeError, "no window is left"],
    [name, () => op(f32(1, 1, 4, 0), 2, { padding: 1 }), ShapeError, "no window is left"],
  ]);
}

refusesToRecord("options of one pooling only", [
  ...wrongPairs("maxPool2d", "dilation", (options) => maxPool2d(image(), 2, options), 1),
  ["maxPool2d", () => maxPool2d(image(), 3, { dilation: 2 }), ShapeError, "no window is left"],
  ["maxPool2d", () => maxPool2d(image(), 2, { countIncludePad: true } as never), UsageError, '"countIncludePad"'],
  ["avgPool2d", () => avgPool2d(image(), 2, { dilation: 1 } as never), UsageError, 'unknown key "dilation"'],
  ["avgPool2d", () => avgPool2d(image(), 2, { countIncludePad: 0 as never }), UsageError, "countIncludePad is 0"],
]);
