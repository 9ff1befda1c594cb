/** Wrong descriptions of users' ops, wrong calls of them, and wrong calls of checkGradients. */
import { checkGradients } from "../../../src/autograd/check_gradients.ts";
import { compile } from "../../../src/autograd/compile.ts";
import { type CustomOp, customOp } from "../../../src/autograd/custom_op.ts";
import { grad } from "../../../src/autograd/grad.ts";
import { relu, square } from "../../../src/autograd/ops/elementwise.ts";
import { sum } from "../../../src/autograd/ops/sum.ts";
import { DTypeError, RecordingError, ShapeError, UsageError } from "../../../src/errors.ts";
import type { Device } from "../../../src/gpu/device.ts";
import {
  each,
  f32,
  NO_OPTIONS,
  NO_TENSORS,
  refuses,
  refusesToRecord,
  u32,
  type WrongCall,
} from "../../support/wrong_calls.ts";

const PARAMS = "struct Params { n: u32, scale: f32, shift: i32 }\n@group(0) @binding(0) var<uniform> params: Params;";
const X = "@group(0) @binding(1) var<storage, read> x: array<f32>;";
const Y = "@group(0) @binding(2) var<storage, read_write> y: array<f32>;";
const MAIN = `@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x < params.n) { y[id.x] = params.scale * x[id.x]; }
}`;

const SOUND: CustomOp = {
  name: "scaled",
  wgsl: [PARAMS, X, Y, MAIN].join("\n"),
  shape: (x) => x,
  params: ([n]) => ({ n: n!, scale: 2, shift: 0 }),
  vjp: (g) => [g],
};

/** The sound description with something else in it. */
const made = (change: object) => () => customOp({ ...SOUND, ...change } as CustomOp);
/** Its kernel with other parts. */
const text = (...parts: string[]) => made({ wgsl: parts.join("\n") });
/** A call of the op of a changed description. */
const called = (change: object) => () => made(change)()(f32(2));

const of = (op: string, error: WrongCall[2], calls: readonly (readonly [() => unknown, string])[]): WrongCall[] =>
  calls.map(([call, part]) => [op, call, error, part]);

refuses("customOp", [
  ...each(NO_OPTIONS, "customOp", (op) => customOp(op), UsageError, "the op"),
  ...of("customOp", UsageError, [
    [made({ name: undefined }), "name is undefined"],
    [made({ name: "" }), 'name is ""'],
    [made({ name: "a\nb" }), "must be a word"],
    [made({ wgsl: undefined }), "wgsl of scaled is undefined; give the kernel's text"],
    [made({ wgsl: { code: "" } }), "wgsl of scaled is"],
    [made({ shape: [2] }), "shape of scaled must be a function"],
    [made({ params: { n: 1 } }), "params of scaled must be a function"],
    [made({ workgroups: 3 }), "workgroups of scaled must be a function"],
    [made({ flops: 3 }), "flops of scaled must be a function"],
    [made({ vjp: f32(2) }), "vjp of scaled must be a function"],
  ]),
]);

refuses("kernels of users' ops", [
  ...of("scaled", UsageError, [
    [text(""), "the kernel's last binding must be its result"],
    [text(PARAMS, X, MAIN), "the kernel's last binding must be its result"],
    [text(PARAMS, Y.replace("2", "1"), X.replace("1", "2"), MAIN), "the kernel's last binding must be its result"],
    [text(PARAMS, Y.replace("2", "1"), Y.replace(" y", " z"), MAIN), "make an op of each result"],
    [text(PARAMS, X, Y.replace("2", "3"), MAIN), "the kernel has no @binding(2); number its bindings from 0"],
    [text(PARAMS, X, Y.replace("2", "1"), MAIN), "y must have a binding of its own in group 0"],
    [text(PARAMS, X, Y.replace("group(0)", "group(1)"), MAIN), "y must have a binding of its own in group 0"],
    [text(PARAMS, X.replace("<f32>", "<f16>"), Y, MAIN), "x is array<f16>, but must be an array of f32, i32, u32"],
    [text(PARAMS, X.replace("<f32>", "<f32, 4>"), Y, MAIN), "without a size"],
    [text(PARAMS, X.replace("<f32>", "<vec3f>"), Y, MAIN), "vec2 or vec4"],
    [text(PARAMS, X.replace("<f32>", "<atomic<u32>>"), Y, MAIN), "x is array<atomic<u32>>"],
    [text(PARAMS.replace(/struct.*/, ""), X, Y, MAIN), "the kernel's uniform is Params; make it a struct of scalars"],
    [text(PARAMS.replace("n: u32", "n: vec2<u32>"), X, Y, MAIN), 'the field "n: vec2<u32>" of Params must be a scalar'],
    [text(PARAMS.replace("n: u32", "@size(8) n: u32"), X, Y, MAIN), "must be a scalar without attributes"],
    [
      text(PARAMS, X, Y, MAIN.replace("params.n", "arrayLength(&y)")),
      "a buffer may be longer than its tensor; give sizes as",
    ],
    [text(PARAMS, X, Y), "exactly one @compute function"],
    [text(PARAMS, X, Y, MAIN, MAIN.replace("main", "again")), "exactly one @compute function"],
    [text(PARAMS, X, Y, MAIN.replace("64", "SIZE")), "@workgroup_size must be numbers or names of its constants"],
    [made({ params: undefined }), "the kernel has a uniform at binding 0, but params is not; have both or neither"],
    [
      text(X.replace("1", "0"), Y.replace("2", "1"), MAIN),
      "the kernel has no uniform at binding 0, but params is given",
    ],
    [made({ constants: { ROWS: 2 } }), "scaled.wgsl has no constant ROWS; mend the kernel's text or the constants"],
    [made({ constants: [3] }), "constants"],
    [text(PARAMS, X, Y, "// @registers\nvar a: array<f32, n>;", MAIN), "cannot split"],
  ]),
]);

const op = (): ((...inputs: never[]) => unknown) => customOp(SOUND) as never;

refusesToRecord("calls of users' ops", [
  ...each(NO_TENSORS, "scaled", (x) => op()(x), DTypeError, "needs a tensor, but got"),
  ["scaled", () => op()(), UsageError, "got 0 inputs, but its kernel has 1 (x); give those"],
  ["scaled", () => op()(f32(2) as never, f32(2) as never), UsageError, "got 2 inputs"],
  ["scaled", () => op()(u32(2) as never), DTypeError, "x is f32 in the kernel, but got u32[2]; convert it with cast"],
  [
    "scaled",
    () => customOp({ ...SOUND, wgsl: SOUND.wgsl.replace("x: array<f32>", "x: array<vec4<f32>>") })(f32(6)),
    ShapeError,
    "x is an array of vec4 in the kernel, but [6] has no multiple of 4 elements",
  ],
  [
    "scaled",
    () => customOp({ ...SOUND, wgsl: SOUND.wgsl.replace("y: array<f32>", "y: array<vec2f>") })(f32(5)),
    ShapeError,
    "y is an array of vec2",
  ],
  ...of("scaled", ShapeError, [
    [called({ shape: () => undefined }), "the shape must be an array"],
    [called({ shape: () => [2, -1] }), "has a size that is not a whole number"],
    [called({ shape: () => [2 ** 31] }), "over 2^30 elements"],
    [
      called({ shape: () => [2 ** 23] }),
      "needs 131072 workgroups, over 65535 along x; have the kernel compute its place as",
    ],
    [called({ workgroups: () => 65_536 }), "needs 65536 workgroups"],
  ]),
  ...of("scaled", UsageError, [
    [called({ params: () => undefined }), "params must be an object"],
    [called({ params: () => ({ n: 2, scale: 1 }) }), "params.shift is undefined"],
    [called({ params: () => ({ n: 2, scale: 1, shift: 0, more: 1 }) }), 'params has the unknown key "more"'],
    [called({ params: () => ({ n: -1, scale: 1, shift: 0 }) }), "params.n is -1, but must be a whole number from 0"],
    [called({ params: () => ({ n: 2.5, scale: 1, shift: 0 }) }), "params.n is 2.5"],
    [called({ params: () => ({ n: 2, scale: Number.NaN, shift: 0 }) }), "params.scale is NaN"],
    [called({ params: () => ({ n: 2, scale: 1, shift: 2 ** 31 }) }), "params.shift is 2147483648"],
    [called({ workgroups: () => -1 }), "workgroups is -1"],
    [called({ workgroups: () => "all" }), "workgroups must be an array"],
    [called({ workgroups: () => [1, 2] }), "workgroups are [1, 2], but must be a number or [x, y, z]"],
    [called({ workgroups: () => [1, 1, 70_000] }), "workgroups is 70000"],
    [called({ flops: () => Number.NaN }), "flops is NaN"],
  ]),
]);

/** The gradient of an op with this rule. */
const differentiated = (vjp: unknown) => () => {
  const x = f32(2);
  grad(sum(customOp({ ...SOUND, vjp } as CustomOp)(x)), [x]);
};

refusesToRecord("gradient rules of users' ops", [
  ...of("scaled", UsageError, [
    [differentiated(() => undefined), "what vjp returns must be an array"],
    [differentiated(() => []), "vjp gave 0 gradients for 1 inputs; give one each, undefined for none"],
    [differentiated((g: never) => [g, g]), "vjp gave 2 gradients for 1 inputs"],
  ]),
  ["scaled", differentiated(() => [3]), DTypeError, "the gradient of input 0 is 3, but must be a tensor or undefined"],
  [
    "scaled",
    differentiated((g: never) => [sum(g)]),
    ShapeError,
    "the gradient of input 0 is f32[], but the input is f32[2]",
  ],
]);

refuses("users' ops outside a recording", [
  ["scaled", () => customOp(SOUND)(f32(2)), RecordingError, "call it inside compile() or evaluate()"],
]);

const x = { data: new Float32Array(2), shape: [2] };
const labels = { data: new Uint32Array(2), shape: [2] };
const check = (options: unknown) => (d: Device) => checkGradients(d, square, [x], options as never);

refuses("checkGradients", [
  ...[undefined, null, 1, {}].map(
    (d): WrongCall => ["checkGradients", () => checkGradients(d as never, relu, [x]), UsageError, "the device is"],
  ),
  ["checkGradients", (d) => checkGradients(d, 3 as never, [x]), UsageError, "the op must be a function"],
  ["checkGradients", (d) => checkGradients(d, relu, x as never), UsageError, "the list of inputs must be an array"],
  ["checkGradients", (d) => checkGradients(d, relu, [null as never]), UsageError, "input 0 is null"],
  [
    "host data",
    (d) => checkGradients(d, relu, [{ data: [1], shape: [1] } as never], { gradients: [], oracle: () => x as never }),
    DTypeError,
    "Array",
  ],
  [
    "variable input 0",
    (d) => checkGradients(d, relu, [{ ...x, shape: [3] }]),
    ShapeError,
    "shape [3] needs 3 elements",
  ],
  ["checkGradients", (d) => checkGradients(d, () => 3 as never, [x]), DTypeError, "needs a tensor, but got 3"],
  ["checkGradients", (d) => checkGradients(d, relu, [labels]), UsageError, "there is nothing to check"],
  ["checkGradients", (d) => checkGradients(d, relu, []), UsageError, "there is nothing to check"],
  ...NO_OPTIONS.map((options): WrongCall => ["checkGradients", check(options), UsageError, "options"]),
  ...(
    [
      [{ oracle: 3 }, UsageError, "the oracle must be a function"],
      [{ elements: 0 }, UsageError, "elements is 0"],
      [{ step: 0 }, UsageError, "step is 0"],
      [{ relative: -1 }, UsageError, "relative is -1"],
      [{ absolute: Number.NaN }, UsageError, "absolute is NaN"],
      [{ gradients: 0 }, UsageError, "gradients must be an array"],
      [{ gradients: [1] }, UsageError, "a number of gradients is 1"],
    ] as const
  ).map(([options, error, part]): WrongCall => ["checkGradients", check(options), error, part]),
  [
    "checkGradients",
    (d) => checkGradients(d, (a) => square(a), [x, labels], { gradients: [1] }),
    DTypeError,
    "input 1 is not a Float32Array and has no gradient",
  ],
  ["square", (d) => checkGradients(d, () => square(u32(2)), [x]), DTypeError, "f32"],
  ["compile", (d) => compile(d, () => 3 as never), RecordingError, "return an object"],
]);
