import { describe, expect, it } from "vitest";
import { compile } from "../../src/autograd/compile.ts";
import { noGrad } from "../../src/autograd/record.ts";
import { Variable } from "../../src/autograd/tensor.ts";
import { Rng } from "../../src/kernels/random/philox.ts";
import { Cnn, MidwayCnn } from "../../src/models/cnn.ts";
import { Discriminator } from "../../src/models/discriminator.ts";
import { GENERATOR_NAMES } from "../../src/models/generator_names.ts";
import { checkGeneratorName, Generator } from "../../src/models/generators.ts";
import { INFERENCE, parameterCount } from "../../src/models/module.ts";
import { testDevice } from "../support/device.ts";

// What the layers that the paper describes come to, biases and embeddings included (Mankikar, Patel and Zhang).
const COUNTS = {
  mlp_cgan_relu: 1_489_012,
  mlp_cgan_leaky: 1_489_012,
  small_mlp_cgan_leaky: 562_292,
  big_mlp_cgan_leaky: 2_312_180,
  dccgan_leaky: 1_354_788,
} as const;

describe("parameter counts", () => {
  for (const name of GENERATOR_NAMES) {
    it(name, () => expect(parameterCount(new Generator(name, new Rng(1, 1)))).toBe(COUNTS[name]));
  }
  it("discriminator", () => expect(parameterCount(new Discriminator(new Rng(1, 1)))).toBe(1_470_565));
  it("CNN", () => expect(parameterCount(new Cnn(new Rng(1, 1)))).toBe(454_042));
  it("midway CNN", () => expect(parameterCount(new MidwayCnn(new Rng(1, 1)))).toBe(146_968));
});

describe("state names are the authors' own", () => {
  it("CNN", () => {
    const weights = [0, 3, 6, 8, 12, 14].flatMap((n) => [`layers.${n}.weight`, `layers.${n}.bias`]);
    const norm = ["weight", "bias", "running_mean", "running_var", "num_batches_tracked"].map((s) => `layers.2.${s}`);
    expect([...new Cnn(new Rng(1, 1)).state().keys()].sort()).toEqual([...weights, ...norm].sort());
  });
  it("discriminator", () => {
    const layers = [1, 2, 3, 4].flatMap((n) => [`hidden_layer${n}.0.weight`, `hidden_layer${n}.0.bias`]);
    const own = [...new Discriminator(new Rng(1, 1)).state().keys()];
    expect(own).toEqual(["label_embedding.weight", ...layers]);
  });
  it("big generator: every layer counts, normalisations at 4 and 10", () => {
    const state = new Generator("big_mlp_cgan_leaky", new Rng(1, 1)).state();
    for (const n of [0, 2, 5, 7, 9, 12]) expect(state.has(`layers.${n}.weight`), String(n)).toBe(true);
    for (const n of [4, 10]) expect(state.has(`layers.${n}.running_var`), String(n)).toBe(true);
    expect(state.get("layers.4.weight")!.shape).toEqual([384]);
    expect(state.get("layers.10.weight")!.shape).toEqual([1024]);
  });
  it("linear weights are (out, in), transposed convolutions (in, out, kh, kw)", () => {
    const state = new Generator("dccgan_leaky", new Rng(1, 1)).state();
    expect(state.get("layers.0.weight")!.shape).toEqual([49, 110]);
    expect(state.get("layers.5.weight")!.shape).toEqual([128, 256, 4, 4]);
  });
});

describe("forward", () => {
  for (const name of GENERATOR_NAMES) {
    it(`${name} makes images in [-1, 1]`, async () => {
      const device = await testDevice();
      const generator = new Generator(name, new Rng(2, 1));
      const z = new Variable(
        Float32Array.from({ length: 300 }, (_, i) => Math.sin(i)),
        [3, 100],
      );
      const labels = new Variable(Uint32Array.of(0, 5, 9), [3]);
      const step = await compile(device, () => noGrad(() => ({ images: generator.forward(z, labels, INFERENCE) })));
      step.run();
      expect(step.shapeOf("images")).toEqual([3, 1, 28, 28]);
      const images = await step.read("images");
      expect(images.every((x) => Math.abs(x) <= 1)).toBe(true);
      expect(new Set(images).size).toBeGreaterThan(1000);
      step.destroy();
    });
  }

  it.each([224, 56])("the midway CNN takes RGB of side %i to 8 logits", async (side) => {
    const device = await testDevice();
    const model = new MidwayCnn(new Rng(2, 1), side);
    const x = new Variable(
      Float32Array.from({ length: 3 * side * side }, (_, i) => Math.sin(i)),
      [1, 3, side, side],
    );
    const step = await compile(device, () => noGrad(() => ({ y: model.forward(x, INFERENCE) })));
    step.run();
    expect(step.shapeOf("y")).toEqual([1, 8]);
    expect((await step.read("y")).every(Number.isFinite)).toBe(true);
    step.destroy();
  });

  it("the midway CNN takes no other side", () => {
    expect(() => new MidwayCnn(new Rng(2, 1), 100)).toThrow(
      "MidwayCnn: takes pictures of side 224, 56, not 100; give one",
    );
  });
});

it("initial weights follow PyTorch's defaults", async () => {
  const state = new Cnn(new Rng(3, 1)).state();
  const bound = 1 / Math.sqrt(3136);
  const weight = [...(await state.get("layers.12.weight")!.read())];
  const largest = weight.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  expect(largest).toBeLessThanOrEqual(bound);
  expect(largest).toBeGreaterThan(0.99 * bound);
  const variance = weight.reduce((total, x) => total + x * x, 0) / weight.length;
  expect(variance).toBeCloseTo(bound ** 2 / 3, 6);
  const table = [...(await new Discriminator(new Rng(3, 1)).state().get("label_embedding.weight")!.read())];
  expect(table.reduce((most, x) => Math.max(most, Math.abs(x)), 0)).toBeGreaterThan(1.5);
});

it("unknown generators are refused by name", () => {
  expect(() => checkGeneratorName("mlp")).toThrow('unknown generator "mlp"; take one of mlp_cgan_relu, mlp_cgan_leaky');
});
