import { hasSubgroups, quadsPay } from "../../src/kernels/conv2d/tiles.ts";
import { drawActivation, followedBy } from "./activations.ts";
import { type Conv, convCase, drawConv, isCheap, outputOf } from "./convs.ts";
import { Draw } from "./draw.ts";
import { forced } from "./forced.ts";
import type { OpSpec } from "./spec.ts";

/** Whether a layer's sums are so short, and its rows so whole, that the forward pass makes four pixels at once. */
function isShort(conv: Conv): boolean {
  const { batch, size, inChannels, outChannels, kernel, groups = 1, stride = [1, 1], dilation = [1, 1] } = conv;
  const geometry = {
    batch,
    groups,
    imageChannels: inChannels,
    imageSize: size,
    featureChannels: outChannels,
    featureSize: outputOf(conv, false),
    kernel,
    stride,
    padding: [0, 0] as const,
    dilation,
  };
  return isCheap(conv, false) && quadsPay(geometry);
}

const SHORT: OpSpec = {
  name: "conv2d",
  draw: (draw) =>
    followedBy(draw, { draw: () => convCase(draw, drawConv(draw, false, isShort), false) }, drawActivation(draw)),
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
