import { describe, expect, it } from "vitest";
import { compile } from "../../../src/autograd/compile.ts";
import type { HostArray } from "../../../src/autograd/host_array.ts";
import { FIRST_STREAM, newClock, normal, randomIntegers, uniform } from "../../../src/autograd/ops/random.ts";
import { record } from "../../../src/autograd/record.ts";
import { type Tensor, Variable } from "../../../src/autograd/tensor.ts";
import { DTypeError, UsageError } from "../../../src/errors.ts";
import { type ShaderSource, scratch, u32Params } from "../../../src/gpu/launch.ts";
import * as cpu from "../../../src/kernels/random/philox.ts";
import philox from "../../../src/kernels/random/philox.wgsl";
import { testDevice } from "../../support/device.ts";

async function draw(make: () => Tensor): Promise<HostArray> {
  const step = await compile(await testDevice(), () => ({ out: make() }));
  try {
    step.run();
    return await step.read("out");
  } finally {
    step.destroy();
  }
}

/** Compares as bytes: faster than element by element, and -0 differs from 0. */
function expectSameBits(actual: HostArray, expected: HostArray, what: string): void {
  const bits = (a: HostArray) => Buffer.from(a.buffer, a.byteOffset, a.byteLength);
  expect(bits(actual).equals(bits(expected)), what).toBe(true);
}

/** Largest distance between the samples' distribution and `cdf`. */
function kolmogorovSmirnov(samples: HostArray, cdf: (x: number) => number): number {
  const sorted = samples.slice().sort();
  let worst = 0;
  sorted.forEach((x, i) => {
    const p = cdf(x);
    worst = Math.max(worst, Math.abs(p - i / sorted.length), Math.abs(p - (i + 1) / sorted.length));
  });
  return worst;
}

/** Normal distribution function, by its Taylor series: good to 1e-9 for |x| < 6. */
function normalCdf(x: number): number {
  let term = x;
  let sum = x;
  for (let k = 1; Math.abs(term) > 1e-14; k++) {
    term *= (-x * x * (2 * k - 1)) / (2 * k * (2 * k + 1));
    sum += term;
  }
  return 0.5 + sum / Math.sqrt(2 * Math.PI);
}

const PLACES = [
  { seed: 0, stream: 0, step: 0 },
  { seed: 2022, stream: 65_535, step: 7 },
  { seed: 2 ** 53 - 1, stream: 3, step: 2 ** 32 + 5 },
  { seed: 2 ** 32 + 9, stream: 41, step: 2 ** 45 - 1 },
];
const COUNT = 100_003;

describe("philox.wgsl", () => {
  it("gives Random123's known answers", async () => {
    const ones = 0xffffffff;
    const cases = [
      [0, 0, 0, 0, 0, 0],
      [ones, ones, ones, ones, ones, ones],
      [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xa4093822, 0x299f31d0],
    ];
    const shader: ShaderSource = {
      file: "known_answers.wgsl",
      code: `${philox.code}
        struct Params { counter: vec4<u32>, key: vec2<u32> }
        @group(0) @binding(0) var<uniform> params: Params;
        @group(0) @binding(1) var<storage, read_write> out: array<vec4<u32>>;
        @compute @workgroup_size(1) fn main() { out[0] = philox(params.counter, params.key); }`,
    };
    const answers: string[] = [];
    for (const words of cases) {
      const data = await draw(
        () =>
          record({
            op: "known answers",
            inputs: [],
            outputs: [{ shape: [4], dtype: "u32" }],
            lower: ([out]) => [
              {
                kernel: "known answers",
                variant: "",
                shader,
                params: u32Params(...words),
                bindings: [{ view: out ?? scratch([4], "u32", "none"), access: "write" }],
                workgroups: [1, 1, 1],
                flops: 0,
              },
            ],
          })[0]!,
      );
      answers.push(Array.from(data, (word) => word.toString(16).padStart(8, "0")).join(" "));
    }
    expect(answers).toEqual([
      "6627e8d5 e169c58d bc57ac4c 9b00dbd8",
      "408f276d 41c83b0e a20bc7c6 6d5451fd",
      "d16cfe09 94fdcceb 5001e420 24126ea1",
    ]);
  });
});

describe.each(PLACES)("on the GPU as on the CPU: seed $seed, stream $stream, step $step", ({ seed, stream, step }) => {
  const source = () => ({ seed, stream, clock: newClock(step) });

  it("uniform", async () => {
    expectSameBits(await draw(() => uniform([COUNT], source())), cpu.uniform(seed, stream, step, COUNT), "uniform");
  });

  it("normal", async () => {
    expectSameBits(await draw(() => normal([COUNT], source())), cpu.normal(seed, stream, step, COUNT), "normal");
  });

  it.each([1, 10, 60_000, 0x80000001, 2 ** 32])("integers below %s", async (below) => {
    const data = await draw(() => randomIntegers([COUNT], below, source()));
    expectSameBits(data, cpu.integers(seed, stream, step, COUNT, below), "integers");
  });
});

describe("sizes", () => {
  it.each([[0], [1], [2, 0], [3], [4], [5], [255, 1], [16, 17, 3]])("shape [%s, ...]", async (...shape) => {
    const size = shape.reduce((a, b) => a * b, 1);
    const data = await draw(() => normal(shape, { seed: 1, stream: 2, clock: newClock(3) }));
    expectSameBits(data, cpu.normal(1, 2, 3, size), "normal");
  });

  it("makes more than 65,535 workgroups", async () => {
    const size = 65_536 * 256 + 5;
    const data = await draw(() => uniform([size], { seed: 1, stream: 2, clock: newClock() }));
    const tail = cpu.uniform(1, 2, 0, size).subarray(size - 1000);
    expectSameBits(data.slice(size - 1000), tail, "the last numbers");
  });
});

describe("distributions", () => {
  const source = { seed: 77, clock: newClock(1) };
  const size = 200_000;
  // P(distance > 1.95 / sqrt(n)) is 0.001 for a sound generator.
  const bound = 1.95 / Math.sqrt(size);

  it("uniform fills [0, 1) evenly", async () => {
    const data = await draw(() => uniform([size], source));
    expect(data.every((u) => u >= 0 && u < 1)).toBe(true);
    expect(kolmogorovSmirnov(data, (x) => x)).toBeLessThan(bound);
  });

  it("normal has the moments and the shape of N(0, 1)", async () => {
    const data = await draw(() => normal([size], source));
    const moment = (k: number) => Array.from(data).reduce((sum, x) => sum + x ** k, 0) / size;
    expect(Math.abs(moment(1))).toBeLessThan(4 / Math.sqrt(size));
    expect(Math.abs(moment(2) - 1)).toBeLessThan(4 * Math.sqrt(2 / size));
    expect(Math.abs(moment(3))).toBeLessThan(4 * Math.sqrt(15 / size));
    expect(Math.abs(moment(4) - 3)).toBeLessThan(4 * Math.sqrt(96 / size));
    expect(kolmogorovSmirnov(data, normalCdf)).toBeLessThan(bound);
    expect(Math.max(...data.slice(0, 100_000))).toBeGreaterThan(3.5);
  });

  it("integers fall evenly", async () => {
    const data = await draw(() => randomIntegers([size], 10, source));
    const counts = new Array<number>(10).fill(0);
    for (const n of data) counts[n]!++;
    for (const count of counts) expect(Math.abs(count - size / 10)).toBeLessThan(5 * Math.sqrt(size * 0.09));
  });
});

describe("streams", () => {
  it("go up in the order of recording, from the same start in every recording", async () => {
    const clock = newClock();
    const device = await testDevice();
    for (let round = 0; round < 2; round++) {
      const step = await compile(device, () => ({
        a: uniform([9], { seed: 5, clock }),
        b: normal([6], { seed: 5, clock }),
      }));
      step.run();
      expectSameBits(await step.read("a"), cpu.uniform(5, FIRST_STREAM, 0, 9), "first");
      expectSameBits(await step.read("b"), cpu.normal(5, FIRST_STREAM + 1, 0, 6), "second");
      step.destroy();
    }
  });
});

describe("refusals", () => {
  const clock = newClock();
  it.each([-1, 0.5, 2 ** 53, Number.NaN])("seed %s", async (seed) => {
    await expect(draw(() => uniform([1], { seed, clock }))).rejects.toThrow(UsageError);
  });
  it.each([-1, 1.5, 65_536])("stream %s", async (stream) => {
    await expect(draw(() => normal([1], { seed: 1, clock, stream }))).rejects.toThrow(/0\.\.65535/);
  });
  it.each([0, -3, 1.5, 2 ** 33])("below %s", async (below) => {
    await expect(draw(() => randomIntegers([1], below, { seed: 1, clock }))).rejects.toThrow(UsageError);
  });
  it("a clock that is no u32 [2] variable", async () => {
    const wrong = new Variable(Float32Array.of(0, 0), [2]);
    await expect(draw(() => uniform([1], { seed: 1, clock: wrong }))).rejects.toThrow(DTypeError);
    await expect(draw(() => uniform([1], { seed: 1, clock: wrong }))).rejects.toThrow(/newClock/);
  });
});
