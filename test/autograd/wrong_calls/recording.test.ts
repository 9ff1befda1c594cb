import { afterAll, beforeAll } from "vitest";
import { compile } from "../../../src/autograd/compile.ts";
import { evaluate } from "../../../src/autograd/evaluate.ts";
import { grad } from "../../../src/autograd/grad.ts";
import { add, full, neg, relu, square } from "../../../src/autograd/ops/elementwise.ts";
import { detach } from "../../../src/autograd/ops/reshape.ts";
import { assign } from "../../../src/autograd/ops/state.ts";
import { expand, sum } from "../../../src/autograd/ops/sum.ts";
import { noGrad } from "../../../src/autograd/record.ts";
import type { Step } from "../../../src/autograd/step.ts";
import { type Tensor, Variable } from "../../../src/autograd/tensor.ts";
import { Tuner } from "../../../src/autograd/tuner.ts";
import {
  AdapterError,
  DTypeError,
  GpuError,
  OutOfMemoryError,
  RecordingError,
  ShapeError,
  type TailgradError,
  UsageError,
} from "../../../src/errors.ts";
import { openDevice } from "../../../src/gpu/adapter.ts";
import type { Device } from "../../../src/gpu/device.ts";
import { openNodeDevice } from "../../../src/gpu/node_dawn.ts";
import { testDevice } from "../../support/device.ts";
import { EVERY_OP, EVERY_SOURCE, foreign } from "../../support/every_op.ts";
import { each, f32, NO_TENSORS, refuses, refusesToRecord, u32, type WrongCall } from "../../support/wrong_calls.ts";

let other: Device;
let gone: Device;
let step: Step<{ y: Tensor }>;
let destroyed: Step<{ y: Tensor }>;
let bound: Variable;

beforeAll(async () => {
  const device = await testDevice();
  [other, gone] = [await openNodeDevice(), await openNodeDevice()];
  gone.destroy();
  bound = f32(2);
  bound.name = "bound";
  (await compile(other, () => ({ y: relu(bound) }))).run();
  step = await compile(device, () => ({ y: relu(f32(2)) }));
  destroyed = await compile(device, () => ({ y: relu(f32(2)) }));
  destroyed.destroy();
});

afterAll(() => other.destroy());

const OUTSIDE = "ops are recorded, not run at once; call it inside compile() or evaluate()";

refuses("every op outside a recording", [
  ...EVERY_OP.map(({ name, input, call }): WrongCall => [name, () => call(input()), RecordingError, OUTSIDE]),
  ...EVERY_SOURCE.map(([name, call]): WrongCall => [name, call, RecordingError, OUTSIDE]),
]);

refusesToRecord(
  "a tensor of a finished recording, in every op",
  EVERY_OP.map(
    ({ name, input, call }): WrongCall => [
      name,
      () => call(foreign(input())),
      RecordingError,
      "was recorded in another step; pass values from step to step in a Variable",
    ],
  ),
);

/** Compiles a function that returns this. */
const result = (fn: () => unknown) => (device: Device) => compile(device, fn as () => Record<string, Tensor>);
const NO_DEVICES = [undefined, null, 1, "gpu", {}, Promise.resolve()];

refuses("compile", [
  ...NO_DEVICES.map(
    (device): WrongCall => [
      "compile",
      () => compile(device as never, () => ({})),
      UsageError,
      "give what openDevice() resolves to",
    ],
  ),
  ...[undefined, null, 1, "x", { y: 1 }].map(
    (fn): WrongCall => [
      "compile",
      (device) => compile(device, fn as never),
      UsageError,
      "the recorded function must be a function, but got",
    ],
  ),
  ...[undefined, null, 1, "x", true].map(
    (returned): WrongCall => [
      "compile",
      result(() => returned),
      RecordingError,
      "return an object of named tensors such as { loss }",
    ],
  ),
  ["compile", result(() => neg(f32(2))), RecordingError, "the recorded function returned f32[2]; return an object"],
  ...NO_TENSORS.map(
    (y): WrongCall => ["compile", result(() => ({ y })), RecordingError, 'the result "y" is not a tensor but'],
  ),
  [
    "compile",
    result(() => ({ y: foreign(f32(2)) })),
    RecordingError,
    'the result "y" f32[2] was recorded in another step',
  ],
  ["compile", result(async () => ({})), RecordingError, "the recorded function is async"],
  [
    "compile",
    result(async () => {
      await Promise.resolve();
      neg(f32(2));
    }),
    RecordingError,
    "ops only record, so make it a plain function",
  ],
  ["the device", () => compile(gone, () => ({ y: neg(f32(2)) })), GpuError, "is destroyed; open another one"],
  [
    "variable bound",
    result(() => ({ y: neg(bound) })),
    RecordingError,
    "opened as another device; read it and make a new variable for this one",
  ],
  ["variable bound", result(() => ({ y: bound })), RecordingError, "opened as another device"],
  ["variable bound", result(() => ({ y: assign(bound, full([2], 1)) ?? f32(2) })), RecordingError, "another device"],
  [
    "variable input",
    result(() => {
      const input = new Variable(new Float32Array(2), [2], { name: "input" });
      input.destroy();
      return { y: neg(input) };
    }),
    RecordingError,
    "is destroyed; make a new one",
  ],
  [
    "expand",
    result(() => ({ y: expand(f32(1), [2 ** 30]) })),
    OutOfMemoryError,
    "needs a buffer of 4294967296 bytes, but",
  ],
  [
    "expand",
    result(() => ({ y: sum(relu(expand(f32(1, 1, 1), [2 ** 10, 2 ** 10, 2 ** 10]))), z: expand(f32(1), [2 ** 30]) })),
    OutOfMemoryError,
    "use a smaller batch or size",
  ],
]);

const pair = () => ({ data: new Float32Array(2), shape: [2] });

refuses("tuners", [
  ["compile", (d) => compile(d, () => ({}), { tune: true } as never), UsageError, "tune"],
  ["Tuner", () => new Tuner({ mode: "maybe" as never }), UsageError, 'mode "maybe" is not known'],
  ["compile", (d) => compile(d, () => ({}), { tuner: {} as never }), UsageError, "the tuner is"],
  ["Tuner", () => new Tuner({ modes: "on" } as never), UsageError, "modes"],
  ["Tuner", () => new Tuner({ budgetMs: Number.NaN }), UsageError, "budgetMs is NaN"],
  ["Tuner", () => new Tuner({ onTuned: 3 as never }), UsageError, "onTuned"],
  ...[null, "x", { a: 1 }].map(
    (known): WrongCall => ["Tuner", () => new Tuner({ known: known as never }), UsageError, "known is"],
  ),
]);

refuses("evaluate", [
  ...NO_DEVICES.map(
    (device): WrongCall => [
      "evaluate",
      () => evaluate(device as never, (x) => [neg(x!)], [pair()]),
      UsageError,
      "give what openDevice() resolves to",
    ],
  ),
  ...[undefined, null, 3, [neg]].map(
    (fn): WrongCall => [
      "evaluate",
      (device) => evaluate(device, fn as never, [pair()]),
      UsageError,
      "the expression must be a function, but got",
    ],
  ),
  ...[undefined, null, 3, pair()].map(
    (inputs): WrongCall => [
      "evaluate",
      (device) => evaluate(device, (x) => [neg(x!)], inputs as never),
      UsageError,
      "the list of inputs must be an array, but got",
    ],
  ),
  ...[undefined, null, 3, "x"].map(
    (input): WrongCall => [
      "evaluate",
      (device) => evaluate(device, (x) => [neg(x!)], [input as never]),
      UsageError,
      "but must be { data, shape }",
    ],
  ),
  ["host data", (d) => evaluate(d, (x) => [neg(x!)], [[1, 2] as never]), DTypeError, "but it is undefined"],
  ["host data", (d) => evaluate(d, (x) => [neg(x!)], [{ data: [1, 2], shape: [2] } as never]), DTypeError, "Array"],
  [
    "variable",
    (d) => evaluate(d, (x) => [neg(x!)], [{ ...pair(), shape: [3] }]),
    ShapeError,
    "shape [3] needs 3 elements",
  ],
  ["variable", (d) => evaluate(d, () => [], [{ data: pair().data } as never]), ShapeError, "must be an array"],
  ...[undefined, null, 3, { y: 1 }].map(
    (results): WrongCall => [
      "evaluate",
      (device) => evaluate(device, () => results as never, []),
      RecordingError,
      "return an array of tensors",
    ],
  ),
  ["evaluate", (d) => evaluate(d, (x) => neg(x!) as never, [pair()]), RecordingError, "the expression returned f32[2]"],
  ["compile", (d) => evaluate(d, () => [3 as never], []), RecordingError, 'the result "0" is not a tensor but 3'],
  ["evaluate", (d) => evaluate(d, (async () => []) as never, []), RecordingError, "the recorded function is async"],
]);

const weight = () => new Variable(new Float32Array(2), [2], { name: "w" });
const constant = () => new Variable(new Float32Array(2), [2], { name: "c", requiresGrad: false });
const by = (fn: (w: Variable) => unknown) => () => fn(weight());

refusesToRecord("grad and noGrad", [
  ...each(NO_TENSORS, "grad", (value) => grad(value, [weight()]), DTypeError, "needs a tensor, but got"),
  ...each(NO_TENSORS, "grad", (value) => by((w) => grad(sum(w), [value]))(), DTypeError, "needs a tensor, but got"),
  ...each(NO_TENSORS.slice(1), "grad", (v) => by((w) => grad(w, [w], v))(), DTypeError, "needs a tensor, but got"),
  ["grad", by((w) => grad(sum(w), w as never)), UsageError, "the list of tensors must be an array, but got f32[2]"],
  ["grad", by((w) => grad(sum(w), undefined as never)), UsageError, "the list of tensors must be an array"],
  ["grad", by((w) => grad(square(w), [w])), ShapeError, "the loss must have one element, but it is f32[2]; reduce it"],
  ["grad", by((w) => grad(square(w), [w], sum(w))), ShapeError, "the seed is f32[], but the loss is f32[2]"],
  ["grad", by((w) => grad(square(w), [w], u32(2))), DTypeError, "the seed is u32[2], but gradients need f32"],
  ["grad", by((w) => grad(u32(1), [w])), DTypeError, "the loss is u32[1], but gradients need f32; leave integers out"],
  ["grad", by((w) => grad(sum(w), [u32(2)])), DTypeError, "the tensor is u32[2], but gradients need f32"],
  ["grad", by((w) => grad(sum(w), [w, w])), UsageError, "a tensor is listed twice; list each once"],
  ["grad", by((w) => grad(sum(w), [constant()])), UsageError, "the tensor f32[2] has no gradient"],
  ["grad", by((w) => grad(sum(w), [detach(w)])), UsageError, "it comes from detach, noGrad, an op without gradient"],
  ["grad", by((w) => grad(sum(detach(w)), [w])), UsageError, "the loss f32[] has no gradient"],
  [
    "grad",
    by((w) =>
      grad(
        noGrad(() => sum(w)),
        [w],
      ),
    ),
    UsageError,
    "the loss f32[] has no gradient",
  ],
  ["grad", by((w) => grad(full([], 1), [w])), UsageError, "the loss f32[] has no gradient"],
  ["grad", by((w) => grad(foreign(f32(1)), [w])), RecordingError, "the loss f32[1] was recorded in another step"],
  ["grad", by((w) => grad(sum(w), [foreign(f32(1))])), RecordingError, "the tensor f32[1] was recorded in another"],
  ["grad", by((w) => grad(w, [w], foreign(f32(2)))), RecordingError, "the seed f32[2] was recorded in another step"],
  [
    "grad",
    by((w) => {
      const loss = sum(square(w));
      assign(w, full([2], 1));
      grad(loss, [w]);
    }),
    RecordingError,
    "w, an input of square, was updated in place after that op was recorded; call grad before the update",
  ],
  ["noGrad", () => noGrad(undefined as never), UsageError, "the argument must be a function, but got undefined"],
  ["noGrad", () => noGrad(f32(2) as never), UsageError, "the argument must be a function, but got f32[2]"],
  ["noGrad", () => noGrad(async () => add(1, 2)), RecordingError, "the recorded function is async"],
]);

refuses("grad and noGrad outside a recording", [
  ["grad", () => grad(f32(1), [f32(1)]), RecordingError, "call it inside compile() or evaluate()"],
  ["noGrad", () => noGrad(() => 1), RecordingError, "call it inside compile() or evaluate()"],
]);

const wrong = (call: () => unknown, part: string, error: WrongCall[2] = RecordingError): readonly WrongCall[] => [
  [part.split(":", 1)[0]!, call, error as new (message: string) => TailgradError, part],
];

refuses("steps, variables and devices", [
  ...[-1, 0.5, NaN, Infinity, 2 ** 60, "3", null, {}].map(
    (times): WrongCall => ["run", () => step.run(times as never), UsageError, "the number of steps is"],
  ),
  ...["no", "toString", "__proto__", "constructor", undefined, 0].flatMap((name): WrongCall[] => [
    ["read", () => step.read(name as never), RecordingError, "the step has no result"],
    ["shapeOf", () => step.shapeOf(name as never), RecordingError, "it has y"],
  ]),
  ...wrong(() => destroyed.run(), "run: the step is destroyed; compile it again"),
  ...wrong(() => destroyed.read("y"), "read: the step is destroyed; compile it again"),
  ["variable", () => bound.checkUsableOn(gone), RecordingError, "opened as another device"],
  ["the device", () => gone.settle(), GpuError, "is destroyed; open another one"],
  [
    "weights",
    (d) => d.createBuffer(2 ** 40, GPUBufferUsage.STORAGE, "weights"),
    OutOfMemoryError,
    "needs a buffer of 1099511627776",
  ],
  ["there is no WebGPU", () => openDevice(undefined as never), AdapterError, "use a browser that has it, over https"],
  ["there is no WebGPU", () => openDevice(null as never), AdapterError, "openNodeDevice() in Node"],
  ["there is no WebGPU", () => openDevice({} as never), AdapterError, "navigator.gpu is missing"],
]);
