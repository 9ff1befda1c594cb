import { describe, expect, it } from "vitest";
import { classCounts } from "../../src/data/dataset.ts";
import { garments } from "../../src/data/garments.ts";
import { parseImbalance } from "../../src/data/long_tail.ts";
import { checkRebalancing, trainingSet } from "../../src/experiments/rebalance.ts";

const dataset = garments({ seed: 1, trainPerClass: 16, testPerClass: 1 });
const half = parseImbalance("1/2");
const TAIL = [16, 8, 4, 2, 1, 1, 1, 1, 1, 1];

describe("training sets", () => {
  it("none keeps the tail", async () => {
    const { set, real, synthetic, tailCounts } = await trainingSet(dataset, half, "none", 1);
    expect(real).toEqual(TAIL);
    expect(tailCounts).toEqual(TAIL);
    expect(synthetic).toEqual(TAIL.map(() => 0));
    expect(set.images.length).toBe(36 * 784);
  });

  it("downsampled and upsampled balance it", async () => {
    expect((await trainingSet(dataset, half, "downsampled", 1)).real).toEqual(TAIL.map(() => 1));
    for (const name of ["upsampled", "upsampled-random"] as const) {
      expect((await trainingSet(dataset, half, name, 1)).real).toEqual(TAIL.map(() => 16));
    }
  });

  it("a generator fills every class up with its images, after the real ones", async () => {
    const asked: number[] = [];
    const { set, real, synthetic } = await trainingSet(dataset, half, "mlp_cgan_relu", 1, {
      synthesize: async (labels) => {
        asked.push(...labels);
        return new Uint8Array(labels.length * 784).fill(7);
      },
    });
    expect(real).toEqual(TAIL);
    expect(synthetic).toEqual(TAIL.map((n) => 16 - n));
    expect(classCounts(set.labels, 10)).toEqual(TAIL.map(() => 16));
    expect(asked).toEqual([...set.labels.slice(36)]);
    expect(set.images.slice(36 * 784).every((byte) => byte === 7)).toBe(true);
    expect(set.images.slice(0, 36 * 784).every((byte) => byte === 7)).toBe(false);
  });

  it("no class of a tail with a floor falls below it, and the floor is what downsampling cuts to", async () => {
    const floor = { leastPerClass: 3 };
    expect((await trainingSet(dataset, half, "none", 1, floor)).real).toEqual([16, 8, 4, 3, 3, 3, 3, 3, 3, 3]);
    expect((await trainingSet(dataset, half, "downsampled", 1, floor)).real).toEqual(TAIL.map(() => 3));
    expect((await trainingSet(dataset, half, "none", 1, { leastPerClass: 99 })).real).toEqual(TAIL.map(() => 16));
  });

  it("needs a generator for it, and a known name", async () => {
    await expect(trainingSet(dataset, half, "mlp_cgan_relu", 1)).rejects.toThrow("give one with --gan-run");
    expect(() => checkRebalancing("smote")).toThrow('unknown rebalancing "smote"; take one of none, downsampled');
  });
});
