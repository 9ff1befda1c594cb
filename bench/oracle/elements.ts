import { WrongResultError } from "../contestant.ts";

/** One element of a result in float64, and the sum of its terms' absolute values, which its rounding errors grow with. */
export interface Term {
  readonly value: number;
  readonly scale: number;
}

/** What one element of a result must be. */
export type Element = (index: number) => Term;

/** Elements that are checked of each result: the first, the last and others spread by a prime step. */
const SAMPLES = 300;
/** Allowed error per unit of scale. f32 sums in any sensible order stay well below. */
const TOLERANCE = 1e-5;

/** Throws WrongResultError unless the sampled elements of `got` are what `element` computes in float64. */
export function checkSampled(what: string, got: Float32Array, size: number, element: Element): void {
  if (got.length !== size) throw new WrongResultError(`${what}: has ${got.length} elements, but must have ${size}`);
  const count = Math.min(SAMPLES, size);
  for (let i = 0; i < count; i++) {
    const index = i === count - 1 ? size - 1 : count === size ? i : (i * 7_368_787) % size;
    const { value, scale } = element(index);
    const error = Math.abs(got[index]! - value);
    if (!(error <= TOLERANCE * scale + 1e-6)) {
      throw new WrongResultError(`${what}: element ${index} is ${got[index]}, but must be ${value}`);
    }
  }
}

/** Element of C [M, N] = A · B; "NT" has B stored [N, K], "TN" has A stored [K, M]. */
export function matmulElement(
  a: Float32Array,
  b: Float32Array,
  {
    m,
    n,
    k,
    transpose,
  }: { readonly m: number; readonly n: number; readonly k: number; readonly transpose?: "NT" | "TN" },
): Element {
  const [aRow, aStep] = transpose === "TN" ? [1, m] : [k, 1];
  const [bColumn, bStep] = transpose === "NT" ? [k, 1] : [1, n];
  return (index) => {
    const row = Math.floor(index / n);
    const col = index % n;
    let value = 0;
    let scale = 0;
    for (let p = 0; p < k; p++) {
      const term = a[row * aRow + p * aStep]! * b[col * bColumn + p * bStep]!;
      value += term;
      scale += Math.abs(term);
    }
    return { value, scale };
  };
}

/** Sizes of a 3x3 convolution with stride 1 and padding 1 on square images. */
export interface ConvSizes {
  readonly batch: number;
  readonly inChannels: number;
  readonly outChannels: number;
  readonly size: number;
}

/** Element of y [N, O, H, W]. */
export function convForwardElement(x: Float32Array, w: Float32Array, sizes: ConvSizes): Element {
  const { inChannels, outChannels, size } = sizes;
  return (index) => {
    const [n, o, i, j] = place(index, outChannels, size, size);
    let value = 0;
    let scale = 0;
    for (let c = 0; c < inChannels; c++)
      for (let p = 0; p < 3; p++)
        for (let q = 0; q < 3; q++) {
          const term =
            pixel(x, inChannels, size, n, c, i + p - 1, j + q - 1) * w[((o * inChannels + c) * 3 + p) * 3 + q]!;
          value += term;
          scale += Math.abs(term);
        }
    return { value, scale };
  };
}

/** Element of dx [N, C, H, W] for the gradient g of y. */
export function convInputGradientElement(g: Float32Array, w: Float32Array, sizes: ConvSizes): Element {
  const { inChannels, outChannels, size } = sizes;
  return (index) => {
    const [n, c, i, j] = place(index, inChannels, size, size);
    let value = 0;
    let scale = 0;
    for (let o = 0; o < outChannels; o++)
      for (let p = 0; p < 3; p++)
        for (let q = 0; q < 3; q++) {
          const term =
            pixel(g, outChannels, size, n, o, i - p + 1, j - q + 1) * w[((o * inChannels + c) * 3 + p) * 3 + q]!;
          value += term;
          scale += Math.abs(term);
        }
    return { value, scale };
  };
}

/** Element of dw [O, C, 3, 3] for the gradient g of y. */
export function convWeightGradientElement(x: Float32Array, g: Float32Array, sizes: ConvSizes): Element {
  const { batch, inChannels, outChannels, size } = sizes;
  return (index) => {
    const [o, c, p, q] = place(index, inChannels, 3, 3);
    let value = 0;
    let scale = 0;
    for (let n = 0; n < batch; n++)
      for (let i = 0; i < size; i++)
        for (let j = 0; j < size; j++) {
          const term = pixel(x, inChannels, size, n, c, i + p - 1, j + q - 1) * pixel(g, outChannels, size, n, o, i, j);
          value += term;
          scale += Math.abs(term);
        }
    return { value, scale };
  };
}

function place(index: number, channels: number, height: number, width: number): [number, number, number, number] {
  const j = index % width;
  const i = Math.floor(index / width) % height;
  const c = Math.floor(index / (width * height)) % channels;
  return [Math.floor(index / (width * height * channels)), c, i, j];
}

function pixel(x: Float32Array, channels: number, size: number, n: number, c: number, i: number, j: number): number {
  if (i < 0 || j < 0 || i >= size || j >= size) return 0;
  return x[((n * channels + c) * size + i) * size + j]!;
}
