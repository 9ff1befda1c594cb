import { describe, expect, it } from "vitest";
import { add } from "../../src/autograd/ops/elementwise.ts";
import { elementwiseGradient, add as oracle, partials } from "../oracle/elementwise.ts";
import { array, indices } from "../support/arrays.ts";
import { testDevice } from "../support/device.ts";
import { checkCase } from "./check.ts";
import type { SpecCase } from "./spec.ts";

describe("checkCase", () => {
  const right: SpecCase = {
    label: "[3], [1]",
    inputs: [array([1, 2, 3], [3]), array([4], [1])],
    op: (a, b) => add(a!, b!),
    oracle: (a, b) => oracle(a!, b!),
    gradient: (g, a, b) => elementwiseGradient(g, [a!, b!], partials.add),
  };
  const check = async (changes: Partial<SpecCase>) => checkCase(await testDevice(), { ...right, ...changes });

  it("takes what is right, and NaN and infinities for themselves only", async () => {
    await check({});
    const inputs = [array([Number.NaN, Infinity, -Infinity], [3]), array([0], [1])];
    await check({ inputs });
    for (const wrong of [0, 1, 2]) {
      const values = [Number.NaN, Infinity, -Infinity].map((v, i) => (i === wrong ? (i === 1 ? -v : 3e38) : v));
      const said = check({ inputs, oracle: () => array(values, [3]) });
      await expect(said).rejects.toThrow(`result: element ${wrong} of f32[3] is `);
    }
  });

  it("names the wrong element of a result or gradient, a wrong shape and a wrong type", async () => {
    await expect(check({ oracle: () => array([5, 6, 7.001], [3]) })).rejects.toThrow(
      "result: element 2 of f32[3] is 7, expected 7.00",
    );
    await check({ oracle: () => array([5, 6, 7.001], [3]), relative: 1e-3 });
    const { gradient: _, ...forward } = right;
    const forwardOnly = async (oracle: SpecCase["oracle"]) => checkCase(await testDevice(), { ...forward, oracle });
    await expect(forwardOnly(() => array([5, 6, 7], [3, 1]))).rejects.toThrow("result: is f32[3], expected f32[3, 1]");
    await expect(forwardOnly(() => indices([5, 6, 7], [3]))).rejects.toThrow("result: is f32[3], expected u32[3]");
    await expect(check({ gradient: (g, _, b) => [g, b] })).rejects.toThrow("gradient 1: element 0 of f32[1] is ");
    await expect(check({ gradient: (g) => [g, undefined] })).rejects.toThrow("gradient 1: element 0 of f32[1] is ");
  });

  it("takes no difference between integers", async () => {
    const large = indices([2 ** 31], [1]);
    const same = { inputs: [large], op: (a: unknown) => a } as unknown as SpecCase;
    await check({ ...same, gradient: undefined, oracle: () => large } as unknown as SpecCase);
  });
});
