import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { evaluate } from "../../src/autograd/evaluate.ts";
import { recordOne } from "../../src/autograd/record.ts";
import type { Tensor } from "../../src/autograd/tensor.ts";
import type { Device } from "../../src/gpu/device.ts";
import { openNodeDevice } from "../../src/gpu/node_dawn.ts";

let device: Device;
beforeAll(async () => {
  device = await openNodeDevice({ guarded: true });
});
afterAll(() => device.destroy());

/** An op of n elements whose kernel runs `body` for each i below `count`. */
function faulty(x: Tensor, n: number, count: number, body: string): Tensor {
  const code = `@group(0) @binding(0) var<storage, read> x: array<f32>;
    @group(0) @binding(1) var<storage, read_write> y: array<f32>;
    @compute @workgroup_size(1) fn main(@builtin(workgroup_id) id: vec3u) { let i = id.x; ${body} }`;
  return recordOne({
    op: "faulty",
    inputs: [x],
    shape: [n],
    dtype: "f32",
    lower: (out) => [
      {
        kernel: "faulty",
        variant: "test",
        shader: { file: "guards.test.ts", code },
        bindings: [
          { view: x, access: "read" },
          { view: out, access: "write" },
        ],
        workgroups: [count, 1, 1],
        flops: 0,
      },
    ],
  });
}

const input = { data: Float32Array.of(1, 2, 3, 4, 5), shape: [5] };

describe("a guarded device", () => {
  it("finds nothing wrong with a sound kernel", async () => {
    const [y] = await evaluate(device, (x) => [faulty(x!, 5, 5, "y[i] = x[i];")], [input]);
    expect([...y!.data]).toEqual([1, 2, 3, 4, 5]);
  });

  it("finds a write behind the end", async () => {
    await expect(evaluate(device, (x) => [faulty(x!, 5, 9, "y[i] = 0.0;")], [input])).rejects.toThrow(
      "guard words changed: faulty (32 bytes): written 0 bytes behind its end; a kernel's bounds are wrong",
    );
    await expect(evaluate(device, (x) => [faulty(x!, 5, 1, "y[i + 12u] = 0.0;")], [input])).rejects.toThrow(
      "written 16 bytes behind its end",
    );
  });

  it("finds what a kernel makes of the poison behind another buffer", async () => {
    await expect(evaluate(device, (x) => [faulty(x!, 5, 12, "y[i] = 2.0 * x[i];")], [input])).rejects.toThrow(
      "guard words changed: faulty (32 bytes): written 0 bytes behind its end",
    );
  });

  it("shows what was never written, and what was read behind the end, as NaN", async () => {
    const [gap] = await evaluate(device, (x) => [faulty(x!, 5, 4, "y[i] = x[i];")], [input]);
    expect([...gap!.data]).toEqual([1, 2, 3, 4, NaN]);
    const [over] = await evaluate(device, (x) => [faulty(x!, 5, 5, "y[i] = x[i + 1u];")], [input]);
    expect([...over!.data]).toEqual([2, 3, 4, 5, NaN]);
  });
});
