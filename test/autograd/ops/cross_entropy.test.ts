import { describe, expect, it } from "vitest";
import { compile } from "../../../src/autograd/compile.ts";
import { evaluate } from "../../../src/autograd/evaluate.ts";
import { grad } from "../../../src/autograd/grad.ts";
import { crossEntropy, type LossReduction, nll } from "../../../src/autograd/ops/cross_entropy.ts";
import { sum } from "../../../src/autograd/ops/sum.ts";
import { Variable } from "../../../src/autograd/tensor.ts";
import { DTypeError, ShapeError, UsageError } from "../../../src/errors.ts";
import * as oracle from "../../oracle/cross_entropy.ts";
import { softmax } from "../../oracle/softmax.ts";
import { array, indices, random, randomIndices } from "../../support/arrays.ts";
import { checkOp, expectClose, toHost } from "../../support/check.ts";
import { testDevice } from "../../support/device.ts";

const reductions = ["mean", "sum", "none"] as const;
const shapes: [number, number][] = [
  [1, 1],
  [1, 10],
  [5, 2],
  [7, 13],
  [131, 10],
  [3, 257],
];

describe.each(reductions)("reduction %s", (reduction) => {
  it.each(shapes)("crossEntropy with labels, %i rows of %i classes", (rows, classes) =>
    checkOp({
      op: (x, labels) => crossEntropy(x, labels, reduction),
      oracle: (x, labels) => oracle.crossEntropy(x, labels, reduction),
      inputs: [random([rows, classes], 1, -4, 4), randomIndices([rows], classes, 2)],
      relative: 2e-5,
    }),
  );

  it.each(shapes)("crossEntropy with probabilities, %i rows of %i classes", (rows, classes) =>
    checkOp({
      op: (x, targets) => crossEntropy(x, targets, reduction),
      oracle: (x, targets) => oracle.crossEntropy(x, targets, reduction),
      inputs: [random([rows, classes], 1, -4, 4), random([rows, classes], 2, 0, 1)],
      relative: 2e-5,
    }),
  );

  it.each(shapes)("nll, %i rows of %i classes", (rows, classes) =>
    checkOp({
      op: (x, labels) => nll(x, labels, reduction),
      oracle: (x, labels) => oracle.nll(x, labels, reduction),
      inputs: [softmax(random([rows, classes], 1, -4, 4), 1, true), randomIndices([rows], classes, 2)].map((input) =>
        input.dtype === "f32" ? array(input.data, input.shape) : input,
      ),
    }),
  );

  it("of no rows is 0, NaN or nothing", async () => {
    const empty = [
      { data: new Float32Array(), shape: [0, 3] },
      { data: new Uint32Array(), shape: [0] },
    ];
    const results = await evaluate(
      await testDevice(),
      (x, labels) => {
        const loss = crossEntropy(x!, labels!, reduction);
        return [loss, nll(x!, labels!, reduction), ...grad(sum(loss), [x!])];
      },
      empty,
    );
    const expected = { mean: [NaN], sum: [0], none: [] }[reduction];
    expect(results.map(({ data }) => Array.from(data))).toEqual([expected, expected, []]);
  });
});

it("exceeds 65,535 workgroups", async () => {
  const rows = 4_200_000;
  const data = new Float32Array(rows * 2).map((_, i) => i % 5);
  const labels = new Uint32Array(rows).map((_, i) => i % 2);
  const [loss, gradient] = await evaluate(
    await testDevice(),
    (x, y) => {
      const losses = crossEntropy(x!, y!, "none");
      return [losses, ...grad(sum(losses), [x!])];
    },
    [
      { data, shape: [rows, 2] },
      { data: labels, shape: [rows] },
    ],
  );
  const at = (n: number) => data[n * 2 + 1 - labels[n]!]! - data[n * 2 + labels[n]!]!;
  expect(loss!.data.findIndex((value, n) => !(Math.abs(value - Math.log1p(Math.exp(at(n)))) < 1e-5))).toBe(-1);
  const wrong = gradient!.data.findIndex((value, i) => {
    const n = Math.floor(i / 2);
    const p = 1 / (1 + Math.exp(-at(n)));
    return !(Math.abs(value - (labels[n] === i % 2 ? -p : p)) < 1e-5);
  });
  expect(wrong).toBe(-1);
});

it("a label that is no class makes its row's loss and gradient NaN and reads nothing", async () => {
  for (const op of [crossEntropy, nll]) {
    const [loss, gradient, whole] = await evaluate(
      await testDevice(),
      (x, labels) => {
        const losses = op(x!, labels!, "none");
        return [losses, ...grad(sum(losses), [x!]), op(x!, labels!)];
      },
      [array([0, 0, 0, 0, 0, 0], [3, 2]), indices([1, 2, 0xffffffff], [3])].map(toHost),
    );
    const zero = op === nll ? 0 : Math.fround(Math.log(2));
    expectClose(loss!.data, [zero, NaN, NaN], 1e-6, 1e-6, "loss");
    expect(Array.from(gradient!.data.slice(2))).toEqual([NaN, NaN, NaN, NaN]);
    expectClose(gradient!.data.slice(0, 2), op === nll ? [0, -1] : [0.5, -0.5], 1e-6, 0, "gradient");
    expect(whole!.data[0]).toBeNaN();
  }
});

it("takes large logits, and keeps NaN", async () => {
  const [loss] = await evaluate(
    await testDevice(),
    (x, labels) => [crossEntropy(x!, labels!, "none")],
    [array([1e4 + 1, 1e4, 1e30, -1e30, NaN, 0, 0, NaN, -Infinity, 0], [5, 2]), indices([0, 1, 1, 0, 1], [5])].map(
      toHost,
    ),
  );
  expectClose(loss!.data, [Math.log1p(Math.exp(-1)), 2e30, NaN, NaN, 0], 1e-5, 1e-6, "loss");
});

it("runs forward and gradient in at most four dispatches", async () => {
  const device = await testDevice();
  const x = new Variable(new Float32Array(100 * 10), [100, 10]);
  const labels = new Variable(new Uint32Array(100), [100]);
  const step = await compile(device, () => {
    const loss = crossEntropy(x, labels);
    return { loss, gradient: grad(loss, [x])[0]! };
  });
  expect(step.explain().dispatches.length).toBeLessThanOrEqual(4);
  step.destroy();
  x.destroy();
  labels.destroy();
});

it("refuses what does not fit", async () => {
  const device = await testDevice();
  const f32 = (...shape: number[]) => ({ data: new Float32Array(shape.reduce((a, b) => a * b, 1)), shape });
  const u32 = (...shape: number[]) => ({ data: new Uint32Array(shape.reduce((a, b) => a * b, 1)), shape });
  type Host = ReturnType<typeof f32> | ReturnType<typeof u32>;
  const run = (op: typeof nll, x: Host, targets: Host, reduction?: string) =>
    evaluate(device, (a, b) => [op(a!, b!, reduction as LossReduction | undefined)], [x, targets]);
  for (const op of [crossEntropy, nll]) {
    await expect(run(op, f32(6), u32(6))).rejects.toThrow(
      new ShapeError(`${op.name}: needs scores [N, C] of at least one class, but got f32[6]; reshape it`),
    );
    await expect(run(op, f32(2, 0), u32(2))).rejects.toThrow(ShapeError);
    await expect(run(op, u32(2, 3), u32(2))).rejects.toThrow(DTypeError);
    await expect(run(op, f32(2, 3), u32(3))).rejects.toThrow(
      new ShapeError(`${op.name}: f32[2, 3] needs labels u32[2], but got u32[3]; give one label per row`),
    );
    await expect(run(op, f32(2, 3), u32(2, 1))).rejects.toThrow(ShapeError);
    await expect(run(op, f32(2, 3), u32(2), "average")).rejects.toThrow(
      new UsageError(`${op.name}: reduction "average" is not known; give one of "mean", "sum", "none"`),
    );
  }
  await expect(run(nll, f32(2, 3), f32(2, 3))).rejects.toThrow(
    new DTypeError("nll: labels must be u32, but got f32[2, 3]; convert them with cast"),
  );
  await expect(run(crossEntropy, f32(2, 3), f32(2))).rejects.toThrow(
    new ShapeError(
      "crossEntropy: f32[2, 3] and probabilities f32[2] differ; give probabilities of the same shape or labels u32[2]",
    ),
  );
});
