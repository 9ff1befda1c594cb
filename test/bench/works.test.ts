import { describe, expect, it } from "vitest";
import {
  convForwardElement,
  convInputGradientElement,
  convWeightGradientElement,
  matmulElement,
} from "../../bench/oracle/elements.ts";
import { GENERATORS, multiplyAdds } from "../../bench/work/networks.ts";
import { chosenWork } from "../../bench/works.ts";
import { Rng } from "../../src/kernels/random/philox.ts";
import type { GeneratorName } from "../../src/models/generator_names.ts";
import { Generator } from "../../src/models/generators.ts";

describe("works", () => {
  it("have names of their own, and leave out what a CPU driver or a rival could not finish", () => {
    const everything = { software: false, ladder: true, scaling: true };
    const names = chosenWork({ ...everything, only: /./ }).map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    const plain = chosenWork({ software: true }).map(({ name }) => name);
    expect(plain).toContain("matmul 2048x2048x2048");
    expect(plain).not.toContain("matmul 4096x4096x4096");
    expect(chosenWork({ software: false }).map(({ name }) => name)).toContain("matmul 4096x4096x4096");
    expect(plain.some((name) => name.includes("dccgan"))).toBe(false);
    expect(chosenWork({ software: true, only: /dccgan/ })).toHaveLength(1);
  });

  it("halve dccgan's batch where a buffer of the adapter cannot hold it, and say so", () => {
    const step = (largestBuffer?: number) => chosenWork({ software: true, only: /dccgan/, largestBuffer })[0]!;
    const whole = step();
    expect(whole).toMatchObject({ name: "CGAN step, dccgan_leaky, batch 256", samples: 256 });
    expect(step(205_520_896)).toMatchObject({ name: whole.name, flops: whole.flops });
    const half = { name: "CGAN step, dccgan_leaky, batch 256 cut to 128", samples: 128, flops: whole.flops! / 2 };
    expect(step(205_520_895)).toMatchObject(half);
    expect(step(128 * 2 ** 20)).toMatchObject(half);
  });

  it("hold all directions of the layers' convolutions but the first layer's input gradient", () => {
    const names = chosenWork({ software: true, only: /^conv2d/ }).map(({ name }) => name);
    expect(names).toHaveLength(11);
    expect(names).not.toContain("conv2d 100x1x28x28 to 32, input gradient");
  });

  it("know the generators' layers by the names and sizes that the models have", () => {
    for (const [name, layers] of Object.entries(GENERATORS)) {
      const state = new Generator(name as GeneratorName, new Rng(1, 1)).state();
      let found = 1;
      for (const { name: layer, inputs, outputs, norm } of layers as (typeof GENERATORS)["big_mlp_cgan_leaky"]) {
        expect(state.get(`${layer}.weight`)?.shape).toEqual([outputs, inputs]);
        found += 2;
        if (!norm) continue;
        expect(state.get(`${norm.name}.running_mean`)?.shape).toEqual([outputs]);
        found += 5;
      }
      expect(state.size).toBe(found);
    }
    expect(multiplyAdds(GENERATORS.small_mlp_cgan_leaky)).toBe(110 * 256 + 256 * 512 + 512 * 784);
  });
});

describe("oracle", () => {
  it("multiplies however the operands are stored", () => {
    // A = [[1, 2, 3], [4, 5, 6]], B = [[1, 2], [3, 4], [5, 6]]: C = [[22, 28], [49, 64]].
    const a = Float32Array.of(1, 2, 3, 4, 5, 6);
    const aStoredAcross = Float32Array.of(1, 4, 2, 5, 3, 6);
    const b = Float32Array.of(1, 2, 3, 4, 5, 6);
    const bStoredAcross = Float32Array.of(1, 3, 5, 2, 4, 6);
    const sizes = { m: 2, n: 2, k: 3 };
    const values = (element: (i: number) => { value: number }) => [0, 1, 2, 3].map((i) => element(i).value);
    expect(values(matmulElement(a, b, sizes))).toEqual([22, 28, 49, 64]);
    expect(values(matmulElement(a, bStoredAcross, { ...sizes, transpose: "NT" }))).toEqual([22, 28, 49, 64]);
    expect(values(matmulElement(aStoredAcross, b, { ...sizes, transpose: "TN" }))).toEqual([22, 28, 49, 64]);
  });

  it("gives gradients of a convolution that are adjoint to it", () => {
    const sizes = { batch: 1, inChannels: 2, outChannels: 1, size: 3 };
    const filled = (count: number, from: number) =>
      Float32Array.from({ length: count }, (_, i) => ((i * 7 + from) % 11) - 5);
    const [x, w, g] = [filled(18, 1), filled(18, 2), filled(9, 3)];
    const dot = (values: Float32Array, element: (i: number) => { value: number }) =>
      values.reduce((sum, value, i) => sum + value * element(i).value, 0);
    const forward = dot(g, convForwardElement(x, w, sizes));
    expect(dot(x, convInputGradientElement(g, w, sizes))).toBeCloseTo(forward, 8);
    expect(dot(w, convWeightGradientElement(x, g, sizes))).toBeCloseTo(forward, 8);
  });
});
