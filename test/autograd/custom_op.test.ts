import { describe, expect, it } from "vitest";
import { checkGradients } from "../../src/autograd/check_gradients.ts";
import { compile } from "../../src/autograd/compile.ts";
import { type CustomOp, customOp } from "../../src/autograd/custom_op.ts";
import { evaluate } from "../../src/autograd/evaluate.ts";
import { grad } from "../../src/autograd/grad.ts";
import { add, relu } from "../../src/autograd/ops/elementwise.ts";
import { sum } from "../../src/autograd/ops/sum.ts";
import { Variable } from "../../src/autograd/tensor.ts";
import { GpuError } from "../../src/errors.ts";
import { openNodeDevice } from "../../src/gpu/node_dawn.ts";
import { random, toHost } from "../support/arrays.ts";
import { expectClose } from "../support/check.ts";
import { testDevice } from "../support/device.ts";

/** Body of a kernel of one invocation per element, with the house's index. */
const elementwise = (inputs: string, element: string, fields = "n: u32") => `
const WORKGROUP = 64u;
struct Params { ${fields} }
@group(0) @binding(0) var<uniform> params: Params;
${inputs}
@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let i = (group.y * groups.x + group.x) * WORKGROUP + lane;
  if (i >= params.n) { return; }
  y[i] = ${element};
}`;

const size = (shape: readonly number[]) => shape.reduce((all, n) => all * n, 1);
const IN = "@group(0) @binding(1) var<storage, read> x: array<f32>;";
const OUT = (binding: number, type = "f32") =>
  `@group(0) @binding(${binding}) var<storage, read_write> y: array<${type}>;`;

const cubeGrad = customOp({
  name: "cubeGrad",
  wgsl: elementwise(
    `@group(0) @binding(1) var<storage, read> g: array<f32>;
     @group(0) @binding(2) var<storage, read> x: array<f32>;\n${OUT(3)}`,
    "3.0 * g[i] * x[i] * x[i]",
  ),
  shape: (g) => g,
  params: (y) => ({ n: size(y) }),
});
const CUBE: CustomOp = {
  name: "cube",
  wgsl: elementwise(`${IN}\n${OUT(2)}`, "x[i] * x[i] * x[i]"),
  shape: (x) => x,
  params: (y) => ({ n: size(y) }),
  flops: (y) => 2 * size(y),
  vjp: (g, _, x) => [cubeGrad(g, x)],
};
const cube = customOp(CUBE);

/** y[m, n] = sum over k of a[m, k] * b[k, n], all of 8x8 workgroups, and the fields of the uniform in an order of their own. */
const matmulWgsl = `
const TILE = 8;
struct Params { scale: f32, n: u32, m: u32, k: u32, shift: i32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<f32>;
${OUT(3)}
@compute @workgroup_size(TILE, TILE)
fn product(@builtin(global_invocation_id) id: vec3<u32>) {
  if (id.x >= params.n || id.y >= params.m) { return; }
  var total = f32(params.shift);
  for (var k = 0u; k < params.k; k++) { total += a[id.y * params.k + k] * b[k * params.n + id.x]; }
  y[id.y * params.n + id.x] = params.scale * total;
}`;

describe("customOp", () => {
  it.each([[[1]], [[7]], [[3, 5, 11]], [[64, 3]]])("computes f(x) of %j, with its gradient", async (shape) => {
    const oracle = ({ data, shape }: { data: Float64Array; shape: readonly number[] }) => ({
      data: data.map((x) => x ** 3),
      shape,
    });
    const [row] = await checkGradients(await testDevice(), cube, [toHost(random(shape, 1))], { oracle });
    expect(row!.elements).toBe(Math.min(40, size(shape)));
  });

  it("takes several inputs, other builtins, other names, workgroups along x and y, and fields by name", async () => {
    const [m, n, k] = [13, 21, 17];
    const product = customOp({
      name: "scaled product",
      wgsl: matmulWgsl,
      shape: (a, b) => [a[0]!, b[1]!],
      params: ([m, n], a) => ({ m: m!, n: n!, k: a[1]!, scale: -0.5, shift: -2 }),
      workgroups: ([m, n]) => [Math.ceil(n! / 8), Math.ceil(m! / 8), 1],
    });
    const [a, b] = [random([m, k], 1), random([k, n], 2)];
    const [y] = await evaluate(await testDevice(), (a, b) => [product(a!, b!)], [a, b].map(toHost));
    const expected = Float64Array.from({ length: m * n }, (_, at) => {
      let total = -2;
      for (let j = 0; j < k; j++) total += a.data[Math.floor(at / n) * k + j]! * b.data[j * n + (at % n)]!;
      return -0.5 * total;
    });
    expect(y!.shape).toEqual([m, n]);
    expectClose(y!.data, expected, 1e-5, 1e-6, "product");
  });

  it("has the types and lanes of the kernel's arrays", async () => {
    const parity = customOp({
      name: "parity",
      wgsl: elementwise(
        `@group(0) @binding(1) var<storage> x: array<vec4<u32>>;\n${OUT(2, "vec4i")}`,
        "vec4<i32>(x[i] % vec4(2u)) * -1",
      ),
      shape: (x) => x,
      params: (y) => ({ n: size(y) / 4 }),
    });
    const [y] = await evaluate(await testDevice(), (x) => [parity(x!)], [
      { data: Uint32Array.from({ length: 1000 }, (_, i) => i), shape: [10, 100] },
    ]);
    expect(y!.data).toEqual(Int32Array.from({ length: 1000 }, (_, i) => -(i % 2) | 0));
  });

  it("takes a text that is indented as a whole", async () => {
    const indented = customOp({ ...CUBE, wgsl: CUBE.wgsl.replaceAll("\n", "\n    "), constants: { WORKGROUP: 32 } });
    const [y] = await evaluate(await testDevice(), (x) => [indented(x!)], [{ data: Float32Array.of(3), shape: [1] }]);
    expect(y!.data[0]).toBe(27);
  });

  it("has no gradient without a rule", async () => {
    const constant = customOp({ ...CUBE, vjp: undefined } as unknown as CustomOp);
    const [g] = await evaluate(await testDevice(), (x) => [...grad(sum(add(constant(x!), x!)), [x!])], [
      { data: Float32Array.of(2), shape: [1] },
    ]);
    expect(g!.data[0]).toBe(1);
  });

  it("unrolls and splits by its constants, like every kernel", async () => {
    const wgsl = elementwise(`const TERMS = 2u;\n${IN}\n${OUT(2)}`, "total(x[i])").replace(
      "@compute",
      `fn total(x: f32) -> f32 {
  // @registers
  var powers: array<f32, TERMS>;
  // @unroll
  for (var t = 0u; t < TERMS; t++) {
    powers[t] = f32(t + 1u) * x;
  }
  return powers[TERMS - 1u];
}
@compute`,
    );
    const op = customOp({ ...CUBE, name: "last", wgsl, constants: { TERMS: 5, WORKGROUP: 32 } });
    const device = await testDevice();
    const x = new Variable(Float32Array.of(1, 2), [2]);
    const step = await compile(device, () => ({ y: op(x) }));
    step.run();
    expect([...(await step.read("y"))]).toEqual([5, 10]);
    const [text] = step.shaders();
    expect(text).toContain("powers_4");
    expect(text).not.toContain("for (var t");
    step.destroy();
  });

  it("finds its place beyond 65,535 workgroups", async () => {
    const length = 65_537 * 64 + 3;
    const last = customOp({ ...CUBE, name: "index", wgsl: elementwise(`${IN}\n${OUT(2, "u32")}`, "i + u32(x[i])") });
    const [y] = await evaluate(await testDevice(), (x) => [last(x!)], [
      { data: new Float32Array(length), shape: [length] },
    ]);
    expect(y!.data.findIndex((value, i) => value !== i)).toBe(-1);
  });

  it("takes part in a plan: named in it, alone in its dispatch, dropped where nothing needs it", async () => {
    const device = await testDevice();
    const x = new Variable(new Float32Array(100).fill(-2), [100]);
    const step = await compile(device, () => {
      cube(relu(x));
      return { a: cube(x), b: sum(x), c: relu(x) };
    });
    const rows = step.explain().dispatches.filter(({ kernel }) => kernel.includes("cube"));
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ kernel: "cube", variant: "custom", file: "cube.wgsl", flops: 200, op: "cube" });
    step.run();
    expect((await step.read("a"))[99]).toBe(-8);
    step.destroy();
  });

  it("is refused with the line by the driver", async () => {
    const wrong = customOp({ ...CUBE, wgsl: elementwise(`${IN}\n${OUT(2)}`, "x[i] * nothing") });
    const run = evaluate(await testDevice(), (x) => [wrong(x!)], [{ data: new Float32Array(1), shape: [1] }]);
    await expect(run).rejects.toThrow(GpuError);
    await expect(run).rejects.toThrow(/^cube\.wgsl:11:17: .*nothing/);
  });

  it("is seen writing out of bounds, or leaving elements out, on a guarded device", async () => {
    const guarded = await openNodeDevice({ guarded: true, toggles: ["disable_robustness"] });
    try {
      const beyond = customOp({ ...CUBE, params: (y) => ({ n: size(y) + 16 }) });
      const x = toHost(random([37], 3));
      await expect(checkGradients(guarded, (x) => beyond(x), [x])).rejects.toThrow("guard words changed");
      const short = customOp({ ...CUBE, params: (y) => ({ n: size(y) - 1 }) });
      await expect(checkGradients(guarded, (x) => short(x), [x])).rejects.toThrow(/NaN/);
      await checkGradients(guarded, cube, [x]);
    } finally {
      guarded.destroy();
    }
  });
});
