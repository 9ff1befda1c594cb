import { recordOne } from "../../src/autograd/record.ts";
import { type Tensor, Variable } from "../../src/autograd/tensor.ts";
import type { Device } from "../../src/gpu/device.ts";
import type { Capabilities, Launch } from "../../src/gpu/launch.ts";
import { CONV_VARIANTS, type ConvRung, convGather, supportsConv } from "../../src/kernels/conv2d/gather.ts";
import { sameConvolution } from "../../src/kernels/conv2d/geometry.ts";
import { hasSubgroups } from "../../src/kernels/conv2d/tiles.ts";
import {
  convWeightGradient,
  WEIGHT_GRADIENT_VARIANTS,
  type WeightGradientVariant,
} from "../../src/kernels/conv2d/weight_gradient.ts";
import { MATMUL_VARIANTS, type MatmulVariant, matmul, supportsMatmul } from "../../src/kernels/matmul/matmul.ts";
import { CannotError, type Contestant, type Work } from "../contestant.ts";
import { type Convolution, convData, convFlops, convName, LAYER_CONVOLUTIONS, layerName } from "./conv2d.ts";
import { type Product, productData, productName } from "./matmul.ts";
import { oursOp } from "./ours.ts";

/** Square products whose slowest rung a CPU driver still finishes in about a second. */
const SIZES = [64, 128, 256, 512, 1024] as const;

type Lower = (out: Tensor, capabilities: Capabilities) => readonly Launch[];

/** A product by one rung. */
async function matmulRung(device: Device, product: Product, variant: MatmulVariant): Promise<Contestant> {
  if (!supportsMatmul(variant, device.capabilities)) throw new CannotError("this adapter cannot run the rung");
  const { m, n, k } = product;
  const { a, b, aShape, bShape, check } = productData(product);
  const inputs = [new Variable(a(), aShape), new Variable(b(), bShape)] as const;
  const call = { m, n, k, batches: 1, transposeA: false, transposeB: false, sharedA: true, sharedB: true };
  const lower: Lower = (c, capabilities) => matmul(...inputs, c, call, capabilities, variant);
  const record = () => [recordOne({ op: "matmul", inputs, shape: [m, n], dtype: "f32", lower })];
  return oursOp(device, inputs, record, (c) => check(variant, c!));
}

type AnyRung = ConvRung | WeightGradientVariant;

const rungsOf = ({ direction }: Convolution): readonly AnyRung[] =>
  direction === "weight gradient" ? WEIGHT_GRADIENT_VARIANTS : CONV_VARIANTS;

/** One direction of a convolution by one rung. */
async function convRung(device: Device, convolution: Convolution, variant: AnyRung): Promise<Contestant> {
  const supported =
    variant === "subgroup" ? hasSubgroups(device.capabilities) : supportsConv(variant, device.capabilities);
  if (!supported) throw new CannotError("this adapter cannot run the rung");
  const { batch, inChannels, outChannels, size, direction } = convolution;
  const { xShape, gShape, wShape, x, g, w, check } = convData(convolution);
  const [image, feature, weight] = [new Variable(x(), xShape), new Variable(g(), gShape), new Variable(w(), wShape)];
  const geometry = sameConvolution(batch, inChannels, outChannels, size);
  const [inputs, shape, lower]: [Variable[], readonly number[], Lower] =
    direction === "forward"
      ? [
          [image, weight],
          gShape,
          (y, cap) => convGather("forward", image, weight, y, geometry, {}, cap, variant as ConvRung),
        ]
      : direction === "input gradient"
        ? [
            [feature, weight],
            xShape,
            (y, cap) => convGather("backward", feature, weight, y, geometry, {}, cap, variant as ConvRung),
          ]
        : [
            [image, feature],
            wShape,
            (y, cap) => convWeightGradient(image, feature, y, geometry, cap, variant as WeightGradientVariant),
          ];
  const record = () => [recordOne({ op: "conv2d", inputs, shape, dtype: "f32", lower })];
  return oursOp(device, [image, feature, weight], record, (result) => check(variant, result!));
}

/** Every rung of both ladders on the same work, slowest first. */
export const LADDER: readonly Work[] = [
  ...SIZES.map((size): Work => {
    const product = { m: size, n: size, k: size };
    return {
      name: `ladder, ${productName(product)}`,
      group: "ladder",
      flops: 2 * size ** 3,
      plot: { chart: "matmul", x: size },
      ours: Object.fromEntries(
        MATMUL_VARIANTS.map((variant) => [variant, (device: Device) => matmulRung(device, product, variant)]),
      ),
    };
  }),
  ...LAYER_CONVOLUTIONS.map(
    (convolution): Work => ({
      name: `ladder, ${convName(convolution)}`,
      group: "ladder",
      flops: convFlops(convolution),
      plot: { chart: `conv2d ${convolution.direction}`, x: layerName(convolution) },
      ours: Object.fromEntries(
        rungsOf(convolution).map((variant) => [variant, (device: Device) => convRung(device, convolution, variant)]),
      ),
    }),
  ),
];
