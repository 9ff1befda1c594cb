import { describe, expect, it } from "vitest";
import { checkGradients, type Float64Tensor } from "../../src/autograd/check_gradients.ts";
import { customOp } from "../../src/autograd/custom_op.ts";
import { add, mul, square, tanh } from "../../src/autograd/ops/elementwise.ts";
import { matmul } from "../../src/autograd/ops/matmul.ts";
import { oneHot } from "../../src/autograd/ops/one_hot.ts";
import { detach } from "../../src/autograd/ops/reshape.ts";
import type { Tensor } from "../../src/autograd/tensor.ts";
import { GradientError, ShapeError } from "../../src/errors.ts";
import { random, toHost } from "../support/arrays.ts";
import { testDevice } from "../support/device.ts";

const x = toHost(random([3, 4], 1));
const squares = ({ data, shape }: Float64Tensor) => ({ data: data.map((v) => v * v), shape });
/** x^2 whose gradient comes out as that of `share` of it. */
const wrong = (share: number) => (t: Tensor) => add(mul(square(t), share), detach(mul(square(t), 1 - share)));

describe("checkGradients", () => {
  it("passes right gradients, by the op's own values and by an oracle", async () => {
    const device = await testDevice();
    const [own] = await checkGradients(device, square, [x]);
    expect(own).toMatchObject({ input: 0, elements: 12 });
    expect(own!.largestError).toBeLessThan(5e-4);
    const [held] = await checkGradients(device, square, [x], { oracle: squares });
    expect(held!.largestError).toBeLessThan(2e-5);
    const rows = await checkGradients(device, (a, b) => tanh(matmul(a, b)), [x, toHost(random([4, 50], 2))]);
    expect(rows.map(({ input, elements }) => [input, elements])).toEqual([
      [0, 12],
      [1, 40],
    ]);
  });

  it.each([0, 0.5, 0.99, 1.01, -1])("finds a gradient of %f times the right one", async (share) => {
    const device = await testDevice();
    const message = /^checkGradients: the gradient of input 0 is \S+ at element \d+, but the slope there is/;
    await expect(checkGradients(device, wrong(share), [x])).rejects.toThrow(message);
    await expect(checkGradients(device, wrong(share), [x], { oracle: squares })).rejects.toThrow(GradientError);
  });

  it("finds 0.01 % with an oracle", async () => {
    const check = checkGradients(await testDevice(), wrong(1.0001), [x], { oracle: squares });
    await expect(check).rejects.toThrow(GradientError);
  });

  it("finds a wrong result and a wrong shape", async () => {
    const device = await testDevice();
    const off = (t: Tensor) => add(square(t), 1e-4);
    await expect(checkGradients(device, off, [x], { oracle: squares })).rejects.toThrow("but the oracle gives");
    const flat = (t: Float64Tensor) => ({ ...squares(t), shape: [12] });
    await expect(checkGradients(device, square, [x], { oracle: flat })).rejects.toThrow(ShapeError);
  });

  it("finds a result that is another one when run again", async () => {
    const adding = customOp({
      name: "adding",
      wgsl: `
        struct Params { count: u32 }
        @group(0) @binding(0) var<uniform> params: Params;
        @group(0) @binding(1) var<storage, read> x: array<f32>;
        @group(0) @binding(2) var<storage, read_write> y: array<f32>;
        @compute @workgroup_size(64)
        fn main(@builtin(global_invocation_id) id: vec3<u32>) {
          if (id.x < params.count) {
            y[id.x] += x[id.x];
          }
        }`,
      shape: (shape) => shape,
      params: ([rows, columns]) => ({ count: rows! * columns! }),
      vjp: (g) => [g],
    });
    await expect(checkGradients(await testDevice(), adding, [x])).rejects.toThrow(
      "when run again; a kernel has a race",
    );
  });

  it("finds NaN", async () => {
    const check = checkGradients(await testDevice(), (t) => mul(square(t), Number.NaN), [x]);
    await expect(check).rejects.toThrow(GradientError);
  });

  it("checks the inputs asked for, and results alone", async () => {
    const device = await testDevice();
    const rows = await checkGradients(device, (a, b) => mul(a, detach(b)), [x, x], { gradients: [0] });
    expect(rows.map(({ input }) => input)).toEqual([0]);
    const labels = { data: Uint32Array.of(2, 0), shape: [2] };
    const oracle = () => ({ data: Float64Array.of(0, 0, 1, 1, 0, 0), shape: [2, 3] });
    expect(await checkGradients(device, (i) => oneHot(i, 3), [labels], { oracle })).toEqual([]);
  });

  it("leaves nothing on the device", async () => {
    const device = await testDevice();
    await checkGradients(device, square, [x]);
    const before = device.stats.buffersAlive;
    await checkGradients(device, square, [x]);
    await checkGradients(device, wrong(0), [x]).catch(() => undefined);
    expect(device.stats.buffersAlive).toBe(before);
  });
});
