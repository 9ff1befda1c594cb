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

const bitsOf = (value: number) => new Uint32Array(Float32Array.of(value).buffer)[0]!;

/** How near numbers that are not special must be. */
export interface Tolerance {
  readonly relative?: number;
  readonly absolute?: number;
  /** The signs of zeros are left open. */
  readonly anyZero?: boolean;
}

/** Compares bits: NaN, infinities and zeros with their signs must be equal, other numbers near. */
export function expectBits(
  actual: ArrayLike<number> & { readonly buffer?: unknown },
  expected: ArrayLike<number>,
  what: string,
  { relative = 0, absolute = 0, anyZero = false }: Tolerance = {},
): void {
  expect(actual.length, `length of ${what}`).toBe(expected.length);
  const bits = new Uint32Array((actual as Float32Array).slice().buffer);
  const names = (all: ArrayLike<number>) =>
    Array.from(all, (b) => (anyZero ? named(b).replace(/^[+-]0$/, "0") : named(b)));
  const got = names(bits);
  const want = names(Array.from(expected, bitsOf));
  want.forEach((name, i) => {
    const [a, e] = [actual[i]!, Math.fround(expected[i]!)];
    const near = Number.isFinite(a) && Number.isFinite(e) && Math.abs(a - e) <= absolute + relative * Math.abs(e);
    const exact = /[NI]|0$/.test(name) && !/[1-9]/.test(name) && !(absolute > 0 && e === 0 && near);
    if (got[i] !== name && (exact || !near)) expect.fail(`${what}: element ${i} is ${got[i]}, expected ${name}`);
  });
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
  readonly joined?: boolean;
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

const RUNGS: readonly (readonly [string, Partial<Capabilities>])[] = [
  ["naive", { software: true, subgroupSize: 0 }],
  ["tiled", { software: false }],
  ["the adapter's own", {}],
];

/** Every kind of kernel that computes elementwise ops. */
export const PATHS: readonly Path[] = [
  { name: "one by one", count: odd, ...plain },
  { name: "in fours", count: fours, ...plain },
  { name: "one by one, in a chain", count: odd, ...chain },
  { name: "in fours, in a chain", count: fours, ...chain },
  { name: "in fours, in joined kernels", count: fours, joined: true, ...chain },
  ...RUNGS.flatMap(([rung, capabilities]) => [1, 3, 4].map((columns) => withProduct(rung, columns, capabilities))),
];

/** `values` repeated to `count` of them. */
export function cycle(values: readonly number[], count: number): number[] {
  return Array.from({ length: count }, (_, i) => values[i % values.length]!);
}
