import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { drawGarment } from "../../../src/data/garments.ts";
import type { Device } from "../../../src/gpu/device.ts";
import { openNodeDevice } from "../../../src/gpu/node_dawn.ts";
import { Rng } from "../../../src/kernels/random/philox.ts";
import { Cnn } from "../../../src/models/cnn.ts";
import { Discriminator } from "../../../src/models/discriminator.ts";
import { Generator } from "../../../src/models/generators.ts";
import { follow } from "../../../src/web/inside/follow.ts";
import type { NetworkValues } from "../../../src/web/inside/network.ts";
import { followCnn, followGenerator } from "../../../src/web/worker/follow.ts";

let device: Device;
const networks: Record<string, NetworkValues> = {};

beforeAll(async () => {
  device = await openNodeDevice();
  const bytes = new Uint8Array(784);
  drawGarment(1, 1, 3, 0, bytes);
  const image = Float32Array.from(bytes, (byte) => byte / 127.5 - 1);
  networks.cnn = await followCnn(device, new Cnn(new Rng(1, 1)), image, 3, { steps: 0 });
  for (const name of ["small_mlp_cgan_leaky", "dccgan_leaky"] as const) {
    const rng = new Rng(1, 1);
    const generator = new Generator(name, rng);
    networks[name] = await followGenerator(device, generator, new Discriminator(rng), {
      label: 3,
      seed: 5,
      weights: { steps: 0 },
    });
    expect(networks[name].model).toBe(name);
  }
});
afterAll(() => device.destroy());

const LAYERS: Readonly<Record<string, string>> = {
  cnn: "input conv2d relu batchNorm conv2d relu maxPool2d conv2d relu conv2d relu maxPool2d reshape linear relu linear",
  small_mlp_cgan_leaky: "input linear leakyRelu linear leakyRelu linear tanh",
  dccgan_leaky:
    "input linear leakyRelu reshape convTranspose2d leakyRelu convTranspose2d leakyRelu convTranspose2d leakyRelu conv2d tanh",
};
/** Products of a whole layer beyond this take a test too long. */
const MOST_PRODUCTS = 2e7;

describe.each(Object.keys(LAYERS))("the %s", (name) => {
  it("has every layer's numbers and slopes", () => {
    const { layers, loss } = networks[name]!;
    expect(layers.map(({ kind }) => kind)).toEqual(LAYERS[name]!.split(" "));
    for (const { values, gradient, shape } of layers) {
      expect(values).toHaveLength(shape.reduce((size, n) => size * n, 1));
      expect(gradient).toHaveLength(values.length);
      expect(gradient.some((g) => g !== 0)).toBe(true);
    }
    expect(loss).toBeGreaterThan(0);
  });

  it("makes each number from what the trace names, as the GPU made it", () => {
    const { layers } = networks[name]!;
    layers.forEach(({ values, kind }, layer) => {
      for (const at of [0, 1, Math.floor(values.length / 2), values.length - 1]) {
        const trace = follow(networks[name]!, layer, at);
        expect(trace.total, `${kind} ${layer} [${at}]`).toBeCloseTo(values[at]!, 4);
      }
    });
  });

  it("gives the gradient back to what a number was made of", () => {
    const { layers } = networks[name]!;
    layers.forEach(({ kind, gradient, values }, layer) => {
      if (!["conv2d", "convTranspose2d", "linear", "maxPool2d"].includes(kind)) return;
      const sample = follow(networks[name]!, layer, 0);
      if (sample.kind === "sum" && sample.terms.length * values.length > MOST_PRODUCTS) return;
      const before = layers[layer - 1]!;
      const back = new Float64Array(before.values.length);
      for (let at = 0; at < values.length; at++) {
        if (gradient[at] === 0) continue;
        const trace = follow(networks[name]!, layer, at);
        if (trace.kind === "sum")
          for (const { at: x, w } of trace.terms) if (x !== undefined) back[x]! += gradient[at]! * w;
        if (trace.kind === "largest") back[trace.terms[trace.winner]!.at!]! += gradient[at]!;
      }
      const largest = Math.max(...before.gradient.map(Math.abs));
      const off = before.gradient.findIndex((g, i) => Math.abs(g - back[i]!) > 1e-4 * largest);
      expect(off, `${kind} ${layer}`).toBe(-1);
    });
  });
});
