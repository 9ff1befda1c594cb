import { neg } from "../../src/autograd/ops/elementwise.ts";
import { newClock } from "../../src/autograd/ops/random.ts";
import { DataError, DTypeError, RecordingError, ShapeError, UsageError } from "../../src/errors.ts";
import { Rng } from "../../src/kernels/random/philox.ts";
import { Cnn, MidwayCnn } from "../../src/models/cnn.ts";
import { Discriminator } from "../../src/models/discriminator.ts";
import { Generator } from "../../src/models/generators.ts";
import * as layers from "../../src/models/layers.ts";
import { INFERENCE, type Mode, parameterCount, parametersOf, Sequential } from "../../src/models/module.ts";
import { Adam, AdamW, type Optimizer, SGD } from "../../src/models/optim.ts";
import { readState, writeState } from "../../src/models/state_dict.ts";
import {
  each,
  f32,
  NO_OPTIONS,
  NO_TENSORS,
  refuses,
  refusesToRecord,
  u32,
  type WrongCall,
} from "../support/wrong_calls.ts";

const rng = new Rng(1, 1);
const NO_RNGS = [undefined, null, 1, "x", {}, 784] as never[];
const NO_SIZES = [0, -1, 1.5, NaN, Infinity, 2 ** 31, "3", undefined, null, [3]] as never[];
const WHOLE = "but must be a whole number from 1 to";

const { BatchNorm, Conv2d, ConvTranspose2d, Embedding, Linear } = layers;
const conv = { inChannels: 1, outChannels: 2, kernel: 3 };
const one: Mode = { training: true };

refuses("layers", [
  ...each(NO_RNGS, "Linear", (value) => new Linear(value, 2, 3), UsageError, "the first argument must be an Rng"),
  [
    "Linear",
    () => new (Linear as never as new (i: number, o: number) => unknown)(784, 10),
    UsageError,
    "but it is 784",
  ],
  ...each(NO_SIZES, "Linear", (value) => new Linear(rng, value, 3), UsageError, WHOLE),
  ...each(NO_SIZES, "Linear", (value) => new Linear(rng, 3, value), UsageError, WHOLE),
  ["weight", () => new Linear(rng, 2 ** 16, 2 ** 16), ShapeError, "shape [65536, 65536] has over 2^30 elements"],
  ...each(NO_RNGS, "Embedding", (value) => new Embedding(value, 2, 3), UsageError, "the first argument must be an Rng"),
  ...each(NO_SIZES, "Embedding", (value) => new Embedding(rng, value, 3), UsageError, WHOLE),
  ...each(NO_SIZES, "Embedding", (value) => new Embedding(rng, 3, value), UsageError, WHOLE),
  ["Embedding", () => new Embedding(rng, 2 ** 16, 2 ** 16), ShapeError, "has over 2^30 elements"],
  ...each(NO_SIZES, "BatchNorm", (value) => new BatchNorm(value), UsageError, WHOLE),
  ["leakyRelu", () => layers.leakyRelu("0.2" as never), UsageError, 'the negative slope is "0.2"'],
  ["leakyRelu", () => layers.leakyRelu(NaN), UsageError, "the negative slope is NaN"],
  ["maxPool", () => layers.maxPool(0), ShapeError, "kernel [0, 0] must be one or two whole numbers from 1"],
  ["maxPool", () => layers.maxPool(2, 0), ShapeError, "stride [0, 0] must be"],
  ["maxPool", () => layers.maxPool(undefined as never), ShapeError, "kernel undefined must be"],
  [
    "unflatten",
    () => layers.unflatten(7 as never),
    ShapeError,
    "the shape must be an array such as [2, 3], but it is 7",
  ],
  ["unflatten", () => layers.unflatten([-1, 7]), ShapeError, "shape [-1, 7] has a size"],
  ...[1, -0.1, NaN, "0.3", undefined].map(
    (p): WrongCall => ["dropout", () => layers.drop(p as never), UsageError, "p is"],
  ),
  ...Object.entries({ Conv2d, ConvTranspose2d }).flatMap(([name, Layer]): WrongCall[] => [
    ...each(NO_RNGS, name, (value) => new Layer(value, conv), UsageError, "the first argument must be an Rng"),
    ...each(NO_OPTIONS, name, (value) => new Layer(rng, value), UsageError, "the sizes"),
    [name, () => new Layer(rng, undefined as never), UsageError, "the sizes must be an object of inChannels"],
    [name, () => new Layer(rng, { ...conv, kernelSize: 3 } as never), UsageError, 'unknown key "kernelSize"'],
    ...each(NO_SIZES, name, (kernel) => new Layer(rng, { ...conv, kernel }), UsageError, WHOLE),
    ...each(NO_SIZES, name, (inChannels) => new Layer(rng, { ...conv, inChannels }), UsageError, WHOLE),
    ...each(NO_SIZES, name, (outChannels) => new Layer(rng, { ...conv, outChannels }), UsageError, WHOLE),
    [name, () => new Layer(rng, { ...conv, stride: 0 }), ShapeError, "stride [0, 0] must be one or two whole numbers"],
    [name, () => new Layer(rng, { ...conv, padding: -1 }), ShapeError, "padding [-1, -1] must be"],
  ]),
]);

refuses("models", [
  ...[Cnn, MidwayCnn].flatMap((Model) =>
    each(NO_RNGS, "Conv2d", (value) => new Model(value), UsageError, "must be an Rng"),
  ),
  ...each(NO_RNGS, "Embedding", (value) => new Discriminator(value), UsageError, "must be an Rng"),
  ...each(NO_RNGS, "Embedding", (value) => new Generator("mlp_cgan_leaky", value), UsageError, "must be an Rng"),
  ...each(
    [undefined, null, 3, "mlp", "toString", "__proto__", {}] as never[],
    "unknown generator",
    (value) => new Generator(value, rng),
    UsageError,
    "take one of mlp_cgan_relu",
  ),
  ...each(
    [undefined, null, 3, "x", {}] as never[],
    "Sequential",
    (v) => new Sequential(v),
    UsageError,
    "must be an array",
  ),
  ...each(
    [undefined, null, 3, "x", {}, Linear, (x: unknown) => x] as never[],
    "Sequential",
    (value) => new Sequential([value]),
    UsageError,
    "is no module; it needs forward() and state()",
  ),
  ...each(
    [undefined, null, 3, "x", {}, []] as never[],
    "parametersOf",
    (value) => parametersOf(value),
    UsageError,
    "needs a layer or model, but got",
  ),
  ["parametersOf", () => parameterCount(undefined as never), UsageError, "but got undefined"],
]);

const linear = new Linear(rng, 4, 2);
const NO_MODES = [undefined, null, true, "train", {}, { training: 1 }, { training: "no" }, { train: true }] as never[];

const cnn = new Cnn(rng);
const discriminator = new Discriminator(rng);
const generator = new Generator("mlp_cgan_leaky", rng);

refusesToRecord("forward passes", [
  ...each(NO_TENSORS, "linear", (value) => linear.forward(value), DTypeError, "needs a tensor, but got"),
  ["linear", () => linear.forward(f32(2, 3)), ShapeError, "x f32[2, 3], weight f32[2, 4], bias f32[2] do not fit"],
  ["linear", () => linear.forward(u32(2, 4)), DTypeError, "needs f32, but got u32[2, 4]"],
  ["embedding", () => new Embedding(rng, 3, 2).forward(f32(2)), DTypeError, "indices must be u32"],
  ["conv2d", () => new Conv2d(rng, conv).forward(f32(1, 2, 4, 4)), ShapeError, "do not fit with 1 group(s)"],
  ["conv2d", () => new Conv2d(rng, conv).forward(f32(1, 1, 2, 2)), ShapeError, "does not fit into 2x2"],
  ...each(NO_MODES, "BatchNorm", (mode) => new BatchNorm(2).forward(f32(2, 2), mode), UsageError, "the mode"),
  [
    "batchNorm",
    () => new BatchNorm(2).forward(f32(2, 3), INFERENCE),
    ShapeError,
    "has 3 channels, but gamma is f32[2]",
  ],
  ["batchNorm", () => new BatchNorm(2).forward(f32(1, 2), one), ShapeError, "training needs two or more"],
  ...each(NO_MODES, "Sequential", (mode) => new Sequential([linear]).forward(f32(1, 4), mode), UsageError, "the mode"),
  ...each(NO_MODES, "dropout", (mode) => layers.drop(0.5).forward(f32(2), mode), UsageError, "the mode"),
  [
    "dropout",
    () => layers.drop(0.5).forward(f32(2), one),
    UsageError,
    "training needs mode.random, a seed and a clock",
  ],
  ...each(NO_TENSORS, "flatten", (value) => layers.flatten().forward(value, one), DTypeError, "needs a tensor"),
  ...each(NO_TENSORS, "unflatten", (value) => layers.unflatten([2]).forward(value, one), DTypeError, "needs a tensor"),
  ["reshape", () => layers.unflatten([3]).forward(f32(2, 4), one), ShapeError, "which shape [2, 3] cannot hold"],
  ...each(NO_TENSORS, "conv2d", (value) => cnn.forward(value, INFERENCE), DTypeError, "needs a tensor"),
  ["conv2d", () => cnn.forward(f32(2, 28, 28), INFERENCE), ShapeError, "x must have four axes"],
  ["conv2d", () => cnn.forward(f32(2, 3, 28, 28), INFERENCE), ShapeError, "do not fit with 1 group(s)"],
  ["linear", () => cnn.forward(f32(2, 1, 32, 32), INFERENCE), ShapeError, "x f32[2, 4096], weight f32[128, 3136]"],
  ...each(NO_TENSORS, "Discriminator", (v) => discriminator.logits(v, u32(2), INFERENCE), DTypeError, "needs a tensor"),
  ...each(NO_TENSORS, "embedding", (v) => discriminator.logits(fakes(), v, INFERENCE), DTypeError, "needs a tensor"),
  [
    "embedding",
    () => discriminator.logits(fakes(), f32(2), INFERENCE),
    DTypeError,
    "indices must be u32, but got f32[2]",
  ],
  ["concat", () => discriminator.logits(fakes(), u32(3), INFERENCE), ShapeError, "do not join along axis 1"],
  ["reshape", () => discriminator.logits(f32(2, 3, 28, 28), u32(2), INFERENCE), ShapeError, "cannot hold"],
  ...each(
    NO_TENSORS,
    "Generator",
    (value) => generator.forward(value, u32(2), INFERENCE),
    DTypeError,
    "needs a tensor",
  ),
  ["linear", () => generator.forward(f32(2, 99), u32(2), INFERENCE), ShapeError, "x f32[2, 109], weight f32[256, 110]"],
  ["concat", () => generator.forward(f32(2, 100), u32(3), INFERENCE), ShapeError, "do not join along axis 1"],
]);

function fakes() {
  return f32(2, 1, 28, 28);
}

const OPTIMIZERS: Readonly<Record<string, (params: never, options: never) => Optimizer>> = {
  SGD: (params, options) => new SGD(params, options),
  Adam: (params, options) => new Adam(params, options),
  AdamW: (params, options) => new AdamW(params, options),
};
const params = () => [f32(4)] as never;
const NUMBERS = [-1, NaN, Infinity, 1e39, "0.1", null] as never[];

refuses(
  "optimizers",
  Object.entries(OPTIMIZERS).flatMap(([name, make]): WrongCall[] => {
    const made = (options: object) => make(params(), { lr: 0.1, ...options } as never);
    const lr = (options: never) => make(options, { lr: 1 } as never);
    const NO_LISTS = [undefined, null, 3, "x", {}, { lr: -1 }, f32(4), new Set([f32(4)])] as never[];
    return [
      ...each(NO_LISTS, name, lr, UsageError, "the list of parameters must be an array, but got"),
      ...each(
        NO_TENSORS,
        name,
        (value) => lr([value] as never),
        DTypeError,
        "parameters must be f32 variables, but one is",
      ),
      [name, () => lr([] as never), UsageError, "no parameters were given; pass a model's parameters"],
      [name, () => lr([u32(4)] as never), DTypeError, "but one is u32[4]; leave it out"],
      [name, () => lr([linear.weight, linear.weight] as never), UsageError, "listed twice and would be updated twice"],
      ...each(NO_OPTIONS, name, (value) => make(params(), value), UsageError, "options"),
      [name, () => made({ learningRate: 0.1 }), UsageError, 'unknown key "learningRate"; the known ones are lr'],
      ...NUMBERS.map((value): WrongCall => [name, () => made({ lr: value }), UsageError, "lr is"]),
      ...NUMBERS.map((value): WrongCall => [name, () => made({ weightDecay: value }), UsageError, "weightDecay is"]),
      ...NUMBERS.map((value): WrongCall => [name, () => made({}).setLearningRate(value), UsageError, "lr is"]),
      [name, () => made({}).loadStateDict(undefined as never), UsageError, "the saved state must be a Map of names"],
      [name, () => made({}).loadStateDict({ lr: 1 } as never), UsageError, 'but is {"lr":1}'],
      [name, () => made({}).loadStateDict(new Map()), DataError, "the saved state lacks [lr"],
    ];
  }),
);

refuses("options of one optimizer", [
  ["SGD", () => new SGD(params(), undefined as never), UsageError, "options must be an object of lr, momentum"],
  ["SGD", () => new SGD(params(), {} as never), UsageError, "lr is undefined, but must be a finite number, at least 0"],
  ["SGD", () => new SGD(params(), { lr: 1, betas: [0.9, 0.9] } as never), UsageError, 'unknown key "betas"'],
  ...NUMBERS.map(
    (momentum): WrongCall => ["SGD", () => new SGD(params(), { lr: 1, momentum }), UsageError, "momentum is"],
  ),
  ["SGD", () => new SGD(params(), { lr: 1, nesterov: true }), UsageError, "nesterov needs a momentum above 0"],
  [
    "SGD",
    () => new SGD(params(), { lr: 1, nesterov: 1 as never }),
    UsageError,
    "nesterov is 1, but must be true or false",
  ],
  ["Adam", () => new Adam(params(), { momentum: 0.9 } as never), UsageError, 'unknown key "momentum"'],
  ...NUMBERS.map((eps): WrongCall => ["Adam", () => new Adam(params(), { eps }), UsageError, "eps is"]),
  ...[0.9, [0.9], [0.9, 0.9, 0.9], "0.9", null, {}].map(
    (betas): WrongCall => ["Adam", () => new Adam(params(), { betas } as never), UsageError, "but must be two numbers"],
  ),
  ...[1, -0.1, 1.5, NaN, "0.9", null].flatMap((beta): WrongCall[] => [
    ["Adam", () => new Adam(params(), { betas: [beta as never, 0.9] }), UsageError, "beta 1 is"],
    ["AdamW", () => new AdamW(params(), { betas: [0.9, beta as never] }), UsageError, "beta 2 is"],
  ]),
]);

refusesToRecord(
  "steps of optimizers",
  Object.entries(OPTIMIZERS).flatMap(([name, make]): WrongCall[] => {
    const step = (grads: unknown) => make([f32(4), f32(2)] as never, { lr: 1 } as never).step(grads as never);
    const itself = () => {
      const own = f32(4);
      make([own] as never, { lr: 1 } as never).step([own]);
    };
    return [
      ...each(
        [undefined, null, 3, "x", f32(4)] as never[],
        `${name}.step`,
        step,
        UsageError,
        "must be an array, but got",
      ),
      ...each(NO_TENSORS, `${name}.step`, (value) => step([f32(4), value]), DTypeError, "needs a tensor, but got"),
      [`${name}.step`, () => step([]), ShapeError, "got 0 gradients for 2 parameters; give one for each, in order"],
      [`${name}.step`, () => step([f32(4)]), ShapeError, "got 1 gradients for 2 parameters"],
      [`${name}.step`, () => step([f32(2), f32(4)]), ShapeError, "both need the same shape and f32"],
      [`${name}.step`, () => step([f32(4), u32(2)]), ShapeError, "is u32[2]; both need the same shape and f32"],
      [name.toLowerCase(), itself, RecordingError, "is read and written at once"],
    ];
  }),
);

const state = new Map([["weight", f32(2)]]);
const stored = (shape: number[], data: object = new Float32Array(2), dtype = "F32") =>
  new Map([["weight", { dtype, shape, data }]]) as never;

const NO_MAPS = [undefined, null, 3, "x", {}, [], { weight: f32(2) }] as never[];

refuses("state dicts", [
  ...each(NO_MAPS, "readState", (value) => readState(value), UsageError, "the state must be a Map of names"),
  ...each(
    NO_MAPS,
    "writeState",
    (value) => writeState(value, new Map(), "file"),
    UsageError,
    "the state must be a Map",
  ),
  ...each(NO_MAPS, "writeState", (value) => writeState(state, value, "file"), UsageError, "the stored tensors must be"),
  ["file", () => writeState(state, new Map(), "file"), DataError, "missing [weight [2]]"],
  ["file", () => writeState(new Map(), stored([2]), "file"), DataError, "unknown [weight [2]]"],
  [
    "file",
    () => writeState(state, stored([1, 2]), "file"),
    DataError,
    "weight is F32 [1, 2], but this model needs f32[2]",
  ],
  ["file", () => writeState(state, stored([2], new Uint32Array(2), "U32"), "file"), DataError, "weight is U32 [2]"],
  [
    "file",
    () => writeState(state, stored([2], new Float64Array(2), "F64"), "file"),
    DataError,
    "belongs to another model",
  ],
  ["variable gone", () => readState(new Map([["gone", gone()]])), RecordingError, "is destroyed; make a new one"],
]);

function gone() {
  const variable = f32(2);
  variable.name = "gone";
  variable.destroy();
  return variable;
}

refuses("layers outside a recording", [
  ["linear", () => linear.forward(f32(1, 4)), RecordingError, "call it inside compile() or evaluate()"],
  ["Adam.step", () => new Adam([f32(2)]).step([f32(2)]), RecordingError, "call it inside compile() or evaluate()"],
  ["neg", () => neg(newClock()), RecordingError, "call it inside compile() or evaluate()"],
]);
