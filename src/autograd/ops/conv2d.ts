import { ShapeError } from "../../errors.ts";
import { convGather } from "../../kernels/conv2d/gather.ts";
import type { ConvGeometry } from "../../kernels/conv2d/geometry.ts";
import { convWeightGradient } from "../../kernels/conv2d/weight_gradient.ts";
import { checkOptions, checkWhole, type Pair, pairOf } from "../arguments.ts";
import { recordOne } from "../record.ts";
import type { Tensor } from "../tensor.ts";
import { requireF32 } from "../tensor_arguments.ts";
import { sum } from "./sum.ts";

/** Options of {@link conv2d}; a number stands for the same along both axes. */
export interface Conv2dOptions {
  readonly stride?: Pair;
  /** Zeros around the image: one number, [vertical, horizontal], or [top, bottom, left, right]. */
  readonly padding?: Pair | readonly [top: number, bottom: number, left: number, right: number];
  readonly dilation?: Pair;
  readonly groups?: number;
}

/** Options of {@link convTranspose2d}. */
export interface ConvTranspose2dOptions extends Conv2dOptions {
  /** Rows and columns added at the bottom and right of the result, fewer than the stride or the dilation. */
  readonly outputPadding?: Pair;
}

/**
 * y[n, o, i, j] = bias[o] + sum over c, p, q of x[n, c, i*s - pad + p*d, j*s - pad + q*d] * weight[o, c, p, q], zeros
 * outside the image. All f32: x is [N, C, H, W], weight [O, C/groups, KH, KW], bias [O]; the result is [N, O, OH, OW] with
 * OH = floor((H + pads - d*(KH-1) - 1) / s) + 1. Differentiable in x, weight and bias.
 * Throws ShapeError, DTypeError, UsageError. Source: PyTorch's conv2d.
 */
export function conv2d(x: Tensor, weight: Tensor, bias?: Tensor, options: Conv2dOptions = {}): Tensor {
  requireF32("conv2d", x, weight, ...(bias === undefined ? [] : [bias]));
  const { groups, stride, dilation, pads } = settingsOf("conv2d", options, []);
  const [batch, channels, height, width] = fourSizes("conv2d", "x", x);
  const [out, perGroup, kh, kw] = fourSizes("conv2d", "weight", weight);
  if (channels !== perGroup * groups || out % groups !== 0) {
    throw new ShapeError(
      `conv2d: x ${x} and weight ${weight} do not fit with ${groups} group(s): needs weight [O, C / groups, KH, KW], C and O multiples of groups`,
    );
  }
  checkBias("conv2d", bias, out);
  const extent = (size: number, before: number, after: number, k: number, s: number, d: number) =>
    Math.floor((size + before + after - d * (k - 1) - 1) / s) + 1;
  const oh = extent(height, pads[0], pads[1], kh, stride[0], dilation[0]);
  const ow = extent(width, pads[2], pads[3], kw, stride[1], dilation[1]);
  if (oh < 1 || ow < 1 || kh < 1 || kw < 1) {
    throw new ShapeError(
      `conv2d: a kernel of ${kh}x${kw} with dilation ${dilation.join("x")} does not fit into ${height}x${width} padded by [${pads.join(", ")}]`,
    );
  }
  const geometry: ConvGeometry = {
    batch,
    groups,
    imageChannels: perGroup,
    imageSize: [height, width],
    featureChannels: out / groups,
    featureSize: [oh, ow],
    kernel: [kh, kw],
    stride,
    padding: [pads[0], pads[2]],
    dilation,
  };
  return convolution("conv2d", "forward", x, weight, bias, geometry, [batch, out, oh, ow]);
}

/**
 * The transposed convolution: the gradient of {@link conv2d} in its input, as a layer of its own. All f32: x is [N, C,
 * H, W], weight [C, O/groups, KH, KW], bias [O]; the result has OH = (H-1)*s - pads + d*(KH-1) + outputPadding + 1
 * rows. Differentiable in x, weight and bias. Throws ShapeError, DTypeError, UsageError. Source: PyTorch's
 * conv_transpose2d.
 */
export function convTranspose2d(
  x: Tensor,
  weight: Tensor,
  bias?: Tensor,
  options: ConvTranspose2dOptions = {},
): Tensor {
  requireF32("convTranspose2d", x, weight, ...(bias === undefined ? [] : [bias]));
  const { groups, stride, dilation, pads } = settingsOf<ConvTranspose2dOptions>("convTranspose2d", options, [
    "outputPadding",
  ]);
  const { outputPadding = 0 } = options;
  const extra = pairOf("convTranspose2d", "outputPadding", outputPadding, 0);
  const [batch, channels, height, width] = fourSizes("convTranspose2d", "x", x);
  const [inChannels, perGroup, kh, kw] = fourSizes("convTranspose2d", "weight", weight);
  if (channels !== inChannels || channels % groups !== 0) {
    throw new ShapeError(
      `convTranspose2d: x ${x} and weight ${weight} do not fit with ${groups} group(s): needs weight [C, O / groups, KH, KW], C a multiple of groups`,
    );
  }
  const out = perGroup * groups;
  checkBias("convTranspose2d", bias, out);
  if (extra.some((value, axis) => value > 0 && value >= Math.max(stride[axis]!, dilation[axis]!))) {
    throw new ShapeError(
      `convTranspose2d: outputPadding ${extra.join("x")} must be smaller than the stride ${stride.join("x")} or the dilation ${dilation.join("x")}`,
    );
  }
  const oh = (height - 1) * stride[0] - pads[0] - pads[1] + dilation[0] * (kh - 1) + extra[0] + 1;
  const ow = (width - 1) * stride[1] - pads[2] - pads[3] + dilation[1] * (kw - 1) + extra[1] + 1;
  if (oh < 1 || ow < 1 || kh < 1 || kw < 1) {
    throw new ShapeError(
      `convTranspose2d: the result of x ${x} and weight ${weight} would be ${oh}x${ow}; it needs a row and a column`,
    );
  }
  const geometry: ConvGeometry = {
    batch,
    groups,
    imageChannels: perGroup,
    imageSize: [oh, ow],
    featureChannels: channels / groups,
    featureSize: [height, width],
    kernel: [kh, kw],
    stride,
    padding: [pads[0], pads[2]],
    dilation,
  };
  return convolution("convTranspose2d", "backward", x, weight, bias, geometry, [batch, out, oh, ow]);
}

/** Records one pass over a geometry; its gradient in x is the pass in the other direction. */
function convolution(
  op: string,
  direction: "forward" | "backward",
  x: Tensor,
  weight: Tensor,
  bias: Tensor | undefined,
  geometry: ConvGeometry,
  shape: readonly number[],
): Tensor {
  const other = direction === "forward" ? "backward" : "forward";
  return recordOne({
    op,
    inputs: bias ? [x, weight, bias] : [x, weight],
    shape,
    dtype: "f32",
    lower: (y, capabilities) => convGather(direction, x, weight, y, geometry, { bias }, capabilities),
    withEpilogue: (epilogue, y, capabilities) =>
      convGather(direction, x, weight, y, geometry, { bias, epilogue }, capabilities),
    vjp: ([g], needs) => [
      needs[0] ? convolution(`${op} input gradient`, other, g!, weight, undefined, geometry, x.shape) : undefined,
      needs[1]
        ? direction === "forward"
          ? weightGradient(op, x, g!, weight.shape, geometry)
          : weightGradient(op, g!, x, weight.shape, geometry)
        : undefined,
      ...(bias ? [needs[2] ? sum(g!, [0, 2, 3]) : undefined] : []),
    ],
  });
}

/** dweight from both sides of a convolution; itself linear in each, so that its gradients are convolutions again. */
function weightGradient(
  op: string,
  image: Tensor,
  feature: Tensor,
  shape: readonly number[],
  geometry: ConvGeometry,
): Tensor {
  return recordOne({
    op: `${op} weight gradient`,
    inputs: [image, feature],
    shape,
    dtype: "f32",
    lower: (dw, capabilities) => convWeightGradient(image, feature, dw, geometry, capabilities),
    vjp: ([g], needs) => [
      needs[0] ? convolution(op, "backward", feature, g!, undefined, geometry, image.shape) : undefined,
      needs[1] ? convolution(op, "forward", image, g!, undefined, geometry, feature.shape) : undefined,
    ],
  });
}

function fourSizes(op: string, name: string, x: Tensor): [number, number, number, number] {
  if (x.rank !== 4) {
    throw new ShapeError(
      `${op}: ${name} must have four axes (images [N, C, H, W], weights [O, C, KH, KW]), but it is ${x}`,
    );
  }
  return x.shape as [number, number, number, number];
}

function checkBias(op: string, bias: Tensor | undefined, channels: number): void {
  if (bias && bias.shape.join() !== String(channels)) {
    throw new ShapeError(`${op}: bias ${bias} must have one element per output channel: [${channels}]`);
  }
}

function settingsOf<O extends Conv2dOptions>(op: string, options: O, more: readonly (keyof O & string)[]) {
  checkOptions<O>(op, options, ["stride", "padding", "dilation", "groups", ...more]);
  const { stride = 1, padding = 0, dilation = 1, groups = 1 } = options;
  checkWhole(op, "groups", groups, 1);
  return {
    groups,
    stride: pairOf(op, "stride", stride, 1),
    dilation: pairOf(op, "dilation", dilation, 1),
    pads: padsOf(op, padding),
  };
}

/** Zeros above, below, on the left and on the right. */
function padsOf(op: string, padding: NonNullable<Conv2dOptions["padding"]>): [number, number, number, number] {
  if (Array.isArray(padding) && padding.length === 4) {
    const [top, bottom, left, right] = padding;
    return [...pairOf(op, "padding", [top, bottom], 0), ...pairOf(op, "padding", [left, right], 0)];
  }
  const [vertical, horizontal] = pairOf(op, "padding", padding as Pair, 0);
  return [vertical, vertical, horizontal, horizontal];
}
