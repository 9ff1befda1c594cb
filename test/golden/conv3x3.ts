// The convolution of the CNN in float64, fast enough for hundreds of training steps: the input's planes are written out once for
// each of the nine taps, and the rest is products of matrices.

import { type Array64, zeros } from "../support/arrays.ts";

/** Sizes of x [N, C, S, S] and w [O, C, 3, 3]. */
function sizesOf(x: Array64, w: Array64) {
  const [images, channels, side] = x.shape as [number, number, number, number];
  return { images, side, pixels: side * side, taps: channels * 9, out: w.shape[0]! };
}

/** y [N, O, S, S]: 3x3 convolution with padding 1. */
export function conv3x3(x: Array64, w: Array64, bias: Array64): Array64 {
  const { images, side, pixels, taps, out } = sizesOf(x, w);
  const y = zeros([images, out, side, side]);
  for (let n = 0; n < images; n++) {
    const planes = tapPlanes(part(x, n), side);
    const target = part(y, n);
    for (let o = 0; o < out; o++) {
      const plane = target.subarray(o * pixels, (o + 1) * pixels).fill(bias.data[o]!);
      for (let t = 0; t < taps; t++) addScaled(plane, w.data[o * taps + t]!, planes, t * pixels);
    }
  }
  return y;
}

/** Gradients of {@link conv3x3} by x, w and bias from g, that by y. */
export function conv3x3Gradient(g: Array64, x: Array64, w: Array64): [dx: Array64, dw: Array64, dbias: Array64] {
  const { images, side, pixels, taps, out } = sizesOf(x, w);
  const [dx, dw, dbias] = [zeros(x.shape), zeros(w.shape), zeros([out])];
  for (let n = 0; n < images; n++) {
    const planes = tapPlanes(part(x, n), side);
    const toPlanes = new Float64Array(planes.length);
    const slopes = part(g, n);
    for (let o = 0; o < out; o++) for (let i = o * pixels; i < (o + 1) * pixels; i++) dbias.data[o]! += slopes[i]!;
    for (let t = 0; t < taps; t++) {
      const toPlane = toPlanes.subarray(t * pixels, (t + 1) * pixels);
      for (let o = 0; o < out; o++) {
        addScaled(toPlane, w.data[o * taps + t]!, slopes, o * pixels);
        dw.data[o * taps + t]! += dot(slopes, o * pixels, planes, t * pixels, pixels);
      }
    }
    addTapPlanes(part(dx, n), toPlanes, side);
  }
  return [dx, dw, dbias];
}

/** target += factor * the numbers of `source` from `begin` on. */
function addScaled(target: Float64Array, factor: number, source: Float64Array, begin: number): void {
  for (let i = 0; i < target.length; i++) target[i]! += factor * source[begin + i]!;
}

function dot(a: Float64Array, aBegin: number, b: Float64Array, bBegin: number, count: number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += a[aBegin + i]! * b[bBegin + i]!;
  return sum;
}

/** The numbers of image n. */
function part({ data, shape }: Array64, n: number): Float64Array {
  const size = data.length / shape[0]!;
  return data.subarray(n * size, (n + 1) * size);
}

/** Calls `visit` with each place of the planes [C * 9, S, S] and the place of the image [C, S, S] that its tap sees there. */
function eachTap(count: number, side: number, visit: (place: number, source: number) => void): void {
  for (let tap = 0; tap < count; tap++) {
    const down = Math.floor((tap % 9) / 3) - 1;
    const right = (tap % 3) - 1;
    const plane = Math.floor(tap / 9) * side * side;
    for (let y = Math.max(0, -down); y < side - Math.max(0, down); y++)
      for (let x = Math.max(0, -right); x < side - Math.max(0, right); x++)
        visit((tap * side + y) * side + x, plane + (y + down) * side + x + right);
  }
}

/** An image [C, S, S] as each tap sees it, [C * 9, S, S]: 0 beyond the edge. */
function tapPlanes(image: Float64Array, side: number): Float64Array {
  const planes = new Float64Array(image.length * 9);
  eachTap(planes.length / (side * side), side, (place, source) => {
    planes[place] = image[source]!;
  });
  return planes;
}

/** The way back of {@link tapPlanes}. */
function addTapPlanes(image: Float64Array, planes: Float64Array, side: number): void {
  eachTap(planes.length / (side * side), side, (place, source) => {
    image[source]! += planes[place]!;
  });
}
