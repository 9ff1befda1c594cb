import { expect } from "vitest";
import { compile } from "../../src/autograd/compile.ts";
import { evaluate, type HostTensor } from "../../src/autograd/evaluate.ts";
import { full, neg } from "../../src/autograd/ops/elementwise.ts";
import { matmul } from "../../src/autograd/ops/matmul.ts";
import { reshape } from "../../src/autograd/ops/reshape.ts";
import { type Tensor, Variable } from "../../src/autograd/tensor.ts";
import type { Capabilities } from "../../src/gpu/launch.ts";
import { launchedFor } from "../specs/forced.ts";
import { testDevice } from "./device.ts";

/** The largest f32, the least that is not subnormal, and a size at which exponentials overflow. */
export const [MAX, TINY, BIG] = [3.4028234663852886e38, 1.1754943508222875e-38, 1000];

/** Numbers at which ops go wrong. */
export const SPECIALS: readonly number[] = [
  ...[NaN, Infinity, -Infinity, 0, -0, 1, -1, 2.5, -2.5, BIG, -BIG, MAX, -MAX, TINY, -TINY],
];

/** A host array of f32, whose NaNs are of all kinds: quiet, signalling and negative ones by turns. */
export function floats(values: readonly number[], shape: readonly number[] = [values.length]): HostTensor {
  const data = Float32Array.from(values);
  const bits = new Uint32Array(data.buffer);
  values.forEach((value, i) => {
    if (Number.isNaN(value)) bits[i] = [0x7fc00000, 0x7f800001, 0xffc00001][i % 3]!;
  });
  return { data, shape };
}

/**
 * What the bits of an f32 say: "NaN" for every NaN, the sign of zeros and infinities, and the number otherwise. Subnormal
 * numbers are zeros of their sign: WGSL lets adapters flush them.
 */
export function named(bits: number): string {
  const sign = bits >>> 31 ? "-" : "+";
  const [exponent, fraction] = [(bits >>> 23) & 255, bits & 0x7fffff];
  if (exponent === 255) return fraction ? "NaN" : `${sign}Infinity`;
  if (exponent === 0) return `${sign}0`;
  return String(new Float32Array(Uint32Array.of(bits).buffer)[0]);
}

/** How near numbers that are not special must be. */
export interface Tolerance {
  readonly relative?: number;
  readonly absolute?: number;
  /** The signs of zeros are left open. */
  readonly anyZero?: boolean;
}

/** Where bits differ: NaN, infinities and zeros with their signs must be equal, other numbers near. */
export function differences(
  actual: Float32Array,
  expected: ArrayLike<number>,
  what: string,
  { relative = 0, absolute = 0, anyZero = false }: Tolerance = {},
): string[] {
  if (actual.length !== expected.length) return [`${what}: ${actual.length} elements instead of ${expected.length}`];
  const got = new Uint32Array(actual.slice().buffer);
  const wanted = Float32Array.from(expected);
  const want = new Uint32Array(wanted.buffer);
  const nameOf = (bits: number) => (anyZero ? named(bits).replace(/^[+-]0$/, "0") : named(bits));
  return Array.from(wanted).flatMap((e, i) => {
    const [a, is, should] = [actual[i]!, nameOf(got[i]!), nameOf(want[i]!)];
    const isNear =
      Number.isFinite(e) && (e !== 0 || absolute > 0) && Math.abs(a - e) <= absolute + relative * Math.abs(e);
    return is === should || isNear ? [] : [`${what}: element ${i} is ${is}, expected ${should}`];
  });
}

/** Fails where {@link differences} finds some. */
export function expectBits(...args: Parameters<typeof differences>): void {
  expect(differences(...args)).toEqual([]);
}

/** Runs recorded expressions on host arrays: by separate kernels, or joined as a training step runs. */
export async function results(
  fn: (...inputs: Tensor[]) => readonly Tensor[],
  inputs: readonly HostTensor[],
  joined = false,
): Promise<Float32Array[]> {
  const device = await testDevice();
  if (!joined) return (await evaluate(device, fn, inputs)).map(({ data }) => data as Float32Array);
  const variables = inputs.map(({ data, shape }) => new Variable(data, shape));
  const step = await compile(device, () => Object.fromEntries(fn(...variables).map((y, i) => [String(i), y])));
  step.run();
  const read: Float32Array[] = [];
  for (const name of step.names) read.push((await step.read(name)) as Float32Array);
  step.destroy();
  for (const variable of variables) variable.destroy();
  return read;
}

/** A place in which a rule of one element runs. */
export interface Path {
  readonly name: string;
  /** How many elements it takes, at least `least`: kernels take four at a time where they can. */
  readonly count: (least: number) => number;
  /** The op and what is done before and after it; element i of the result belongs to element floor(i / repeat) of x. */
  readonly around: (x: Tensor, op: (x: Tensor) => Tensor) => Tensor;
  readonly repeat: number;
  /** Whether -0 comes through: a product's sums begin with +0. */
  readonly keepsZeroSign: boolean;
}

const fours = (least: number) => Math.ceil(least / 4) * 4;
const odd = (least: number) => fours(least) + 1;
const plain = { around: (x: Tensor, op: (x: Tensor) => Tensor) => op(x), repeat: 1, keepsZeroSign: true };
const chain = {
  around: (x: Tensor, op: (x: Tensor) => Tensor) => neg(neg(op(neg(neg(x))))),
  repeat: 1,
  keepsZeroSign: true,
};

/** Fused with the product x [n, 1] · [1, ..., 1], by a given rung of its ladder: behind it, and (for gradients) before it. */
function withProduct(rung: string, columns: number, capabilities: Partial<Capabilities>): Path {
  const times = (x: Tensor) => matmul(x, full([1, columns], 1));
  return {
    name: `fused with a product (${rung}, ${columns} columns)`,
    count: odd,
    around: (x, op) =>
      launchedFor(capabilities, () => {
        const column = reshape(x, [x.size, 1]);
        return columns === 1 ? times(op(column)) : op(times(column));
      }),
    repeat: columns,
    keepsZeroSign: false,
  };
}

/** Elementwise kernels: of single elements and of four at a time, alone and in the middle of a chain. */
export const ELEMENTWISE_PATHS: readonly Path[] = [
  { name: "one by one", count: odd, ...plain },
  { name: "in fours, in a chain", count: fours, ...chain },
];

/** Products that compute elementwise ops before they store, for each way in which their elements are laid out. */
export const PRODUCT_PATHS: readonly Path[] = [
  withProduct("naive", 1, { software: true, subgroupSize: 0 }),
  withProduct("tiled", 1, { software: false }),
  withProduct("the adapter's own", 3, {}),
  withProduct("the adapter's own", 4, {}),
];

/** `values` repeated to `count` of them. */
export function cycle(values: readonly number[], count: number): number[] {
  return Array.from({ length: count }, (_, i) => values[i % values.length]!);
}
