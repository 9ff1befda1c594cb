import { deepEqual, ok } from "node:assert/strict";
import { checkGradients, evaluate, grad, longTailCounts, parseImbalance } from "tailgrad/node";

/** The paper's high imbalance, recalls with a class never found, and gradients where the discriminator is sure. */
export async function check({ tailCounts, gMean, generatorLoss }, device) {
  for (const [text, ratio, n, classes] of [
    ["1/2", 1 / 2, 6000, 10],
    ["7/9", 7 / 9, 1000, 4],
  ]) {
    const [actual, expected] = [
      tailCounts(n, ratio, classes),
      longTailCounts(new Array(classes).fill(n), parseImbalance(text)),
    ];
    deepEqual(actual, expected, `the tail of ${n} images and C = ${text} is ${actual}, but should be ${expected}`);
  }
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
