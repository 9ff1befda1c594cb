import { placeOf } from "../parts/places.ts";
import type { FollowedLayer, NetworkValues } from "./network.ts";

/*
 * Where one number of a layer's result came from: the numbers that were multiplied and added for it, or compared. And the way back: what
 * the gradient that arrives at it gives to each of them. All in float64, from what the GPU made.
 */

/** One number that went into a sum. */
export interface Term {
  /** Element of the layer's input, and its place there; undefined where a tap lies in the padding, which counts as zero. */
  readonly x: number;
  readonly at: number | undefined;
  readonly place: readonly number[];
  readonly w: number;
  /** What it adds: x times w. */
  readonly product: number;
}

/** A dot product, with bias. */
export interface SumTrace {
  readonly kind: "sum";
  readonly terms: readonly Term[];
  readonly bias: number;
  /** Kernel height and width of a convolution, whose terms come channel by channel. */
  readonly window: readonly [number, number] | undefined;
  /** Whether the window is of a transposed convolution: the inputs whose weights reach the number. */
  readonly transposed: boolean;
  readonly total: number;
}

/** The largest of a window. */
export interface LargestTrace {
  readonly kind: "largest";
  readonly terms: readonly Omit<Term, "w" | "product">[];
  /** Which of the terms it is: the first of equal ones. */
  readonly winner: number;
  readonly total: number;
}

/** One number from one number. */
export interface RuleTrace {
  readonly kind: "rule";
  readonly rule: string;
  readonly x: number;
  readonly at: number;
  readonly place: readonly number[];
  readonly total: number;
}

/** Nothing before it: the network's input. */
export interface InputTrace {
  readonly kind: "input";
  readonly total: number;
}

export type Trace = SumTrace | LargestTrace | RuleTrace | InputTrace;

/** What element `at` of a layer's result was made of. */
export function follow(network: NetworkValues, layer: number, at: number): Trace {
  const shown = network.layers[layer]!;
  const before = network.layers[layer - 1];
  if (!before || shown.kind === "input") return { kind: "input", total: shown.values[at]! };
  if (shown.kind === "conv2d") return convTrace(shown, before, at);
  if (shown.kind === "convTranspose2d") return transposedTrace(shown, before, at);
  if (shown.kind === "linear") return linearTrace(shown, before, at);
  if (shown.kind === "maxPool2d") return poolTrace(shown, before, at);
  const x = before.values[at]!;
  return { kind: "rule", rule: RULES[shown.kind], x, at, place: placeOf(at, before.shape), total: shown.values[at]! };
}

type RuleKind = Exclude<FollowedLayer["kind"], "conv2d" | "convTranspose2d" | "linear" | "maxPool2d" | "input">;

const RULES: Readonly<Record<RuleKind, string>> = {
  relu: "max(0, x): below zero nothing goes on",
  leakyRelu: "x, or 0.2 · x below zero",
  tanh: "tanh(x), which lies between -1 (black) and 1 (white)",
  batchNorm: "(x - mean) / deviation · weight + bias of its channel, from running averages",
  reshape: "the same number, counted in another way",
};

function linearTrace({ weight, bias, shape }: FollowedLayer, before: FollowedLayer, at: number): SumTrace {
  const inputs = before.values.length;
  const terms = Array.from({ length: inputs }, (_, i): Term => {
    const [x, w] = [before.values[i]!, weight!.values[(at % shape.at(-1)!) * inputs + i]!];
    return { x, at: i, place: placeOf(i, before.shape), w, product: x * w };
  });
  return sumOf(terms, bias?.[at] ?? 0, undefined);
}

function convTrace({ weight, bias, shape }: FollowedLayer, before: FollowedLayer, at: number): SumTrace {
  const [o, i, j] = placeOf(at, shape) as [number, number, number];
  const [channels, height, width] = before.shape as [number, number, number];
  const [, , kh, kw] = weight!.shape as [number, number, number, number];
  const terms: Term[] = [];
  for (let c = 0; c < channels; c++)
    for (let p = 0; p < kh; p++)
      for (let q = 0; q < kw; q++) {
        const [y, x] = [i + p - (kh - 1) / 2, j + q - (kw - 1) / 2];
        const inside = y >= 0 && y < height && x >= 0 && x < width;
        const from = inside ? (c * height + y) * width + x : undefined;
        const value = from === undefined ? 0 : before.values[from]!;
        const w = weight!.values[((o * channels + c) * kh + p) * kw + q]!;
        terms.push({ x: value, at: from, place: [c, y, x], w, product: value * w });
      }
  return sumOf(terms, bias?.[o] ?? 0, [kh, kw]);
}

/** The inputs that a transposed convolution spreads as far as here, each with the weight that it has at this distance. */
function transposedTrace({ weight, bias, shape, spread }: FollowedLayer, before: FollowedLayer, at: number): SumTrace {
  const [o, i, j] = placeOf(at, shape) as [number, number, number];
  const [channels, height, width] = before.shape as [number, number, number];
  const [, outputs, kh, kw] = weight!.shape as [number, number, number, number];
  const { stride, padding } = spread!;
  const [rows, columns] = [reaching(i + padding, kh, stride), reaching(j + padding, kw, stride)];
  const terms: Term[] = [];
  for (let c = 0; c < channels; c++)
    for (const y of rows)
      for (const x of columns) {
        const [p, q] = [i + padding - y * stride, j + padding - x * stride];
        const inside = y >= 0 && y < height && x >= 0 && x < width;
        const from = inside ? (c * height + y) * width + x : undefined;
        const value = from === undefined ? 0 : before.values[from]!;
        const w = weight!.values[((c * outputs + o) * kh + p) * kw + q]!;
        terms.push({ x: value, at: from, place: [c, y, x], w, product: value * w });
      }
  return sumOf(terms, bias?.[o] ?? 0, [rows.length, columns.length], true);
}

/** The places whose weights, `kernel` of them from the place times `stride` on, cover `at`; some may lie outside. */
function reaching(at: number, kernel: number, stride: number): number[] {
  const first = Math.ceil((at - kernel + 1) / stride);
  const last = Math.floor(at / stride);
  return Array.from({ length: last - first + 1 }, (_, k) => first + k);
}

function sumOf(terms: readonly Term[], bias: number, window: SumTrace["window"], transposed = false): SumTrace {
  const total = terms.reduce((sum, { product }) => sum + product, bias);
  return { kind: "sum", terms, bias, window, transposed, total };
}

function poolTrace({ shape }: FollowedLayer, before: FollowedLayer, at: number): LargestTrace {
  const [c, i, j] = placeOf(at, shape) as [number, number, number];
  const [, height, width] = before.shape as [number, number, number];
  const [stepY, stepX] = [height / shape[1]!, width / shape[2]!];
  const terms: Omit<Term, "w" | "product">[] = [];
  for (let p = 0; p < stepY; p++)
    for (let q = 0; q < stepX; q++) {
      const [y, x] = [i * stepY + p, j * stepX + q];
      const from = (c * height + y) * width + x;
      terms.push({ x: before.values[from]!, at: from, place: [c, y, x] });
    }
  const total = Math.max(...terms.map(({ x }) => x));
  return { kind: "largest", terms, winner: terms.findIndex(({ x }) => Object.is(x, total) || x === total), total };
}
