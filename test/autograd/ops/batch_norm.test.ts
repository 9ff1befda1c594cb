import { describe, expect, it } from "vitest";
import { compile } from "../../../src/autograd/compile.ts";
import { evaluate } from "../../../src/autograd/evaluate.ts";
import { grad } from "../../../src/autograd/grad.ts";
import { batchNorm } from "../../../src/autograd/ops/batch_norm.ts";
import { relu } from "../../../src/autograd/ops/elementwise.ts";
import { sum } from "../../../src/autograd/ops/sum.ts";
import { record } from "../../../src/autograd/record.ts";
import { type Tensor, Variable } from "../../../src/autograd/tensor.ts";
import { DTypeError, ShapeError, UsageError } from "../../../src/errors.ts";
import { sizeOf } from "../../../src/gpu/launch.ts";
import { batchNormStats, batchNormSums } from "../../../src/kernels/batch_norm/batch_norm.ts";
import * as oracle from "../../oracle/batch_norm.ts";
import { type Array64, array, random, randomSource } from "../../support/arrays.ts";
import { checkOp, expectClose, toHost } from "../../support/check.ts";
import { testDevice } from "../../support/device.ts";

const shapes = [
  [2, 1],
  [5, 3],
  [257, 4],
  [1, 2, 3],
  [3, 2, 1, 1],
  [3, 5, 2, 2],
  [4, 3, 7, 7],
  [2, 3, 2, 3, 4],
  [64, 2, 12, 12],
];

function statistics(channels: number): { runningMean: Variable; runningVar: Variable } {
  const next = randomSource(channels);
  const values = (low: number) => new Float32Array(channels).map(() => low + next());
  return {
    runningMean: new Variable(values(-0.5), [channels], { name: "runningMean" }),
    runningVar: new Variable(values(0.5), [channels], { name: "runningVar" }),
  };
}

const inputsOf = (shape: readonly number[]): Array64[] => [
  random(shape, 1, -2, 3),
  random([shape[1]!], 2, 0.5, 1.5),
  random([shape[1]!], 3),
];

describe("batchNorm", () => {
  it.each(shapes.map((shape) => [shape]))("in training, of %j", async (shape) => {
    const state = statistics(shape[1]!);
    await checkOp({
      op: (x, gamma, beta) => batchNorm(x, gamma, beta, { ...state, training: true, eps: 0.01 }),
      oracle: (x, gamma, beta) => oracle.batchNorm(x, gamma, beta, 0.01),
      inputs: inputsOf(shape),
      relative: 2e-5,
      absolute: 1e-5,
    });
    for (const variable of Object.values(state)) variable.destroy();
  });

  it.each(shapes.map((shape) => [shape]))("in inference, of %j", async (shape) => {
    const state = statistics(shape[1]!);
    const known = { mean: await state.runningMean.read(), variance: await state.runningVar.read() };
    await checkOp({
      op: (x, gamma, beta) => batchNorm(x, gamma, beta, { ...state, training: false }),
      oracle: (x, gamma, beta) => oracle.batchNorm(x, gamma, beta, 1e-5, known),
      inputs: inputsOf(shape),
      relative: 2e-5,
      absolute: 1e-5,
    });
    expect(await state.runningMean.read(), "inference leaves the statistics").toEqual(known.mean);
    expect(await state.runningVar.read(), "inference leaves the statistics").toEqual(known.variance);
    for (const variable of Object.values(state)) variable.destroy();
  });

  it.each([[[6, 3]], [[3, 2, 4, 4]], [[40, 3, 30, 30]]])("moves the running statistics, of %j", async (shape) => {
    const state = statistics(shape[1]!);
    const before = { mean: await state.runningMean.read(), variance: await state.runningVar.read() };
    const [x, gamma, beta] = inputsOf(shape) as [Array64, Array64, Array64];
    await evaluate(
      await testDevice(),
      (a, b, c) => [batchNorm(a!, b!, c!, { ...state, training: true, momentum: 0.25 })],
      [toHost(x), toHost(gamma), toHost(beta)],
    );
    const { mean, variance, count } = oracle.batchStats(x);
    const moved = (old: ArrayLike<number>, batch: number[]) => batch.map((value, c) => 0.75 * old[c]! + 0.25 * value);
    expectClose(await state.runningMean.read(), moved(before.mean, mean), 1e-6, 1e-6, "running mean");
    const unbiased = variance.map((value) => (value * count) / (count - 1));
    expectClose(await state.runningVar.read(), moved(before.variance, unbiased), 1e-6, 1e-6, "running variance");
    for (const variable of Object.values(state)) variable.destroy();
  });

  it("normalises data far from zero", async () => {
    const state = statistics(1);
    const x = random([1000, 1, 4, 4], 7, 999, 1001);
    const [result] = await evaluate(
      await testDevice(),
      (a, b, c) => [batchNorm(a!, b!, c!, { ...state, training: true })],
      [toHost(x), toHost(array([1], [1])), toHost(array([0], [1]))],
    );
    const expected = oracle.batchNorm(x, array([1], [1]), array([0], [1]));
    // x - mean has the resolution of x: 6e-5 of a standard deviation of 0.58.
    expectClose(result!.data, expected.data, 0, 1e-4, "result");
    for (const variable of Object.values(state)) variable.destroy();
  });

  it.each([[[64, 3, 10, 10]], [[70, 2, 7, 9]], [[3000, 5]]])(
    "is the same on every kind of adapter, of %j",
    async (shape) => {
      const x = random(shape, 1, -1, 3);
      const g = random(shape, 2);
      const { mean, variance, count } = oracle.batchStats(x);
      const results = await evaluate(
        await testDevice(),
        (a, b) => [true, false].flatMap((software) => statsOn(software, a!, b!)),
        [toHost(x), toHost(g)],
      );
      const invStd = variance.map((value) => 1 / Math.sqrt(value + 1e-5));
      const inner = sizeOf(shape.slice(2));
      const dbeta = mean.map(() => 0);
      const dgamma = mean.map(() => 0);
      g.data.forEach((slope, i) => {
        const c = Math.floor(i / inner) % shape[1]!;
        dbeta[c]! += slope;
        dgamma[c]! += slope * (x.data[i]! - mean[c]!) * invStd[c]!;
      });
      expect(count).toBeGreaterThan(2);
      results.forEach(({ data }, i) => {
        expectClose(data, [mean, invStd, dbeta, dgamma][i % 4]!, 2e-6, 1e-4, `result ${i}`);
      });
    },
  );

  it("fuses with the activation that follows, and leaves out what nothing needs", async () => {
    const state = statistics(2);
    const x = new Variable(new Float32Array(32), [4, 2, 2, 2]);
    const gamma = new Variable(new Float32Array(2), [2]);
    const step = await compile(await testDevice(), () => ({
      y: relu(batchNorm(x, gamma, gamma, { ...state, training: true })),
    }));
    expect(step.explain().dispatches.map(({ kernel }) => kernel)).toEqual([
      "batchNorm stats",
      "batchNorm finish",
      "batchNorm relu",
    ]);
    step.destroy();
    for (const variable of [...Object.values(state), x, gamma]) variable.destroy();
  });

  it("takes no channels, and no samples in inference", async () => {
    const state = statistics(0);
    const empty = (...shape: number[]) => ({ data: new Float32Array(), shape });
    const device = await testDevice();
    const normalised = (training: boolean) => (x?: Tensor, gamma?: Tensor, beta?: Tensor) => {
      const y = batchNorm(x!, gamma!, beta!, { ...state, training });
      return [y, ...grad(sum(y), [x!])];
    };
    for (const training of [true, false]) {
      const results = await evaluate(device, normalised(training), [empty(3, 0, 2), empty(0), empty(0)]);
      expect(results.map(({ shape }) => shape)).toEqual([
        [3, 0, 2],
        [3, 0, 2],
      ]);
    }
    const two = statistics(2);
    const ones = { data: new Float32Array(2), shape: [2] };
    const [none] = await evaluate(
      device,
      (x) => [batchNorm(x!, two.runningMean, two.runningVar, { ...two, training: false })],
      [empty(0, 2), ones],
    );
    expect(none!.shape).toEqual([0, 2]);
    for (const variable of [...Object.values(state), ...Object.values(two)]) variable.destroy();
  });

  it("refuses what does not fit", async () => {
    const device = await testDevice();
    const state = statistics(3);
    const run = (shape: number[], more: object = {}, channels = 3) =>
      evaluate(device, (x, gamma) => [batchNorm(x!, gamma!, gamma!, { ...state, training: true, ...more })], [
        { data: new Float32Array(sizeOf(shape)), shape },
        { data: new Float32Array(channels), shape: [channels] },
      ]);
    await expect(run([3])).rejects.toThrow(
      new ShapeError("batchNorm: needs x [N, C, ...], but got f32[3]; reshape it"),
    );
    await expect(run([2, 3], {}, 4)).rejects.toThrow(
      new ShapeError("batchNorm: f32[2, 3] has 3 channels, but gamma is f32[4]; it must be f32[3]"),
    );
    await expect(run([2, 4], {}, 4)).rejects.toThrow(ShapeError);
    await expect(run([1, 3])).rejects.toThrow(
      new ShapeError("batchNorm: f32[1, 3] has 1 element per channel; training needs two or more: use a larger batch"),
    );
    await expect(run([0, 3])).rejects.toThrow(ShapeError);
    await expect(run([1, 3], { training: false })).resolves.toHaveLength(1);
    await expect(run([2, 3], { momentum: 1.5 })).rejects.toThrow(UsageError);
    await expect(run([2, 3], { momentum: Number.NaN })).rejects.toThrow(UsageError);
    await expect(run([2, 3], { eps: -1 })).rejects.toThrow(UsageError);
    await expect(run([2, 3], { runningVar: state.runningMean })).rejects.toThrow(UsageError);
    await expect(run([2, 3], { runningVar: new Variable(new Uint32Array(3), [3]) })).rejects.toThrow(DTypeError);
    for (const variable of Object.values(state)) variable.destroy();
  });
});

/** Statistics of x and sums of the gradient, as launched on another kind of adapter. */
function statsOn(software: boolean, x: Tensor, g: Tensor): Tensor[] {
  const capabilities = { software, subgroupSize: 0 };
  const channels = x.shape[1]!;
  const vector = { shape: [channels], dtype: "f32" } as const;
  const [mean, invStd] = record({
    op: "stats",
    inputs: [x],
    outputs: [vector, vector, vector, vector],
    lower: ([m, inv, runningMean, runningVar]) =>
      batchNormStats(
        x,
        m!,
        inv!,
        { mean: runningMean!, variance: runningVar!, momentum: 0.1, eps: 1e-5 },
        capabilities,
      ),
  }) as [Tensor, Tensor];
  const sums = record({
    op: "sums",
    inputs: [x, g, mean, invStd],
    outputs: [vector, vector],
    lower: ([dbeta, dgamma]) => batchNormSums({ g, x, mean, invStd }, dbeta!, dgamma!, capabilities),
  });
  return [mean, invStd, ...sums];
}
