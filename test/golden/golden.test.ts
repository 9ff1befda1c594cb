// The short form of `npm run golden`: the first steps of both trainings, the last of them on the smaller batch that ends an epoch.

import { describe, expect, it, vi } from "vitest";
import { openTfjs } from "../../bench/tfjs.ts";
import { testDevice } from "../support/device.ts";
import type { Comparison } from "./compare.ts";
import { LIMITS } from "./limits.ts";
import { cganAgainstFloat64, cganAgainstTfjs, cnnAgainstFloat64, cnnAgainstTfjs } from "./pairs.ts";

// Some twenty seconds of work in all; it takes longer on a machine that others share.
vi.setConfig({ testTimeout: 180_000 });

const CNN = { steps: 3, batchSize: 4, items: 10, seed: 1 };
const CGAN = { steps: 3, batchSize: 8, items: 20, seed: 1 };

describe("three training steps agree with float64", () => {
  const check = ({ rows, tensors }: Comparison) => {
    // So early, rounding has not grown yet.
    for (const { step, gap } of rows) expect(gap, `losses of step ${step}`).toBeLessThan(1e-5);
    for (const { name, gap } of tensors) expect(gap, name).toBeLessThan(1e-3);
  };

  it("cnn", async () => check(await cnnAgainstFloat64(await testDevice(), CNN, "plain")));

  it("cnn with the paper's loss", async () => check(await cnnAgainstFloat64(await testDevice(), CNN, "paper")));

  it("cgan", async () => check(await cganAgainstFloat64(await testDevice(), CGAN, "mlp_cgan_leaky")));
});

it("two training steps agree with tfjs", async () => {
  const device = await testDevice();
  const tfjs = await openTfjs([]);
  const comparisons = {
    cnn: await cnnAgainstTfjs(device, tfjs, { ...CNN, steps: 2 }, "plain"),
    cgan: await cganAgainstTfjs(device, tfjs, { ...CGAN, steps: 2 }, "mlp_cgan_leaky"),
  };
  tfjs.close();
  for (const [name, { rows }] of Object.entries(comparisons)) {
    for (const { step, difference } of rows) expect(difference, `${name}, step ${step}`).toBeLessThan(LIMITS.tfjs);
  }
});
