import { describe, expect, it } from "vitest";
import { evaluate } from "../../../src/autograd/evaluate.ts";
import { type Conv2dOptions, conv2d, convTranspose2d } from "../../../src/autograd/ops/conv2d.ts";
import { relu } from "../../../src/autograd/ops/elementwise.ts";
import { recordOne } from "../../../src/autograd/record.ts";
import { sizeOf } from "../../../src/gpu/launch.ts";
import { CONV_VARIANTS, type ConvRung, convGather, supportsConv } from "../../../src/kernels/conv2d/gather.ts";
import type { ConvGeometry } from "../../../src/kernels/conv2d/geometry.ts";
import { convWeightGradient, type WeightGradientVariant } from "../../../src/kernels/conv2d/weight_gradient.ts";
import * as oracle from "../../oracle/conv2d.ts";
import { array, random } from "../../support/arrays.ts";
import { checkOp, expectClose, toHost } from "../../support/check.ts";
import { testDevice } from "../../support/device.ts";

interface Case {
  x: readonly [number, number, number, number];
  w: readonly [number, number, number, number];
  stride?: readonly [number, number];
  padding?: readonly [number, number, number, number];
  dilation?: readonly [number, number];
  groups?: number;
  outputPadding?: readonly [number, number];
}

const settings = ({
  stride = [1, 1],
  padding = [0, 0, 0, 0],
  dilation = [1, 1],
  groups = 1,
  outputPadding = [0, 0],
}: Case) => ({
  stride,
  padding,
  dilation,
  groups,
  outputPadding,
});

/** The settings that conv2d has too. */
const optionsOf = ({ stride, padding, dilation, groups }: ReturnType<typeof settings>) => ({
  stride,
  padding,
  dilation,
  groups,
});

const CASES: readonly Case[] = [
  { x: [1, 1, 1, 1], w: [1, 1, 1, 1] },
  { x: [2, 3, 5, 7], w: [4, 3, 3, 3], padding: [1, 1, 1, 1] },
  { x: [1, 2, 9, 8], w: [3, 2, 3, 2], stride: [2, 3], padding: [1, 0, 2, 1] },
  { x: [2, 4, 7, 7], w: [6, 2, 3, 3], groups: 2, padding: [1, 1, 1, 1] },
  { x: [1, 4, 6, 6], w: [4, 1, 3, 3], groups: 4, stride: [2, 2], padding: [1, 1, 1, 1] },
  { x: [1, 2, 9, 9], w: [2, 2, 3, 3], dilation: [2, 3], padding: [2, 1, 3, 0] },
  { x: [3, 1, 6, 5], w: [48, 1, 3, 3], padding: [1, 1, 1, 1] },
  { x: [2, 5, 4, 4], w: [37, 5, 2, 2], stride: [2, 2] },
  { x: [1, 1, 12, 11], w: [2, 1, 5, 4], stride: [3, 2], padding: [4, 4, 3, 3], dilation: [2, 2] },
  { x: [2, 3, 5, 8], w: [4, 3, 3, 3], dilation: [1, 2], padding: [1, 1, 2, 2] },
  { x: [2, 3, 5, 15], w: [5, 3, 3, 3], stride: [1, 2], padding: [1, 1, 1, 1] },
  { x: [2, 2, 6, 8], w: [32, 2, 5, 5], padding: [2, 2, 2, 2] },
  { x: [0, 2, 5, 5], w: [3, 2, 3, 3] },
];

const TRANSPOSED: readonly Case[] = [
  { x: [1, 1, 1, 1], w: [1, 1, 1, 1] },
  { x: [2, 3, 4, 5], w: [3, 2, 4, 4], stride: [2, 2], padding: [1, 1, 1, 1] },
  { x: [1, 2, 3, 4], w: [2, 3, 3, 2], stride: [3, 2], padding: [1, 0, 1, 2], outputPadding: [2, 1] },
  { x: [2, 4, 3, 3], w: [4, 2, 3, 3], groups: 2, stride: [2, 1], dilation: [1, 2] },
  { x: [1, 33, 3, 3], w: [33, 20, 3, 3], padding: [1, 1, 1, 1] },
];

const name = (c: Case) => `x [${c.x}] w [${c.w}] ${JSON.stringify({ ...c, x: undefined, w: undefined })}`;

describe("conv2d", () => {
  for (const c of CASES) {
    it(name(c), async () => {
      const s = settings(c);
      await checkOp({
        op: (x, w, b) => conv2d(x, w, b, optionsOf(s)),
        oracle: (x, w, b) => oracle.conv2d(x, w, b, s),
        inputs: [random(c.x, 1), random(c.w, 2), random([c.w[0]], 3)],
        absolute: 4e-6,
      });
    });
  }

  it("takes no bias, and applies a fused activation", async () => {
    const s = settings({ x: CASES[1]!.x, w: CASES[1]!.w, padding: [1, 1, 1, 1] });
    await checkOp({
      op: (x, w) => relu(conv2d(x, w, undefined, { padding: 1 })),
      oracle: (x, w) => {
        const y = oracle.conv2d(x, w, undefined, s);
        y.data.forEach((value, i) => {
          y.data[i] = Math.max(0, value);
        });
        return y;
      },
      inputs: [random(CASES[1]!.x, 4), random(CASES[1]!.w, 5)],
      absolute: 4e-6,
    });
  });
});

describe("convTranspose2d", () => {
  for (const c of TRANSPOSED) {
    it(name(c), async () => {
      const s = settings(c);
      await checkOp({
        op: (x, w, b) => convTranspose2d(x, w, b, s),
        oracle: (x, w, b) => oracle.convTranspose2d(x, w, b, s),
        inputs: [random(c.x, 1), random(c.w, 2), random([c.w[1] * s.groups], 3)],
        absolute: 1e-5,
      });
    });
  }
});

/** The rung of the weight gradient that goes with one of the other directions. */
const weightGradientOf = (variant: ConvRung): WeightGradientVariant =>
  variant === "rows 14" || variant === "rows 28" ? "subgroup" : variant;

describe("variants", () => {
  // Several workgroups along pixels, channels and taps, and several parts of the batch.
  const geometry: ConvGeometry = {
    batch: 5,
    groups: 2,
    imageChannels: 9,
    imageSize: [13, 11],
    featureChannels: 70,
    featureSize: [7, 6],
    kernel: [3, 3],
    stride: [2, 2],
    padding: [1, 1],
    dilation: [1, 1],
  };
  const s = settings({ x: [0, 0, 0, 0], w: [0, 0, 0, 0], stride: [2, 2], padding: [1, 1, 1, 1], groups: 2 });
  const image = random([5, 18, 13, 11], 1);
  const weight = random([140, 9, 3, 3], 2);
  const feature = random([5, 140, 7, 6], 3);
  for (const variant of CONV_VARIANTS) {
    it(`${variant} equals the oracle in all three directions`, async () => {
      const device = await testDevice();
      if (!supportsConv(variant, device.capabilities)) return;
      const [y, dx, dw] = await evaluate(
        device,
        (x, w, f) => {
          const node = (shape: readonly number[], lower: Parameters<typeof recordOne>[0]["lower"]) =>
            recordOne({ op: "conv", inputs: [x!, w!, f!], shape, dtype: "f32", lower });
          return [
            node(feature.shape, (out, caps) => convGather("forward", x!, w!, out, geometry, {}, caps, variant)),
            node(image.shape, (out, caps) => convGather("backward", f!, w!, out, geometry, {}, caps, variant)),
            node(weight.shape, (out, caps) =>
              convWeightGradient(x!, f!, out, geometry, caps, weightGradientOf(variant)),
            ),
          ];
        },
        [image, weight, feature].map(toHost),
      );
      expectClose(y!.data, oracle.conv2d(image, weight, undefined, s).data, 1e-5, 1e-5, "forward");
      const back = oracle.convTranspose2d(feature, weight, undefined, { ...s, outputPadding: [0, 0] });
      expectClose(dx!.data, back.data, 1e-5, 3e-5, "backward");
      // dw by its definition: the derivative of sum(conv(image, w) * feature), which is linear in w.
      for (const at of [0, 8, 81, 1622, 5670, 6000, 11_339]) {
        const unit = { ...weight, data: new Float64Array(weight.data.length) };
        unit.data[at] = 1;
        const { data } = oracle.conv2d(image, unit, undefined, s);
        const slope = data.reduce((total, value, i) => total + value * feature.data[i]!, 0);
        expectClose([dw!.data[at]!], [slope], 1e-5, 2e-5, `weight gradient ${at}`);
      }
    });
  }
});

it.each(CONV_VARIANTS)("passes 65,535 workgroups: %s", async (variant) => {
  const device = await testDevice();
  // None makes more than 64 pixels of one channel in a workgroup.
  const side = 2060;
  if (!supportsConv(variant, device.capabilities)) return;
  let workgroups = 0;
  const geometry: ConvGeometry = {
    batch: 1,
    groups: 1,
    imageChannels: 1,
    imageSize: [side, side],
    featureChannels: 1,
    featureSize: [side, side],
    kernel: [1, 1],
    stride: [1, 1],
    padding: [0, 0],
    dilation: [1, 1],
  };
  const image = random([1, 1, side, side], 1);
  const [y] = await evaluate(
    device,
    (x, w) => [
      recordOne({
        op: "conv",
        inputs: [x!, w!],
        shape: [1, 1, side, side],
        dtype: "f32",
        lower: (out, caps) => {
          const launches = convGather("forward", x!, w!, out, geometry, {}, caps, variant);
          workgroups = sizeOf(launches.at(-1)!.workgroups);
          return launches;
        },
      }),
    ],
    [toHost(image), toHost(array([3], [1, 1, 1, 1]))],
  );
  expect(workgroups, variant).toBeGreaterThan(65_535);
  expectClose(
    y!.data,
    image.data.map((value) => 3 * value),
    1e-6,
    1e-7,
    variant,
  );
});

describe("conv2d refuses", () => {
  const refuse = async (x: readonly number[], w: readonly number[], options: Conv2dOptions, b?: readonly number[]) => {
    const inputs = [random(x, 1), random(w, 2), ...(b ? [random(b, 3)] : [])].map(toHost);
    return evaluate(await testDevice(), (...t) => [conv2d(t[0]!, t[1]!, t[2], options)], inputs);
  };
  const table: [string, readonly number[], readonly number[], Conv2dOptions, (readonly number[])?][] = [
    ["x must have four axes", [2, 3, 4], [1, 3, 2, 2], {}],
    ["do not fit with 1 group(s)", [1, 2, 4, 4], [1, 3, 2, 2], {}],
    ["do not fit with 2 group(s)", [1, 4, 4, 4], [3, 2, 2, 2], { groups: 2 }],
    ["stride [0, 0] must be", [1, 2, 4, 4], [1, 2, 2, 2], { stride: 0 }],
    ["padding [-1, -1] must be", [1, 2, 4, 4], [1, 2, 2, 2], { padding: -1 }],
    ["dilation [1.5, 1.5] must be", [1, 2, 4, 4], [1, 2, 2, 2], { dilation: 1.5 }],
    ["groups is 0", [1, 2, 4, 4], [1, 2, 2, 2], { groups: 0 }],
    ["does not fit into 4x4", [1, 2, 4, 4], [1, 2, 5, 5], {}],
    ["bias f32[3] must have one element per output channel: [1]", [1, 2, 4, 4], [1, 2, 2, 2], {}, [3]],
  ];
  for (const [message, x, w, options, b] of table) {
    it(message, async () => {
      await expect(refuse(x, w, options, b)).rejects.toThrow(message);
    });
  }
  it("output padding as large as the stride", async () => {
    const inputs = [random([1, 2, 4, 4], 1), random([2, 1, 2, 2], 2)].map(toHost);
    const run = async () =>
      evaluate(await testDevice(), (x, w) => [convTranspose2d(x!, w!, undefined, { outputPadding: 1 })], inputs);
    await expect(run()).rejects.toThrow("outputPadding 1x1 must be smaller than the stride 1x1");
  });
});
