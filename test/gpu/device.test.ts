import { describe, expect, it } from "vitest";
import { compile } from "../../src/autograd/compile.ts";
import { evaluate } from "../../src/autograd/evaluate.ts";
import { relu } from "../../src/autograd/ops/elementwise.ts";
import { recordOne } from "../../src/autograd/record.ts";
import { Variable } from "../../src/autograd/tensor.ts";
import { DeviceLostError, GpuError, RecordingError } from "../../src/errors.ts";
import { openNodeDevice } from "../../src/gpu/node_dawn.ts";
import { specialize } from "../../src/gpu/specialize.ts";
import { testDevice } from "../support/device.ts";

describe("device", () => {
  it("describes its adapter", async () => {
    const { adapter } = await testDevice();
    expect(adapter.name).not.toBe("");
    expect(typeof adapter.software).toBe("boolean");
  });

  it("counts buffers and bytes, and forgets them once destroyed, twice or not", async () => {
    const device = await testDevice();
    const before = { ...device.stats };
    const memory = device.createBuffer(1000, GPUBufferUsage.STORAGE, "test");
    expect(device.stats.buffersAlive).toBe(before.buffersAlive + 1);
    expect(device.stats.bytesAlive).toBe(before.bytesAlive + 1008);
    memory.destroy();
    memory.destroy();
    expect(device.stats.buffersAlive).toBe(before.buffersAlive);
    expect(device.stats.bytesAlive).toBe(before.bytesAlive);
  });

  it("refuses a buffer beyond the limits, naming what asked for it", async () => {
    const device = await testDevice();
    expect(() => device.createBuffer(2 ** 40, GPUBufferUsage.STORAGE, "activations")).toThrow(
      /^activations: needs a buffer of 1099511627776 bytes, but .* allows \d+; use a smaller batch or size$/,
    );
  });

  it("names a kernel's file and line when it does not compile", async () => {
    const device = await testDevice();
    const code = "@compute @workgroup_size(1)\nfn main() {\n  let x = no_such_thing;\n}\n";
    await expect(device.pipeline({ file: "src/kernels/broken.wgsl", code }, [])).rejects.toThrow(
      /^src\/kernels\/broken\.wgsl:3:11: .*no_such_thing.*, in: let x = no_such_thing;$/,
    );
  });

  it("names the line of the kernel's file for a text made from it, or says that the line is a generated one", async () => {
    const device = await testDevice();
    const code = [
      "const N = 2u;",
      "@compute @workgroup_size(1)",
      "fn main() {",
      "  // @unroll",
      "  for (var i = 0u; i < N; i++) {",
      "    let a = i;",
      "  }",
      "  let b = no_such_thing;",
      "}",
    ].join("\n");
    const compiled = (text: string) => device.pipeline(specialize({ file: "k.wgsl", code: text }, { N: 3 }), []);
    await expect(compiled(code)).rejects.toThrow(/^k\.wgsl:8:\d+: .*no_such_thing/);
    const inside = code.replace("let a = i;", "let a = nothing + i;").replace("no_such_thing", "1");
    await expect(compiled(inside)).rejects.toThrow(/^k\.wgsl, generated line \d+:\d+: .*nothing/);
  });

  it("names the kernel whose bindings WebGPU refuses", async () => {
    const device = await testDevice();
    const code =
      "@group(0) @binding(0) var<storage, read_write> x: array<f32>;\n@compute @workgroup_size(1)\nfn main() { x[0] = 1.0; }";
    const { layout } = await device.pipeline({ file: "bad.wgsl", code }, ["storage"]);
    device.checked("bad.wgsl (bad kernel)", () => device.gpu.createBindGroup({ layout, entries: [] }));
    await expect(device.settle()).rejects.toThrow(/^bad\.wgsl \(bad kernel\): /);
    await device.settle();
  });

  it("reads several buffers at once", async () => {
    const device = await testDevice();
    const variables = [1, 2, 3].map((value) => new Variable(new Float32Array(100).fill(value), [100]));
    for (const variable of variables) variable.memory.bufferOn(device);
    const read = await Promise.all(variables.map((variable) => variable.read()));
    expect(read.map((values) => values[99])).toEqual([1, 2, 3]);
  });

  it("leaves no buffer behind after evaluate, whether it works or throws", async () => {
    const device = await testDevice();
    const input = { data: Float32Array.of(-1, 1), shape: [2] };
    await evaluate(device, (x) => [relu(x!)], [input]);
    const { buffersAlive } = device.stats;
    await evaluate(device, (x) => [relu(x!)], [input]);
    const broken = () =>
      evaluate(
        device,
        (x) => [
          recordOne({
            op: "broken",
            inputs: [x!],
            shape: [2],
            dtype: "f32",
            lower: (out) => [
              {
                kernel: "broken",
                variant: "",
                shader: { file: "broken.wgsl", code: "nonsense" },
                bindings: [{ view: out, access: "write" }],
                workgroups: [1, 1, 1],
                flops: 0,
              },
            ],
          }),
        ],
        [input],
      );
    await expect(broken()).rejects.toThrow(GpuError);
    expect(device.stats.buffersAlive).toBe(buffersAlive);
  });

  it("keeps a variable on the device that it was first used on", async () => {
    const [first, second] = [await testDevice(), await openNodeDevice()];
    const x = new Variable(Float32Array.of(1), [1], { name: "w" });
    await compile(first, () => ({ y: relu(x) }));
    await expect(compile(second, () => ({ y: relu(x) }))).rejects.toThrow(RecordingError);
    second.destroy();
    await expect(compile(second, () => ({ y: relu(x) }))).rejects.toThrow("is destroyed; open another one");
  });

  it("says when the device is lost", async () => {
    const device = await openNodeDevice();
    const step = await compile(device, () => ({ y: relu(new Variable(Float32Array.of(1), [1])) }));
    device.gpu.destroy();
    await device.gpu.lost;
    expect(() => step.run()).toThrow(DeviceLostError);
    device.destroy();
  });
});
