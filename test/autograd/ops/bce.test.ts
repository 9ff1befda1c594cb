import { describe, expect, it } from "vitest";
import { compile } from "../../../src/autograd/compile.ts";
import { evaluate } from "../../../src/autograd/evaluate.ts";
import { grad } from "../../../src/autograd/grad.ts";
import { bce, bceWithLogits } from "../../../src/autograd/ops/bce.ts";
import type { LossReduction } from "../../../src/autograd/ops/cross_entropy.ts";
import { sum } from "../../../src/autograd/ops/sum.ts";
import { Variable } from "../../../src/autograd/tensor.ts";
import { DTypeError, ShapeError, UsageError } from "../../../src/errors.ts";
import * as oracle from "../../oracle/bce.ts";
import { array, random } from "../../support/arrays.ts";
import { checkOp, expectClose, toHost } from "../../support/check.ts";
import { testDevice } from "../../support/device.ts";

const reductions = ["mean", "sum", "none"] as const;

describe.each([
  ["bceWithLogits", bceWithLogits, oracle.bceWithLogits, -6, 6],
  ["bce", bce, oracle.bce, 0.02, 0.98],
] as const)("%s", (name, op, expected, low, high) => {
  it.each([[[1]], [[7]], [[8, 3]], [[257, 1]], [[3, 4, 5]]])("of %j, every reduction", async (shape) => {
    for (const reduction of reductions) {
      await checkOp({
        op: (x, t) => op(x, t, reduction),
        oracle: (x, t) => expected(x, t, reduction),
        inputs: [random(shape, 1, low, high), random(shape, 2, 0, 1)],
        relative: 1e-5,
        absolute: 2e-6,
      });
    }
  });

  it.each([0, 1, 0.9])("with the number %f as every target", (target) =>
    checkOp({
      op: (x) => op(x, target),
      oracle: (x) => expected(x, target, "mean"),
      inputs: [random([9, 4], 3, low, high)],
    }),
  );

  it("of no elements is NaN, 0 or nothing", async () => {
    const results = await evaluate(
      await testDevice(),
      (x) => [...reductions.map((reduction) => op(x!, 1, reduction)), ...grad(op(x!, 1), [x!])],
      [{ data: new Float32Array(), shape: [0, 2] }],
    );
    expect(results.map(({ data }) => Array.from(data))).toEqual([[NaN], [0], [], []]);
  });

  it("refuses what does not fit", async () => {
    const device = await testDevice();
    const run = (shape: number[], data: Float32Array | Uint32Array, reduction?: string) =>
      evaluate(device, (x, t) => [op(x!, t!, reduction as LossReduction | undefined)], [
        { data: new Float32Array(6), shape: [2, 3] },
        { data, shape },
      ]);
    await expect(run([3], new Float32Array(3))).rejects.toThrow(
      new ShapeError(`${name}: f32[2, 3] and targets f32[3] differ; give targets of the same shape or a number`),
    );
    await expect(run([2, 3], new Uint32Array(6))).rejects.toThrow(DTypeError);
    await expect(run([2, 3], new Float32Array(6), "avg")).rejects.toThrow(UsageError);
    await expect(evaluate(device, (x) => [op(x!, "1" as never)], [toHost(array([0.5], [1]))])).rejects.toThrow(
      DTypeError,
    );
  });

  it("runs forward and gradient in at most four dispatches", async () => {
    const x = new Variable(new Float32Array(256).fill(0.5), [256, 1]);
    const step = await compile(await testDevice(), () => {
      const loss = op(x, 1);
      return { loss, gradient: grad(loss, [x])[0]! };
    });
    expect(step.explain().dispatches.length).toBeLessThanOrEqual(4);
    step.destroy();
    x.destroy();
  });
});

it("bceWithLogits keeps small losses exact, large ones finite and NaN", async () => {
  const x = array([20, -20, 60, 1e4, -1e4, 3e38, 0, NaN], [8]);
  const [loss, gradient] = await evaluate(
    await testDevice(),
    (v) => {
      const losses = bceWithLogits(v!, 1, "none");
      return [losses, ...grad(sum(losses), [v!])];
    },
    [toHost(x)],
  );
  const exact = Array.from(x.data, (v) => (v > 0 ? 0 : -v) + Math.log1p(Math.exp(-Math.abs(v))));
  expectClose(loss!.data, exact, 5e-6, 1e-30, "loss");
  const slopes = Array.from(x.data, (v) => 1 / (1 + Math.exp(-v)) - 1);
  expectClose(gradient!.data, slopes, 1e-6, 1e-7, "gradient");
});

it("bce bounds logarithms and gradients as PyTorch does, and keeps NaN", async () => {
  const [loss, gradient] = await evaluate(
    await testDevice(),
    (p, t) => {
      const losses = bce(p!, t!, "none");
      return [losses, ...grad(sum(losses), [p!])];
    },
    [array([0, 0, 1, 1, 1e-30, NaN], [6]), array([0, 1, 0, 1, 1, 0], [6])].map(toHost),
  );
  expectClose(loss!.data, [0, 100, 100, 0, -Math.log(1e-30), NaN], 1e-6, 1e-6, "loss");
  expectClose(gradient!.data, [0, -1e12, 1e12, 0, -1e12, NaN], 1e-6, 0, "gradient");
});
