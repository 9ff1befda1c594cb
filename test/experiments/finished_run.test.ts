import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { garments } from "../../src/data/garments.ts";
import { trainCnn } from "../../src/experiments/cnn_run_node.ts";
import { trainGan } from "../../src/experiments/gan_run_node.ts";
import { SILENT } from "../../src/experiments/progress.ts";
import { testDevice } from "../support/device.ts";
import { temporaryFolder } from "./temporary_folder.ts";

it("a finished run gives its result again without a step; one that should go further goes on", async () => {
  const device = await testDevice();
  const dataset = garments({ seed: 1, trainPerClass: 2, testPerClass: 1 });
  const folder = temporaryFolder();
  const messages: string[] = [];
  const common = {
    device,
    data: { dataset, origin: "test", files: [] },
    imbalance: "1",
    seed: 1,
    batchSize: 8,
    learningRate: 1e-3,
    epochs: 5,
    checkpointEvery: 100,
    stopped: () => false,
    progress: { ...SILENT, message: (text: string) => messages.push(text) },
  };
  const gan = { ...common, gan: "small_mlp_cgan_leaky", maxSteps: 2, out: join(folder, "g") } as const;
  const cnn = { ...common, rebalance: "none", loss: "plain", maxSteps: 2, out: join(folder, "c") } as const;
  const first = [await trainGan(gan), await trainCnn(cnn)];
  const { submits } = device.stats;
  expect([await trainGan(gan), await trainCnn(cnn)]).toEqual(first);
  expect(device.stats.submits).toBe(submits);
  expect(messages.filter((text) => text.endsWith("this run is finished; nothing to do"))).toHaveLength(2);
  expect((await trainCnn({ ...cnn, maxSteps: 3 })).steps).toBe(3);
  // Lost weights are written again.
  rmSync(first[0]!.weights);
  expect((await trainGan(gan)).weights).toBe(first[0]!.weights);
  expect(device.stats.submits).toBeGreaterThan(submits);
  // Cut ones too, with the same numbers.
  const whole = readFileSync(first[0]!.weights);
  writeFileSync(first[0]!.weights, whole.subarray(0, -4));
  await trainGan(gan);
  expect(readFileSync(first[0]!.weights).equals(whole)).toBe(true);
});
