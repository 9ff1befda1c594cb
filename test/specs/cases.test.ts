import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { add } from "../../src/autograd/ops/elementwise.ts";
import type { Device } from "../../src/gpu/device.ts";
import { openNodeDevice } from "../../src/gpu/node_dawn.ts";
import { elementwiseGradient, add as oracle, partials } from "../oracle/elementwise.ts";
import { array, indices } from "../support/arrays.ts";
import { checkCase } from "./check.ts";
import { Draw } from "./draw.ts";
import { SPECS } from "./index.ts";
import { seedOf } from "./seed.ts";
import type { OpSpec, SpecCase } from "./spec.ts";

const DRAWS = 50;
/** Cases under way at a time: the driver compiles the kernels of one while the next is prepared. */
const TOGETHER = 10;

let device: Device;
beforeAll(async () => {
  // With robust access off and guard words behind every storage, a kernel that strays is seen.
  device = await openNodeDevice({ guarded: true, toggles: ["disable_robustness"] });
});
afterAll(() => device.destroy());

async function checkDraw(spec: OpSpec, index: number): Promise<void> {
  const seed = seedOf(spec.name, index);
  const one = spec.draw(new Draw(seed));
  try {
    await checkCase(device, one);
  } catch (error) {
    expect.fail(`${spec.name} ${one.label} (seed ${seed}): ${(error as Error).message}`);
  }
}

describe("drawn calls of every op, with gradients, against float64", () => {
  it.each(SPECS.map((spec) => [spec.name, spec] as const))("%s", async (_, spec) => {
    if (spec.runs?.(device.capabilities) === false) return;
    for (let first = 0; first < DRAWS; first += TOGETHER) {
      await Promise.all(Array.from({ length: TOGETHER }, (_, i) => checkDraw(spec, first + i)));
    }
  });
});

describe("checkCase", () => {
  const right: SpecCase = {
    label: "[3], [1]",
    inputs: [array([1, 2, 3], [3]), array([4], [1])],
    op: (a, b) => add(a!, b!),
    oracle: (a, b) => oracle(a!, b!),
    gradient: (g, a, b) => elementwiseGradient(g, [a!, b!], partials.add),
  };
  const check = async (changes: Partial<SpecCase>) => checkCase(device, { ...right, ...changes });

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
    await expect(check({ oracle: () => array([5, 6, 7], [3, 1]) })).rejects.toThrow(
      "result: is f32[3], expected f32[3, 1]",
    );
    await expect(check({ oracle: () => indices([5, 6, 7], [3]) })).rejects.toThrow(
      "result: is f32[3], expected u32[3]",
    );
    await expect(check({ gradient: (g, _, b) => [g, b] })).rejects.toThrow("gradient 1: element 0 of f32[1] is ");
    await expect(check({ gradient: (g) => [g, undefined] })).rejects.toThrow("gradient 1: element 0 of f32[1] is ");
  });

  it("takes no difference between integers", async () => {
    const large = indices([2 ** 31], [1]);
    const same = { inputs: [large], op: (a: unknown) => a } as unknown as SpecCase;
    await check({ ...same, gradient: undefined, oracle: () => large } as unknown as SpecCase);
  });
});
