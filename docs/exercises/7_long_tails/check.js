import { deepEqual, ok } from "node:assert/strict";
import { checkGradients, evaluate, grad, longTailCounts, parseImbalance } from "tailgrad/node";

/** The paper's high imbalance, recalls with a class never found, and gradients where the discriminator is sure. */
export async function check({ tailCounts, gMean, generatorLoss }, device) {
  deepEqual(tailCounts(6000, 1 / 2, 10), [6000, 3000, 1500, 750, 375, 188, 94, 47, 24, 12], "the tail of C = 1/2");
  deepEqual(
    tailCounts(1000, 7 / 9, 4),
    longTailCounts([1000, 1000, 1000, 1000], parseImbalance("7/9")),
    "the tail of C = 7/9",
  );
  for (const [recalls, expected] of [
    [[0.9, 0.9, 0], 0],
    [[1, 0.25], 0.5],
    [[0.8, 0.8, 0.8], 0.8],
  ]) {
    ok(
      Math.abs(gMean(recalls) - expected) < 1e-12,
      `gMean([${recalls}]) is ${gMean(recalls)}, but should be ${expected}`,
    );
  }
  const logits = { data: Float32Array.of(-3, -1, 0, 2, -100, 100), shape: [6, 1] };
  const [slopes] = await evaluate(device, (x) => grad(generatorLoss(x), [x]), [logits]);
  const [sure] = [slopes.data[4] * 6];
  ok(Math.abs(sure + 1) < 1e-3, `where D is sure of a fake (logit -100) the slope is ${sure}, but should be -1`);
  const softplus = (v) => Math.max(v, 0) + Math.log1p(Math.exp(-Math.abs(v)));
  const oracle = ({ data }) => ({
    data: Float64Array.of(data.reduce((all, v) => all + softplus(-v), 0) / data.length),
    shape: [],
  });
  await checkGradients(device, generatorLoss, [logits], { oracle });
}
