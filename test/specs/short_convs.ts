import { hasSubgroups, quadsPay } from "../../src/kernels/conv2d/tiles.ts";
import { drawActivation, followedBy } from "./activations.ts";
import { type Conv, convCase, MOST, outputOf } from "./convs.ts";
import { Draw } from "./draw.ts";
import { forced } from "./forced.ts";
import type { OpSpec } from "./spec.ts";

type Pair = readonly [number, number];

/** A layer whose sums are so short, and its rows so whole, that the forward pass makes four pixels at once. */
function drawShort(draw: Draw): Conv {
  for (;;) {
    const pair = (low: number, high: number): Pair => [draw.integer(low, high), draw.integer(low, high)];
    const one = draw.integer(1, 3);
    const layer = {
      inChannels: draw.pick([1, 1, 2, 3, 5]),
      outChannels: draw.pick([1, 2, 7, 8, 9, 16, 17, 32, 33]),
      kernel: draw.pick([[3, 3], [3, 3], [1, 1], pair(1, 5)] as const),
      stride: draw.pick([[1, 1], [1, 1], [one, one], pair(1, 3)] as const),
      dilation: draw.pick([[1, 1], [1, 1], pair(1, 3)] as const),
      groups: draw.pick([1, 1, 1, 2, 3]),
      padding: draw.pick([
        [0, 0, 0, 0],
        [1, 1, 1, 1],
        [...pair(0, 3), ...pair(0, 3)],
      ] as const),
      bias: draw.flag(0.7),
    };
    const size: Pair = [draw.size(1, 33), draw.size(1, 33)];
    const conv: Conv = { ...layer, batch: draw.pick([1, 1, 2, 3, 5]), size };
    if (isShort(conv)) return conv;
  }
}

function isShort(conv: Conv): boolean {
  const { batch, size, inChannels, outChannels, kernel, groups = 1, stride = [1, 1], dilation = [1, 1] } = conv;
  const out = outputOf(conv, false);
  const geometry = {
    batch,
    groups,
    imageChannels: inChannels,
    imageSize: size,
    featureChannels: outChannels,
    featureSize: out,
    kernel,
    stride,
    padding: [0, 0] as const,
    dilation,
  };
  const work = batch * groups * outChannels * out[0] * out[1] * inChannels * kernel[0] * kernel[1];
  return out[0] > 0 && out[1] > 0 && work <= MOST && quadsPay(geometry);
}

const SHORT: OpSpec = {
  name: "conv2d",
  draw: (draw) => followedBy(draw, { draw: () => convCase(draw, drawShort(draw), false) }, drawActivation(draw)),
  large: [
    // Over 65,535 workgroups, and several of a subgroup's lanes in channels.
    () =>
      convCase(
        new Draw(9),
        { batch: 1, size: [2061, 1100], inChannels: 1, outChannels: 1, kernel: [1, 1], gradient: false },
        false,
      ),
    () =>
      convCase(
        new Draw(8),
        {
          batch: 100,
          size: [28, 28],
          inChannels: 1,
          outChannels: 32,
          kernel: [3, 3],
          padding: [1, 1, 1, 1],
          gradient: false,
        },
        false,
      ),
  ],
};

/** The kernel for short sums, which plans take without being told to where it applies. */
export const SHORT_CONV_SPECS: readonly OpSpec[] = [
  forced(SHORT, {
    variant: "quads",
    capabilities: { software: true, choose: () => "quads" },
    runs: hasSubgroups,
  }),
];
