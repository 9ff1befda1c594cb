import { conv2d, convTranspose2d } from "../../src/autograd/ops/conv2d.ts";
import { CONV_VARIANTS, supportsConv } from "../../src/kernels/conv2d/gather.ts";
import * as oracle from "../oracle/conv2d.ts";
import type { Array64 } from "../support/arrays.ts";
import { ACTIVATIONS, type Activation, drawActivation, followedBy } from "./activations.ts";
import { productsError, sumError } from "./cases.ts";
import { Draw } from "./draw.ts";
import { type Forced, forced } from "./forced.ts";
import type { OpSpec, SpecCase } from "./spec.ts";

type Pair = readonly [number, number];
type Four = readonly [number, number, number, number];

/** A convolution: sizes as PyTorch counts them, channels per group. */
export interface Conv {
  readonly batch: number;
  /** Height and width of x. */
  readonly size: Pair;
  readonly inChannels: number;
  readonly outChannels: number;
  readonly kernel: Pair;
  readonly groups?: number;
  readonly stride?: Pair;
  /** top, bottom, left, right */
  readonly padding?: Four;
  readonly dilation?: Pair;
  readonly outputPadding?: Pair;
  readonly bias?: boolean;
  readonly gradient?: boolean;
}

/** Most multiply-adds of a drawn case, and most elements of an array. */
const MOST = 100_000;

function settingsOf({ groups = 1, stride = [1, 1], padding = [0, 0, 0, 0], dilation = [1, 1] }: Conv) {
  return { groups, stride, padding, dilation };
}

/** Rows and columns of the result of conv2d, or of convTranspose2d. */
export function outputOf(conv: Conv, transposed: boolean): Pair {
  const { stride, padding, dilation } = settingsOf(conv);
  const along = (axis: 0 | 1) => {
    const pads = padding[2 * axis]! + padding[2 * axis + 1]!;
    const reach = dilation[axis] * (conv.kernel[axis] - 1) + 1;
    const size = conv.size[axis];
    if (transposed) return (size - 1) * stride[axis] - pads + reach + (conv.outputPadding?.[axis] ?? 0);
    return Math.floor((size + pads - reach) / stride[axis]) + 1;
  };
  return [along(0), along(1)];
}

/** `fits` says which ones are taken. */
export function drawConv(draw: Draw, transposed: boolean, fits = isCheap): Conv {
  const pair = (low: number, high: number): Pair => [draw.integer(low, high), draw.integer(low, high)];
  for (;;) {
    const stride = draw.pick([[1, 1], [1, 1], [2, 2], [2, 2], pair(1, 3)] as const);
    const dilation = draw.pick([[1, 1], [1, 1], pair(1, 3)] as const);
    const extra = ([0, 1] as const).map((axis) => draw.integer(0, Math.max(stride[axis], dilation[axis]) - 1));
    const channels = () => (draw.flag(0.02) ? 0 : draw.pick([1, 2, 3, 5, 8, 9, 17, 33, 64, 65]));
    const layer = {
      inChannels: channels(),
      outChannels: channels(),
      kernel: draw.pick([[1, 1], [3, 3], pair(1, 5), pair(1, 3)] as const),
      stride,
      dilation,
      groups: draw.pick([1, 1, 1, 2, 3]),
      padding: draw.pick([
        [0, 0, 0, 0],
        [1, 1, 1, 1],
        [...pair(0, 3), ...pair(0, 3)],
      ] as const),
      ...(transposed && draw.flag() ? { outputPadding: [extra[0]!, extra[1]!] as const } : {}),
      bias: draw.flag(0.7),
    };
    // Images that keep the work small: else wide layers would hardly ever be drawn.
    for (let tries = 0; tries < 30; tries++) {
      const batch = draw.flag(0.01) ? 0 : draw.pick([1, 1, 2, 2, 3, 5, 7]);
      const size: Pair = [draw.flag(0.01) ? 0 : draw.size(1, 33), draw.size(1, 33)];
      const conv: Conv = { ...layer, batch, size };
      if (fits(conv, transposed)) return conv;
    }
  }
}

/** True where there is a result and neither the work nor an array is large. */
export function isCheap(conv: Conv, transposed: boolean): boolean {
  const { batch, size, inChannels, outChannels, kernel, groups = 1 } = conv;
  const [oh, ow] = outputOf(conv, transposed);
  const pixels = transposed ? size[0] * size[1] : oh * ow;
  const work = inChannels * outChannels * kernel[0] * kernel[1] * pixels;
  const elements = Math.max(outChannels * oh * ow, inChannels * size[0] * size[1]);
  return oh > 0 && ow > 0 && batch * groups * Math.max(work, elements) <= MOST;
}

export function convCase(draw: Draw, conv: Conv, transposed: boolean): SpecCase {
  const { batch, size, inChannels, outChannels, kernel, bias = true, gradient = true } = conv;
  const settings = settingsOf(conv);
  const { groups } = settings;
  const outputPadding = conv.outputPadding ?? ([0, 0] as const);
  const [oh, ow] = outputOf(conv, transposed);
  const weight = transposed
    ? [inChannels * groups, outChannels, ...kernel]
    : [outChannels * groups, inChannels, ...kernel];
  const inputs: Array64[] = [draw.values([batch, inChannels * groups, ...size]), draw.values(weight)];
  if (bias) inputs.push(draw.signed([outChannels * groups]));
  const { stride, padding, dilation } = settings;
  const area = kernel[0] * kernel[1];
  const pixels = batch * Math.max(oh * ow, size[0] * size[1]);
  const options = { ...settings, outputPadding };
  const gradients = transposed ? oracle.convTranspose2dGradient : oracle.conv2dGradient;
  return {
    label:
      `x [${inputs[0]!.shape}], weight [${weight}]${bias ? ", bias" : ""}, groups ${groups}, stride ${stride}, ` +
      `padding ${padding}, dilation ${dilation}${transposed ? `, outputPadding ${outputPadding}` : ""}`,
    inputs,
    op: (x, w, b) => (transposed ? convTranspose2d(x!, w!, b, options) : conv2d(x!, w!, b, settings)),
    oracle: (x, w, b) => (transposed ? oracle.convTranspose2d(x!, w!, b, options) : oracle.conv2d(x!, w!, b, settings)),
    ...(gradient ? { gradient: (g, x, w) => gradients(g, x!, w!, settings).slice(0, inputs.length) } : {}),
    absolute: productsError(inChannels * area),
    // Sums over the other channels' taps, and over the pixels of the batch.
    gradientAbsolute: sumError(Math.max(inChannels * area, outChannels * area, pixels)),
  };
}

function convSpec(name: string, transposed: boolean, large: readonly Conv[]): OpSpec {
  return {
    name,
    draw: (draw) => convCase(draw, drawConv(draw, transposed), transposed),
    large: large.map((conv, i) => () => convCase(new Draw(i), conv, transposed)),
  };
}

/** One pixel of so many groups: a workgroup or more for each. */
const MANY_GROUPS: Conv = { batch: 1, size: [1, 1], inChannels: 1, outChannels: 1, kernel: [1, 1], groups: 66_000 };
/** So many pixels that invocations which make one each take more than 65,535 workgroups of 64. */
const MANY_PIXELS: Conv = {
  batch: 1,
  size: [2061, 2037],
  inChannels: 1,
  outChannels: 1,
  kernel: [1, 1],
  gradient: false,
};

const LARGE: readonly Conv[] = [
  MANY_GROUPS,
  // Stride 2 with "same" padding on three and more input channels.
  { batch: 133, size: [14, 14], inChannels: 3, outChannels: 10, kernel: [3, 3], stride: [2, 2], padding: [0, 1, 0, 1] },
  {
    batch: 2,
    size: [17, 15],
    inChannels: 64,
    outChannels: 110,
    kernel: [3, 3],
    padding: [1, 1, 1, 1],
    gradient: false,
  },
];

const LARGE_TRANSPOSED: readonly Conv[] = [
  MANY_GROUPS,
  { batch: 133, size: [7, 7], inChannels: 10, outChannels: 5, kernel: [4, 4], stride: [2, 2], padding: [1, 1, 1, 1] },
  {
    batch: 2,
    size: [9, 7],
    inChannels: 110,
    outChannels: 33,
    kernel: [3, 3],
    stride: [2, 2],
    padding: [1, 1, 1, 1],
    outputPadding: [1, 1],
  },
];

const NAIVE: Forced = { variant: "naive", capabilities: { software: true, subgroupSize: 0 } };
/** The naive variant as GPUs get it, whose weight gradient is cut into more parts. */
const NAIVE_ON_GPU: Forced = {
  variant: "naive, many parts",
  capabilities: { software: false, choose: () => "naive" },
};
/** Each variant that the tuner may choose, on adapters of either family; the weight gradient of "rows" has one of its own. */
const TUNED = CONV_VARIANTS.filter((variant) => variant !== "naive").map(
  (variant): Forced => ({
    variant,
    capabilities: { software: variant.startsWith("rows"), choose: () => variant },
    runs: (capabilities) => supportsConv(variant, capabilities),
  }),
);

/** A convolution alone, followed by activations that the plan fuses, and by each variant in all three directions. */
function specsOf(name: string, transposed: boolean, large: readonly Conv[]): OpSpec[] {
  const spec = convSpec(name, transposed, large);
  const followed = (activation: Activation): OpSpec => ({
    name: `${name} (fused ${activation.name})`,
    draw: (draw) => followedBy(draw, spec, activation),
    large: [() => followedBy(new Draw(8), { draw: (draw) => convCase(draw, large[1]!, transposed) }, activation)],
  });
  const any: OpSpec = { ...spec, draw: (draw) => followedBy(draw, spec, drawActivation(draw)) };
  const pixels = () => convCase(new Draw(9), MANY_PIXELS, transposed);
  return [
    spec,
    ...ACTIVATIONS.map(followed),
    forced({ ...any, large: [...spec.large!, pixels] }, NAIVE),
    forced(any, NAIVE_ON_GPU),
    ...TUNED.map((variant) => forced(any, variant)),
  ];
}

export const CONV_SPECS: readonly OpSpec[] = [
  ...specsOf("conv2d", false, LARGE),
  ...specsOf("convTranspose2d", true, LARGE_TRANSPOSED),
];
