import { describe, expect, it } from "vitest";
import type { Pair } from "../../../src/autograd/arguments.ts";
import { compile } from "../../../src/autograd/compile.ts";
import { evaluate } from "../../../src/autograd/evaluate.ts";
import { grad } from "../../../src/autograd/grad.ts";
import { maxPool2d } from "../../../src/autograd/ops/max_pool2d.ts";
import { sum } from "../../../src/autograd/ops/sum.ts";
import type { Step } from "../../../src/autograd/step.ts";
import { Variable } from "../../../src/autograd/tensor.ts";
import * as oracle from "../../oracle/max_pool2d.ts";
import { array, indices, random, zeros } from "../../support/arrays.ts";
import { checkOp, expectClose, toHost } from "../../support/check.ts";
import { testDevice } from "../../support/device.ts";
import { plannedKernels } from "../../support/plan.ts";
import { BAD_POOLS, POOL_CASES } from "../../support/pool_cases.ts";

const DILATED: readonly (readonly [readonly number[], oracle.PoolCase])[] = [
  [[1, 2, 9, 8], { kernel: [3, 2], stride: [1, 2], padding: [1, 1], dilation: [2, 3] }],
  [[2, 1, 7, 7], { kernel: [2, 2], stride: [2, 2], padding: [0, 0], dilation: [2, 1] }],
  [[1, 1, 10, 11], { kernel: [3, 3], stride: [2, 3], padding: [1, 0], dilation: [3, 2], ceilMode: true }],
];

describe("maxPool2d", () => {
  it.each([...POOL_CASES, ...DILATED])("of %j in %j, with its gradient", async (shape, pool) => {
    const { kernel, ...options } = pool;
    const inputs = [random(shape, 1)];
    await checkOp({ op: (x) => maxPool2d(x!, kernel, options), oracle: (x) => oracle.maxPool2d(x!, pool), inputs });
  });

  it("strides by the kernel unless told otherwise", async () => {
    const pool = { kernel: [3, 2], stride: [3, 2], padding: [0, 0] } as const;
    const inputs = [random([1, 1, 6, 6], 1)];
    await checkOp({ op: (x) => maxPool2d(x!, [3, 2]), oracle: (x) => oracle.maxPool2d(x!, pool), inputs });
  });

  it("takes its fast kernel for even 2x2 windows only", async () => {
    const variants = async (size: number) => {
      const x = new Variable(new Float32Array(size * size), [1, 1, size, size]);
      const step = await compile(await testDevice(), () => ({ g: grad(sum(maxPool2d(x, 2)), [x])[0]! }));
      const kernels = plannedKernels(step);
      step.destroy();
      x.destroy();
      return kernels.filter(({ kernel }) => kernel.startsWith("maxPool2d")).map(({ variant }) => variant);
    };
    const { software } = (await testDevice()).capabilities;
    expect(await variants(6)).toEqual(["2x2", "2x2"]);
    expect(await variants(8)).toEqual([software ? "2x2 rows" : "2x2", "2x2"]);
    expect(await variants(7)).toEqual(["naive", "naive"]);
  });

  it.each([5, 6, 8])("gives the same where no gradient wants the winners' places (%i)", async (size) => {
    const data = random([3, 2, size, size], 4).data.map((value, i) => (i % 9 === 0 ? Number.NaN : value));
    const x = new Variable(Float32Array.from(data), [3, 2, size, size]);
    const device = await testDevice();
    const alone = await compile(device, () => ({ y: maxPool2d(x, 2) }));
    const followed = await compile(device, () => {
      const y = maxPool2d(x, 2);
      return { y, g: grad(sum(y), [x])[0]! };
    });
    const places = (step: Pick<Step, "explain">) => {
      const parts = step.explain().dispatches.flatMap((dispatch) => dispatch.parts);
      return parts.find(({ kernel }) => kernel === "maxPool2d")!.bindings.length - 2;
    };
    expect([places(alone), places(followed)]).toEqual([0, 1]);
    for (const step of [alone, followed]) step.run();
    const pool = { kernel: [2, 2], stride: [2, 2], padding: [0, 0] } as const;
    const expected = Float32Array.from(oracle.maxPool2d(array(data, [3, 2, size, size]), pool).data);
    expect(await alone.read("y")).toEqual(expected);
    expect(await followed.read("y")).toEqual(expected);
    for (const step of [alone, followed]) step.destroy();
  });

  it.each([
    [2, {}],
    [2, { padding: 1, stride: 1 }],
  ])("gives ties to the first, kernel %d, %j", async (kernel, options) => {
    const x = toHost(array([5, 5, 5, 5], [1, 1, 2, 2]));
    const [g] = await evaluate(await testDevice(), (t) => grad(sum(maxPool2d(t!, kernel, options)), [t!]), [x]);
    // Padded windows: of the nine, four see the first element, two each the next ones as their first, one the last.
    expect(Array.from(g!.data)).toEqual("padding" in options ? [4, 2, 2, 1] : [1, 0, 0, 0]);
  });

  it.each([
    [[1, 1, 2, 8], {}],
    [[1, 1, 3, 8], {}],
  ])("lets NaN win and keeps infinities, %j", async (shape, options) => {
    const x = zeros(shape);
    x.data.set([NaN, 1, 2, NaN, -Infinity, -Infinity, Infinity, 3]);
    x.data.set([1, 2, 3, 4, -Infinity, -Infinity, 3, 4], 8);
    const [y] = await evaluate(await testDevice(), (t) => [maxPool2d(t!, 2, options)], [toHost(x)]);
    expectClose(y!.data, [NaN, NaN, -Infinity, Infinity], 0, 0, "maxPool2d");
  });

  it("makes -infinity and no gradient of a dilated window that meets padding only", async () => {
    const x = toHost(array([1, 2, 3, 4], [1, 1, 2, 2]));
    const [y, g] = await evaluate(
      await testDevice(),
      (t) => {
        const out = maxPool2d(t!, 2, { padding: 1, dilation: 3 });
        return [out, ...grad(sum(out), [t!])];
      },
      [x],
    );
    expect(Array.from(y!.data)).toEqual([-Infinity]);
    expect(Array.from(g!.data)).toEqual([0, 0, 0, 0]);
  });

  it.each([1, 2])("passes 65,535 workgroups, kernel %d", async (kernel) => {
    // Outputs of one row each: the input's plane of row index r holds r.
    const count = 65_536 * 64 + 7;
    const data = Float32Array.from(
      { length: count * kernel * kernel },
      (_, i) => Math.floor(i / (kernel * kernel)) % 1021,
    );
    const x = { data, shape: [count, 1, kernel, kernel] };
    const [y] = await evaluate(await testDevice(), (t) => [maxPool2d(t!, kernel)], [x]);
    expect(y!.data.findIndex((v, i) => v !== i % 1021)).toBe(-1);
  });

  it.each([
    ...BAD_POOLS,
    [2, { dilation: 0 }, "dilation [0, 0] must be"] as const,
    [3, { dilation: 2 }, "no window is left"] as const,
  ])("refuses kernel %j with %j", async (kernel, options, message) => {
    const x = toHost(zeros([1, 1, 4, 4]));
    const call = evaluate(await testDevice(), (t) => [maxPool2d(t!, kernel as Pair, options)], [x]);
    await expect(call).rejects.toThrow(message);
  });

  it("refuses other ranks, empty planes and integers", async () => {
    const device = await testDevice();
    const call = (x: Parameters<typeof toHost>[0]) => evaluate(device, (t) => [maxPool2d(t!, 2)], [toHost(x)]);
    await expect(call(zeros([1, 4, 4]))).rejects.toThrow(
      "maxPool2d: needs [N, C, H, W], but got f32[1, 4, 4] of rank 3",
    );
    await expect(call(zeros([1, 1, 0, 4]))).rejects.toThrow("no window is left");
    await expect(call(indices([1, 2, 3, 4], [1, 1, 2, 2]))).rejects.toThrow("maxPool2d: needs f32");
  });
});
