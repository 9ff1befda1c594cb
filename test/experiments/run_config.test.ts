import { expect, it } from "vitest";
import { ganConfig, otherKind } from "../../src/experiments/run_config.ts";

const config = {
  kind: "gan",
  gan: "small_mlp_cgan_leaky",
  beta1: 0,
  dataset: "mine",
  datasetSha256: "0".repeat(64),
  imbalance: "1/2",
  batchSize: 8,
  learningRate: 1e30,
  seed: 1,
};

it.each([
  ["learningRate", [1e30, 1e-45, 5e-4], [0, -1, 1e-60, 1.1e30, Number.NaN, Number.POSITIVE_INFINITY]],
  ["beta1", [0, 0.5, 0.9999], [1, -0.1, Number.NaN]],
])("%s has its bounds", (key, good, bad) => {
  for (const value of good) expect(ganConfig.safeParse({ ...config, [key]: value }).success, `${value}`).toBe(true);
  for (const value of bad) expect(ganConfig.safeParse({ ...config, [key]: value }).success, `${value}`).toBe(false);
});

it("otherKind speaks only of kinds that are known and differ", () => {
  expect(otherKind(config, { kind: "cnn" })).toBe("holds a GAN's run, not a classifier's");
  expect(otherKind({ kind: "cnn" }, config)).toBe("holds a classifier's run, not a GAN's");
  for (const stored of [undefined, null, 3, {}, { kind: "x" }, { kind: "cnn" }]) {
    expect(otherKind(stored, { kind: "cnn" })).toBeUndefined();
  }
});
