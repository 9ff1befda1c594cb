import { expect, it } from "vitest";
import { compile } from "../../src/autograd/compile.ts";
import { grad } from "../../src/autograd/grad.ts";
import { batchNorm } from "../../src/autograd/ops/batch_norm.ts";
import { conv2d } from "../../src/autograd/ops/conv2d.ts";
import { relu } from "../../src/autograd/ops/elementwise.ts";
import { linear, matmul } from "../../src/autograd/ops/matmul.ts";
import { softmax } from "../../src/autograd/ops/softmax.ts";
import { sum } from "../../src/autograd/ops/sum.ts";
import { type Tensor, Variable } from "../../src/autograd/tensor.ts";
import { type Capabilities, sizeOf } from "../../src/gpu/launch.ts";
import { testDevice } from "../support/device.ts";
import { plannedKernels } from "../support/plan.ts";
import { CONV_SPECS } from "./convs.ts";
import { Draw } from "./draw.ts";
import { launchedFor } from "./forced.ts";
import { NORMAL_SPECS } from "./normalization.ts";
import { PRODUCT_SPECS } from "./products.ts";
import { SHORT_CONV_SPECS } from "./short_convs.ts";

const variable = (...shape: number[]) => new Variable(new Float32Array(sizeOf(shape)), shape);
const weight = variable(40, 3, 3, 3);
const wide = variable(40, 4, 3, 3);
const column = variable(70, 1);
const full = variable(64, 4, 3, 3);

/** Ops and the capabilities that their launchers choose by: kernels and variants of the forward pass and the gradients. */
it.each<[string, Partial<Capabilities>, Variable, (x: Tensor) => Tensor, string, string[]]>([
  ["matmul", { subgroupSize: 0, software: true }, variable(70, 70), (x) => matmul(x, x), "matmul", ["naive"]],
  ["matmul", { software: false }, variable(70, 70), (x) => matmul(x, x), "matmul", ["tiled 32x32"]],
  [
    "matmul of one column",
    { software: false },
    variable(70, 70),
    (x) => matmul(x, column),
    "matmul",
    ["naive", "tiled 32x32"],
  ],
  ["linear, fused", { software: false }, variable(9, 9), (x) => relu(linear(x, x)), "matmul", ["tiled 32x32"]],
  ["conv2d", { subgroupSize: 0 }, variable(5, 3, 9, 9), (x) => conv2d(x, weight), "conv2d", ["naive"]],
  ["conv2d", { software: false }, variable(5, 4, 9, 9), (x) => conv2d(x, wide), "conv2d", ["tiled 32x32"]],
  [
    "conv2d",
    { software: false },
    variable(99, 4, 19, 19),
    (x) => conv2d(x, full),
    "conv2d",
    ["tiled 64x64", "tiled 32x32"],
  ],
  ["conv2d", { software: false }, variable(5, 3, 9, 9), (x) => conv2d(x, weight), "conv2d", ["tiled 32x32", "naive"]],
  ["softmax", { software: false }, variable(5, 100), (x) => softmax(x), "softmax", ["x16"]],
])("%s for %j", async (_, capabilities, x, op, kernel, variants) => {
  const step = await compile(await testDevice(), () => {
    const y = launchedFor(capabilities, () => op(x));
    return { y, gradient: grad(sum(y), [x])[0]! };
  });
  const found = plannedKernels(step).filter((row) => row.kernel.startsWith(kernel));
  step.destroy();
  expect(found.length).toBeGreaterThan(1);
  expect([...new Set(found.map((row) => row.variant))]).toEqual(variants);
});

it("batchNorm takes lanes where it is told that there are some", async () => {
  const [x, gamma, mean, variance] = [variable(3, 2, 16, 16), variable(2), variable(2), variable(2)];
  const step = await compile(await testDevice(), () => {
    const options = { runningMean: mean, runningVar: variance, training: true };
    const y = launchedFor({ software: false }, () => batchNorm(x, gamma, gamma, options));
    return { y, gradient: grad(sum(y), [gamma])[0]! };
  });
  const found = plannedKernels(step).filter(({ kernel }) => /batchNorm (stats|sums)/.test(kernel));
  step.destroy();
  expect(found.map(({ variant }) => variant)).toEqual(["vec4 x64", "vec4 x64"]);
});

it("specs named by a variant draw cases that use it", async () => {
  const device = await testDevice();
  const specs = [...PRODUCT_SPECS, ...CONV_SPECS, ...SHORT_CONV_SPECS, ...NORMAL_SPECS];
  for (const [name, kernel, variant] of [
    ["matmul (naive)", /^matmul$/, /^naive$/],
    ["matmul (tiled 32)", /^matmul$/, /^tiled 32/],
    ["matmul (tiled 64)", /^matmul$/, /^tiled 64/],
    ["matmul (tiled 128)", /^matmul$/, /^tiled 128/],
    ["matmul (subgroup 16)", /^matmul$/, /^subgroup 16/],
    ["matmul (subgroup 32)", /^matmul$/, /^subgroup 32/],
    // The parts of a cut sum are added by a reduction of their own.
    ["matmul (tiled 64, split K)", /^reduce sum$/, /columns|rows/],
    ["matmul (subgroup 32, split K)", /^reduce sum$/, /columns|rows/],
    ["linear (tiled 64)", /^matmul$/, /^tiled 64/],
    ["conv2d (naive)", /^conv2d (forward|backward|weight gradient)$/, /^naive$/],
    ["conv2d (tiled 32)", /^conv2d (forward|backward|weight gradient)$/, /^tiled 32/],
    ["conv2d (tiled 64)", /^conv2d (forward|backward|weight gradient)$/, /^tiled 64/],
    ["convTranspose2d (tiled 64)", /^conv2d (forward|backward|weight gradient)$/, /^tiled 64/],
    ["conv2d (rows 14)", /^conv2d (forward|backward|weight gradient)$/, /^subgroup/],
    ["conv2d (rows 28)", /^conv2d (forward|backward|weight gradient)$/, /^subgroup/],
    ["conv2d (quads)", /^conv2d forward\b/, /^subgroup 4 pixels/],
    ["convTranspose2d (rows 28)", /^conv2d (forward|backward|weight gradient)$/, /^subgroup/],
  ] as const) {
    const spec = specs.find((one) => one.name === name)!;
    if (spec.runs?.(device.capabilities) === false) continue;
    const { inputs, op } = spec.draw(new Draw(3));
    const tensors = inputs.map(({ data, shape }) => new Variable(Float32Array.from(data), shape));
    const step = await compile(device, () => {
      const y = op(...tensors);
      return Object.fromEntries([y, ...grad(sum(y), tensors)].entries());
    });
    const found = plannedKernels(step).filter((row) => kernel.test(row.kernel));
    step.destroy();
    expect(found.length, name).toBeGreaterThan(0);
    for (const row of found) expect(row.variant, name).toMatch(variant);
  }
});
