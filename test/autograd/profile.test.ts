import { expect, it } from "vitest";
import { compile } from "../../src/autograd/compile.ts";
import { matmul } from "../../src/autograd/ops/matmul.ts";
import { sum } from "../../src/autograd/ops/sum.ts";
import { Variable } from "../../src/autograd/tensor.ts";
import { testDevice } from "../support/device.ts";

it("times each dispatch by running it, and tells work from next to none", async () => {
  const device = await testDevice();
  const x = new Variable(new Float32Array(512 * 512), [512, 512], { name: "x" });
  const step = await compile(device, () => ({ product: matmul(x, x), few: sum(x, [0]) }));
  const { dispatches } = step.explain();
  const before = device.stats.dispatches;
  const times = await step.profile();
  expect(times).toHaveLength(dispatches.length);
  // Once first, once to see how often, and three samples of two at least.
  expect(device.stats.dispatches - before).toBeGreaterThanOrEqual(8 * dispatches.length);
  const work = times[dispatches.findIndex(({ kernel }) => kernel === "matmul")]!;
  expect(work.ms).toBeGreaterThan(0);
  expect(work.firstMs).toBeGreaterThan(0);
  step.destroy();
  x.destroy();
});
