import { type Four, fromNhwc, nhwcShape, toNhwc } from "../data.ts";
import type { Jax, JaxArray } from "./jax.ts";

/** Images [N, C, H, W] as an array in the layout of {@link jaxConv2d}. */
export function jaxImages({ jax, device }: Jax, data: Float32Array<ArrayBuffer>, shape: Four): JaxArray {
  return device === "webgpu"
    ? jax.numpy.array(data, { shape: [...shape] })
    : jax.numpy.array(toNhwc(data, shape), { shape: nhwcShape(shape) });
}

/** A result in that layout back in [N, C, H, W]. */
export function fromJaxImages({ device }: Jax, data: Float32Array, shape: Four): Float32Array {
  return device === "webgpu" ? data : fromNhwc(data, shape);
}

/**
 * A 3x3 convolution with padding 1 in jax-js's fastest layout for the device. On webgpu that is its own convolution: x
 * [N, C, H, W], weight [O, C, 3, 3]. On wasm, whose convolution is a generic sum, it is im2col and a product: x [N, H, W, C], weight
 * [3 * 3 * C, O], whose rows go by tap row, tap column and channel.
 */
export function jaxConv2d({ jax, device }: Jax, x: JaxArray, weight: JaxArray): JaxArray {
  const { lax, numpy: np } = jax;
  const one: [number, number] = [1, 1];
  const none: [number, number] = [0, 0];
  if (device === "webgpu") return lax.convGeneralDilated(x, weight, one, [one, one]);
  const [batch, height, width, channels] = x.shape as [number, number, number, number];
  const outChannels = weight.shape[1]!;
  // Taps are unfolded one axis after the other: two joins of three cost less than one of nine.
  const across = np.pad(x, [none, none, one, none]);
  const columns = np.concatenate(
    [0, 1, 2].map((j) => across.ref.slice([], [], [j, j + width], [])),
    3,
  );
  across.dispose();
  const down = np.pad(columns, [none, one, none, none]);
  const taps = np.concatenate(
    [0, 1, 2].map((i) => down.ref.slice([], [i, i + height], [], [])),
    3,
  );
  down.dispose();
  const pixels = taps.reshape([batch * height * width, 9 * channels]);
  return np.matmul(pixels, weight).reshape([batch, height, width, outChannels]);
}

/** 2x2 max-pooling in the layout of {@link jaxConv2d}. */
export function jaxMaxPool({ jax, device }: Jax, x: JaxArray): JaxArray {
  const [a, b, c, d] = x.shape as [number, number, number, number];
  return device === "webgpu"
    ? jax.numpy.max(x.reshape([a, b, c / 2, 2, d / 2, 2]), [3, 5])
    : jax.numpy.max(x.reshape([a, b / 2, 2, c / 2, 2, d]), [2, 4]);
}

/** Batch normalisation with the batch's statistics, in the layout of {@link jaxConv2d} or on rows [N, C]. */
export function jaxBatchNorm(
  { jax, device }: Jax,
  x: JaxArray,
  gamma: JaxArray,
  beta: JaxArray,
): { readonly y: JaxArray; readonly mean: JaxArray; readonly variance: JaxArray } {
  const { numpy: np } = jax;
  const channelAxis = x.shape.length === 4 && device === "webgpu" ? 1 : x.shape.length - 1;
  const axes = x.shape.map((_, axis) => axis).filter((axis) => axis !== channelAxis);
  const wide = x.shape.map((size, axis) => (axis === channelAxis ? size : 1));
  const mean = np.mean(x.ref, axes, { keepdims: true });
  const centred = x.sub(mean.ref);
  const variance = np.mean(np.square(centred.ref), axes, { keepdims: true });
  const scale = np.reciprocal(np.sqrt(variance.ref.add(1e-5)));
  const y = centred.mul(scale).mul(gamma.reshape(wide)).add(beta.reshape(wide));
  return { y, mean: mean.reshape([-1]), variance: variance.reshape([-1]) };
}

/** Gradients of f at `at` for the gradient that arrives at its result. Takes over both. Inside jit, f's result costs nothing if unused. */
export function pullback({ jax }: Jax, f: (x: JaxArray) => JaxArray, at: JaxArray, arriving: JaxArray): JaxArray[] {
  const [y, back] = jax.vjp(f, [at]);
  y.dispose();
  const gradients = back(arriving) as unknown as JaxArray[];
  back.dispose();
  return gradients;
}
