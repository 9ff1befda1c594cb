import { expect, it } from "vitest";
import { compile } from "../../src/autograd/compile.ts";
import { neg } from "../../src/autograd/ops/elementwise.ts";
import { slice } from "../../src/autograd/ops/slice.ts";
import { expand, sum } from "../../src/autograd/ops/sum.ts";
import { Variable } from "../../src/autograd/tensor.ts";
import { GpuError } from "../../src/errors.ts";
import { testDevice } from "../support/device.ts";

/** WebGPU's default for one binding, and as much as this test asks for at most. */
const [DEFAULT_BYTES, MOST_BYTES] = [128 * 2 ** 20, 512 * 2 ** 20];

it("a tensor may be as large as the adapter can bind, to the last element", async () => {
  const device = await testDevice();
  const { maxBufferSize, maxStorageBufferBindingSize } = device.gpu.limits;
  const bytes = Math.min(maxBufferSize, maxStorageBufferBindingSize, MOST_BYTES);
  expect(bytes).toBeGreaterThanOrEqual(DEFAULT_BYTES);
  const elements = bytes / 4;
  const x = new Variable(Float32Array.of(3), [1]);
  const step = await compile(device, () => {
    const all = neg(expand(x, [elements]));
    return { all, first: sum(slice(all, [0], [4])), last: sum(slice(all, [elements - 4], [4])) };
  });
  step.run();
  expect(await step.read("first")).toEqual(Float32Array.of(-12));
  expect(await step.read("last")).toEqual(Float32Array.of(-12));
  step.destroy();
  x.destroy();
});

it("what is larger is refused by name, with the limit", async () => {
  const device = await testDevice();
  const { maxBufferSize, maxStorageBufferBindingSize } = device.gpu.limits;
  const limit = Math.min(maxBufferSize, maxStorageBufferBindingSize);
  const refusal = device.createBuffer.bind(device, limit + 1, GPUBufferUsage.STORAGE, "weights");
  expect(refusal).toThrow(GpuError);
  expect(refusal).toThrow(new RegExp(`^weights: needs a buffer of \\d+ bytes, but .* allows ${limit}; use a smaller`));
});
