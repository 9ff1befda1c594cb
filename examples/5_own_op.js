// An op of one's own: softplus(x) = log(1 + exp(x)), forward and backward in WGSL, held against float64.
import { checkGradients, customOp, Rng } from "tailgrad";
import { openNodeDevice } from "tailgrad/node";

/** A kernel of one invocation per element; binding 1 and so on are `inputs`, the last is y. @param {string[]} inputs @param {string} element */
const kernel = (inputs, element) => `
  const WORKGROUP = 64u;
  struct Params { count: u32 }
  @group(0) @binding(0) var<uniform> params: Params;
  ${inputs.map((name, k) => `@group(0) @binding(${k + 1}) var<storage, read> ${name}: array<f32>;`).join("\n  ")}
  @group(0) @binding(${inputs.length + 1}) var<storage, read_write> y: array<f32>;

  @compute @workgroup_size(WORKGROUP)
  fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) lane: u32,
  ) {
    // More than 65,535 workgroups lie along x and y.
    let i = (group.y * groups.x + group.x) * WORKGROUP + lane;
    if (i >= params.count) { return; }
    y[i] = ${element};
  }`;
/** @param {readonly number[]} shape */
const countOf = (shape) => ({ count: shape.reduce((all, n) => all * n, 1) });

// d softplus / dx = 1 / (1 + exp(-x))
const softplusGrad = customOp({
  name: "softplusGrad",
  wgsl: kernel(["g", "x"], "g[i] / (1.0 + exp(-x[i]))"),
  shape: (g) => g,
  params: countOf,
});

// max(x, 0) + log(1 + exp(-|x|)): exp cannot overflow.
const softplus = customOp({
  name: "softplus",
  wgsl: kernel(["x"], "max(x[i], 0.0) + log(1.0 + exp(-abs(x[i])))"),
  shape: (x) => x,
  params: countOf,
  vjp: (g, _y, x) => [softplusGrad(g, x)],
});

const rng = new Rng(1, 0);
const x = { data: Float32Array.from({ length: 300 }, () => rng.normal(0, 3)), shape: [3, 100] };

// Guarded: every buffer begins as NaN and ends in guard words, so elements left out and writes out of bounds show.
const device = await openNodeDevice({ guarded: true });
const [found] = await checkGradients(device, softplus, [x], {
  oracle: ({ data, shape }) => ({ data: data.map((v) => Math.log1p(Math.exp(v))), shape }),
});
console.log(`softplus: ${found?.elements} gradients checked, largest error ${found?.largestError.toExponential(1)}`);
device.destroy();
