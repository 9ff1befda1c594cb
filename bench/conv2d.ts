import { compile } from "../src/autograd/compile.ts";
import { grad } from "../src/autograd/grad.ts";
import { conv2d } from "../src/autograd/ops/conv2d.ts";
import { type Tensor, Variable } from "../src/autograd/tensor.ts";
import type { Device } from "../src/gpu/device.ts";
import type { Contestant, Work } from "./contestant.ts";
import { randomArray, toHwio, toNchw, toNhwc, toOihw } from "./data.ts";
import {
  type ConvSizes,
  checkSampled,
  convForwardElement,
  convInputGradientElement,
  convWeightGradientElement,
} from "./oracle.ts";
import { oursOf } from "./ours.ts";
import { type Tfjs, tfjsOp } from "./tfjs.ts";

/** The CNN's layers: channels in and out, image size; batch 100. */
const LAYERS = [
  [1, 32, 28],
  [32, 32, 28],
  [32, 48, 14],
  [48, 64, 14],
] as const;
const BATCH = 100;

const DIRECTIONS = ["forward", "input gradient", "weight gradient"] as const;
type Direction = (typeof DIRECTIONS)[number];

/** One direction of a 3x3 convolution with padding 1: y from x and w, dx from g and w, or dw from x and g. */
function convWork(inChannels: number, outChannels: number, size: number, direction: Direction): Work {
  const name = `conv2d ${BATCH}x${inChannels}x${size}x${size} to ${outChannels}, ${direction}`;
  const sizes: ConvSizes = { batch: BATCH, inChannels, outChannels, size };
  const xShape = [BATCH, inChannels, size, size] as const;
  const gShape = [BATCH, outChannels, size, size] as const;
  const wShape = [outChannels, inChannels, 3, 3] as const;
  const count = (shape: readonly number[]) => shape.reduce((product, n) => product * n, 1);
  const x = () => randomArray(count(xShape), 1);
  const g = () => randomArray(count(gShape), 2);
  const w = () => randomArray(count(wShape), 3);
  const check = (who: string, result: Float32Array) => {
    const what = `${name} (${who})`;
    if (direction === "forward") checkSampled(what, result, count(gShape), convForwardElement(x(), w(), sizes));
    else if (direction === "input gradient") {
      checkSampled(what, result, count(xShape), convInputGradientElement(g(), w(), sizes));
    } else checkSampled(what, result, count(wShape), convWeightGradientElement(x(), g(), sizes));
  };
  return {
    name,
    flops: 2 * BATCH * outChannels * inChannels * 9 * size * size,
    async ours(device: Device): Promise<Contestant> {
      const image = new Variable(x(), xShape);
      const feature = new Variable(g(), gShape);
      const weight = new Variable(w(), wShape);
      const record = (): Tensor => {
        const y = conv2d(image, weight, undefined, { padding: 1 });
        if (direction === "forward") return y;
        // The forward pass itself is not needed for its gradients, so that the plan leaves it out.
        return grad(y, [direction === "input gradient" ? image : weight], feature)[0]!;
      };
      const step = await compile(device, () => ({ result: record() }));
      return oursOf(device, step, [image, feature, weight], (result) => check("tailgrad", result));
    },
    async tfjs({ tf, backend }: Tfjs): Promise<Contestant> {
      // NHWC and HWIO are tfjs's own layouts, for which its kernels are written.
      const image = tf.tensor4d(toNhwc(x(), xShape), [BATCH, size, size, inChannels]);
      const feature = tf.tensor4d(toNhwc(g(), gShape), [BATCH, size, size, outChannels]);
      const weight = tf.tensor4d(toHwio(w(), wShape), [3, 3, inChannels, outChannels]);
      const settings = { strides: 1, pad: "same" as const, dataFormat: "NHWC" as const };
      // The kernels that tf.grads would call, without the forward pass that it would run first.
      const run = () =>
        direction === "forward"
          ? tf.conv2d(image, weight, 1, "same")
          : direction === "input gradient"
            ? tf
                .engine()
                .runKernel<import("@tensorflow/tfjs-core").Tensor>(
                  tf.Conv2DBackpropInput,
                  { dy: feature, filter: weight },
                  { ...settings, inputShape: image.shape },
                )
            : tf
                .engine()
                .runKernel<import("@tensorflow/tfjs-core").Tensor>(
                  tf.Conv2DBackpropFilter,
                  { x: image, dy: feature },
                  { ...settings, filterShape: weight.shape },
                );
      return tfjsOp(backend, [image, feature, weight], run, (result) => {
        if (direction === "weight gradient") check("tfjs", toOihw(result, [3, 3, inChannels, outChannels]));
        else {
          const channels = direction === "forward" ? outChannels : inChannels;
          check("tfjs", toNchw(result, [BATCH, size, size, channels]));
        }
      });
    },
  };
}

/** All convolutions that are timed; the first layer's input gradient is not, as training never needs it. */
export const CONVOLUTIONS: readonly Work[] = LAYERS.flatMap(([inChannels, outChannels, size]) =>
  DIRECTIONS.map((direction) => convWork(inChannels, outChannels, size, direction)),
).filter((_, i) => i !== 1);
