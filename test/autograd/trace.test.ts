import { expect, test, vi } from "vitest";
import { compile } from "../../src/autograd/compile.ts";
import { matmul } from "../../src/autograd/ops/matmul.ts";
import { assignAdd } from "../../src/autograd/ops/state.ts";
import { sum } from "../../src/autograd/ops/sum.ts";
import { Variable } from "../../src/autograd/tensor.ts";
import { testDevice } from "../support/device.ts";

/** A step that counts how often it ran, in more than one dispatch. */
async function countingStep() {
  const device = await testDevice();
  const count = new Variable(Float32Array.of(0), [1], { name: "count", requiresGrad: false });
  const ones = new Variable(new Float32Array(96 * 96).fill(1), [96, 96], { name: "ones" });
  const step = await compile(device, () => {
    const product = sum(matmul(ones, ones));
    assignAdd(count, new Variable(Float32Array.of(1), [1], { name: "one" }));
    return { product };
  });
  return { device, step, count };
}

test.each(["the GPU's clock", "the host's"])("a traced step does what it always does, by %s", async (clock) => {
  const { device, step, count } = await countingStep();
  if (clock === "the host's") vi.spyOn(device.gpu.features, "has").mockReturnValue(false);
  const submits = device.stats.submits;
  const spans = await step.trace();
  const used = device.stats.submits - submits;
  vi.restoreAllMocks();
  expect(spans).toHaveLength(step.explain().dispatches.length);
  expect(spans.length).toBeGreaterThan(1);
  expect([...(await count.read())]).toEqual([1]);
  expect([...(await step.read("product"))]).toEqual([96 ** 3]);
  expect(spans[0]!.startMs).toBeLessThan(1);
  expect(spans.some(({ ms }) => ms > 0)).toBe(true);
  for (const [i, { startMs, ms }] of spans.entries()) {
    expect(ms).toBeGreaterThanOrEqual(0);
    // In order; a GPU may begin one before the one in front of it has ended.
    if (i > 0) expect(startMs).toBeGreaterThanOrEqual(spans[i - 1]!.startMs - 0.001);
  }
  // The host waits behind each dispatch; the GPU's times are read once.
  expect(used).toBe(clock === "the host's" ? spans.length : 2);
  step.destroy();
});
