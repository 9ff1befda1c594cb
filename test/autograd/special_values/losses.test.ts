import { describe, it } from "vitest";
import type { HostTensor } from "../../../src/autograd/evaluate.ts";
import { grad } from "../../../src/autograd/grad.ts";
import { bce, bceWithLogits } from "../../../src/autograd/ops/bce.ts";
import { crossEntropy, nll } from "../../../src/autograd/ops/cross_entropy.ts";
import { sum } from "../../../src/autograd/ops/sum.ts";
import type { Tensor } from "../../../src/autograd/tensor.ts";
import { expectBits, floats, MAX, results } from "../../support/special_values.ts";

const { POSITIVE_INFINITY: INF, NEGATIVE_INFINITY: NEG, NaN: NAN } = Number;
const near = { relative: 1e-6, absolute: 1e-7, anyZero: true };

/** Each row's loss, its gradient to the scores, and the mean of all. */
async function lossOf(
  op: (x: Tensor, t: Tensor, reduction: "none" | "mean") => Tensor,
  x: HostTensor,
  targets: HostTensor,
): Promise<Float32Array[]> {
  return results(
    (a, t) => {
      const losses = op(a!, t!, "none");
      return [losses, ...grad(sum(losses), [a!]), op(a!, t!, "mean")];
    },
    [x, targets],
  );
}

describe("binary losses", () => {
  it("bceWithLogits is exact for logits of any size, and NaN for infinite ones with a finite loss", async () => {
    const x = [1000, -1000, 1000, -1000, MAX, -MAX, NAN, INF, NEG, INF, NEG, 0, 1];
    const t = [1, 0, 0, 1, 1, 1, 1, 0, 1, 1, 0, 0.5, NAN];
    const [losses, gradient, mean] = await lossOf(bceWithLogits, floats(x), floats(t));
    const expected = [0, 0, 1000, 1000, 0, MAX, NAN, NAN, INF, NAN, NAN, Math.LN2, NAN];
    // Infinity * 0 is NaN where PyTorch's formula has it too.
    expectBits(losses!.slice(0, 7), expected.slice(0, 7), "losses", near);
    expectBits(losses!.slice(8), expected.slice(8), "losses", near);
    expectBits(gradient!, [0, 0, 1, -1, 0, -1, NAN, 1, -1, 0, 0, 0, NAN], "gradient", near);
    expectBits(mean!, [NAN], "mean");
  });

  it("bce bounds its logarithms at -100 and keeps NaN", async () => {
    const p = [0, 1, 0, 1, 0.5, NAN, 1e-37];
    const t = [0, 1, 1, 0, NAN, 0.5, 1];
    const [losses, gradient] = await lossOf(bce, floats(p), floats(t));
    expectBits(losses!, [0, 0, 100, 100, NAN, NAN, 85.195648], "losses", { ...near, relative: 1e-5 });
    expectBits(gradient!, [0, 0, -1e12, 1e12, NAN, NAN, -1e12], "gradient", { ...near, relative: 1e-5 });
  });
});

describe("losses of classes", () => {
  const rows = [
    [0, NEG, 0],
    [NEG, 0, NEG],
    [INF, 0, 0],
    [NAN, 0, 0],
    [0, 0, NAN],
    [NEG, NEG, NEG],
    [1000, 0, -1000],
    [MAX, 0, -MAX],
  ];
  const labels = [1, 1, 0, 1, 0, 0, 2, 0];

  it("crossEntropy of labels takes masked classes, and NaN stays in its row", async () => {
    const [losses, gradient, mean] = await lossOf(crossEntropy, floats(rows.flat(), [8, 3]), {
      data: Uint32Array.from(labels),
      shape: [8],
    });
    expectBits(losses!, [INF, 0, NAN, NAN, NAN, NAN, 2000, 0], "losses", near);
    const nan = [NAN, NAN, NAN];
    const expected = [[0.5, -1, 0.5], [0, 0, 0], nan, nan, nan, nan, [1, 0, -1], [0, 0, 0]];
    expectBits(gradient!, expected.flat(), "gradient", near);
    expectBits(mean!, [NAN], "mean");
  });

  it("crossEntropy of probabilities: 0 * infinity is NaN, as in PyTorch", async () => {
    const t = [0.5, 0, 0.5, 0, 1, 0, 0, 1, 0];
    const [losses] = await lossOf(crossEntropy, floats([0, NEG, 0, 0, 1000, 0, 0, NAN, 0], [3, 3]), floats(t, [3, 3]));
    expectBits(losses!, [NAN, 0, NAN], "losses", near);
  });

  it("nll keeps infinities and NaN of the label's element alone", async () => {
    const x = floats([NEG, -1, INF, NAN, NAN, -2, -3, NEG, NEG], [3, 3]);
    const [losses, gradient] = await lossOf(nll, x, { data: Uint32Array.of(0, 2, 1), shape: [3] });
    expectBits(losses!, [INF, 2, INF], "losses");
    expectBits(gradient!, [-1, 0, 0, 0, 0, -1, 0, -1, 0], "gradient", near);
  });

  it("a label that is no class makes the loss and the gradient of its row NaN, and the mean", async () => {
    for (const op of [crossEntropy, nll]) {
      const [losses, gradient, mean] = await lossOf(op, floats([0, 0, 0, 0, 0, 0], [3, 2]), {
        data: Uint32Array.of(2, 0, 0xffffffff),
        shape: [3],
      });
      const [loss, other] = op === nll ? [0, [-1, 0]] : [Math.LN2, [-0.5, 0.5]];
      expectBits(losses!, [NAN, loss, NAN], "losses", near);
      expectBits(gradient!, [NAN, NAN, ...other, NAN, NAN], "gradient", near);
      expectBits(mean!, [NAN], "mean");
    }
  });
});
