import { grad } from "../../src/autograd/grad.ts";
import { conv2d } from "../../src/autograd/ops/conv2d.ts";
import { Variable } from "../../src/autograd/tensor.ts";
import { sizeOf } from "../../src/gpu/launch.ts";
import { CannotError, type Work } from "../contestant.ts";
import { type Four, fromNhwc, nhwcShape, randomArray, toHwio, toNhwc, toOihw } from "../data.ts";
import {
  type ConvSizes,
  checkSampled,
  convForwardElement,
  convInputGradientElement,
  convWeightGradientElement,
} from "../oracle/elements.ts";
import { type JaxArray, jaxOp } from "../rivals/jax.ts";
import { jaxConv2d, jaxImages, pullback } from "../rivals/jax_layers.ts";
import { tfjsOp } from "../rivals/tfjs.ts";
import { oursOp } from "./ours.ts";

/** The CNN's layers: channels in and out, image size; batch 100. */
const LAYERS = [
  [1, 32, 28],
  [32, 32, 28],
  [32, 48, 14],
  [48, 64, 14],
] as const;
const BATCH = 100;

export const DIRECTIONS = ["forward", "input gradient", "weight gradient"] as const;
export type Direction = (typeof DIRECTIONS)[number];

/** One direction of a 3x3 convolution with padding 1: y from x and w, dx from g and w, or dw from x and g. */
export interface Convolution extends ConvSizes {
  readonly direction: Direction;
}

/** All convolutions that are timed; the first layer's input gradient is not, as training never needs it. */
export const LAYER_CONVOLUTIONS: readonly Convolution[] = LAYERS.flatMap(([inChannels, outChannels, size]) =>
  DIRECTIONS.map((direction) => ({ batch: BATCH, inChannels, outChannels, size, direction })),
).filter((_, i) => i !== 1);

/** What names a layer in tables and plots. */
export function layerName({ batch, inChannels, outChannels, size }: ConvSizes): string {
  return `${batch}x${inChannels}x${size}x${size} to ${outChannels}`;
}

export function convName(convolution: Convolution): string {
  return `conv2d ${layerName(convolution)}, ${convolution.direction}`;
}

export function convFlops({ batch, inChannels, outChannels, size }: ConvSizes): number {
  return 2 * batch * outChannels * inChannels * 9 * size * size;
}

/** Shapes and data of one convolution (NCHW, OIHW), and the check of a result in that layout. */
export function convData(convolution: Convolution) {
  const { batch, inChannels, outChannels, size, direction } = convolution;
  const xShape: Four = [batch, inChannels, size, size];
  const gShape: Four = [batch, outChannels, size, size];
  const wShape: Four = [outChannels, inChannels, 3, 3];
  const x = () => randomArray(sizeOf(xShape), 1);
  const g = () => randomArray(sizeOf(gShape), 2);
  const w = () => randomArray(sizeOf(wShape), 3);
  const check = (who: string, result: Float32Array) => {
    const [shape, element] =
      direction === "forward"
        ? [gShape, convForwardElement(x(), w(), convolution)]
        : direction === "input gradient"
          ? [xShape, convInputGradientElement(g(), w(), convolution)]
          : [wShape, convWeightGradientElement(x(), g(), convolution)];
    checkSampled(`${convName(convolution)} (${who})`, result, sizeOf(shape), element);
  };
  /** The same for a result in NHWC or HWIO. */
  const checkChannelsLast = (who: string, result: Float32Array) => {
    if (direction === "weight gradient") check(who, toOihw(result, [3, 3, inChannels, outChannels]));
    else check(who, fromNhwc(result, direction === "forward" ? gShape : xShape));
  };
  return { xShape, gShape, wShape, x, g, w, check, checkChannelsLast };
}

function convWork(convolution: Convolution): Work {
  const { inChannels, outChannels, direction } = convolution;
  const { xShape, gShape, wShape, x, g, w, check, checkChannelsLast } = convData(convolution);
  return {
    name: convName(convolution),
    group: "convolutions",
    flops: convFlops(convolution),
    plot: { chart: `conv2d ${direction}`, x: layerName(convolution) },
    ours: {
      async tailgrad(device) {
        const image = new Variable(x(), xShape);
        const feature = new Variable(g(), gShape);
        const weight = new Variable(w(), wShape);
        const record = () => {
          const y = conv2d(image, weight, undefined, { padding: 1 });
          if (direction === "forward") return [y];
          // The forward pass itself is not needed for its gradients, so that the plan leaves it out.
          return grad(y, [direction === "input gradient" ? image : weight], feature);
        };
        return oursOp(device, [image, feature, weight], record, (result) => check("tailgrad", result!));
      },
    },
    async tfjs(rival) {
      const { tf, name } = rival;
      if (name === "wasm" && direction === "weight gradient") {
        throw new CannotError("its backend has no kernel Conv2DBackpropFilter");
      }
      // NHWC and HWIO are tfjs's own layouts, for which its kernels are written.
      const image = tf.tensor4d(toNhwc(x(), xShape), nhwcShape(xShape));
      const feature = tf.tensor4d(toNhwc(g(), gShape), nhwcShape(gShape));
      const weight = tf.tensor4d(toHwio(w(), wShape), [3, 3, inChannels, outChannels]);
      const settings = { strides: 1, pad: "same" as const, dataFormat: "NHWC" as const };
      // The kernels that tf.grads would call, without the forward pass that it would run first.
      const kernel = (kernelName: string, inputs: Record<string, typeof image>, shapes: object) =>
        tf.engine().runKernel(kernelName, inputs, { ...settings, ...shapes }) as typeof image;
      const compute = () =>
        direction === "forward"
          ? tf.conv2d(image, weight, 1, "same")
          : direction === "input gradient"
            ? kernel(tf.Conv2DBackpropInput, { dy: feature, filter: weight }, { inputShape: image.shape })
            : kernel(tf.Conv2DBackpropFilter, { x: image, dy: feature }, { filterShape: weight.shape });
      return tfjsOp(rival, [image, feature, weight], compute, (result) => checkChannelsLast(`tfjs ${name}`, result!));
    },
    async jax(rival) {
      const { jax, device } = rival;
      const gpu = device === "webgpu";
      const image = jaxImages(rival, x(), xShape);
      const feature = jaxImages(rival, g(), gShape);
      const weight = gpu
        ? jax.numpy.array(w(), { shape: [...wShape] })
        : jax.numpy.array(toHwio(w(), wShape), { shape: [9 * inChannels, outChannels] });
      const work: Record<Direction, [JaxArray[], (...inputs: JaxArray[]) => JaxArray[]]> = {
        forward: [[image, weight], (a, b) => [jaxConv2d(rival, a!, b!)]],
        "input gradient": [
          [image, weight, feature],
          (a, b, c) => {
            const gradients = pullback(rival, (value) => jaxConv2d(rival, value, b!.ref), a!, c!);
            b!.dispose();
            return gradients;
          },
        ],
        "weight gradient": [
          [image, weight, feature],
          (a, b, c) => {
            const gradients = pullback(rival, (value) => jaxConv2d(rival, a!.ref, value), b!, c!);
            a!.dispose();
            return gradients;
          },
        ],
      };
      const [inputs, compute] = work[direction];
      if (direction === "forward") feature.dispose();
      return jaxOp(rival, inputs, compute, (result) => (gpu ? check : checkChannelsLast)(`jax-js ${device}`, result!));
    },
  };
}

/** All convolutions as work for everybody. */
export const CONVOLUTIONS: readonly Work[] = LAYER_CONVOLUTIONS.map(convWork);
