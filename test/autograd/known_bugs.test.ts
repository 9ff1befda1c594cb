/** Shapes at which other libraries gave wrong results or silent zeros. */
import { expect, it } from "vitest";
import { evaluate } from "../../src/autograd/evaluate.ts";
import { conv2d } from "../../src/autograd/ops/conv2d.ts";
import { matmul } from "../../src/autograd/ops/matmul.ts";
import * as convOracle from "../oracle/conv2d.ts";
import { matmul as matmulOracle } from "../oracle/matmul.ts";
import { random } from "../support/arrays.ts";
import { checkOp, toHost } from "../support/check.ts";
import { testDevice } from "../support/device.ts";

it.each([3, 4, 5])(
  "stride 2 with the padding that others call same, %i input channels, a batch of 133",
  async (channels) => {
    const options = { stride: [2, 2], padding: [0, 1, 0, 1], dilation: [1, 1], groups: 1 } as const;
    await checkOp({
      op: (x, w) => conv2d(x, w, undefined, options),
      oracle: (x, w) => convOracle.conv2d(x, w, undefined, options),
      inputs: [random([133, channels, 6, 6], 1), random([3, channels, 3, 3], 2)],
    });
  },
);

it.each([499, 500, 513])("a product of %i rows", async (rows) => {
  await checkOp({
    op: (a, b) => matmul(a, b),
    oracle: (a, b) => matmulOracle(a, b),
    inputs: [random([rows, 33], 1), random([33, 17], 2)],
    gradients: [1],
    // Sums over the rows.
    absolute: 1e-5,
  });
});

it("[3, 4] times [2, 4, 5] is [2, 3, 5]", async () => {
  const [a, b] = [random([3, 4], 1), random([2, 4, 5], 2)];
  const [c] = await evaluate(await testDevice(), (x, y) => [matmul(x!, y!)], [a, b].map(toHost));
  expect(c!.shape).toEqual([2, 3, 5]);
});
