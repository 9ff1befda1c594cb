import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, it, vi } from "vitest";
import { garments } from "../../src/data/garments.ts";
import { trainCnn } from "../../src/experiments/cnn_run_node.ts";
import { trainGan } from "../../src/experiments/gan_run_node.ts";
import { trainingSet } from "../../src/experiments/rebalance.ts";
import type { Device } from "../../src/gpu/device.ts";
import { temporaryFolder } from "./temporary_folder.ts";

vi.mock("../../src/experiments/rebalance.ts", async (original) => ({
  ...(await original<typeof import("../../src/experiments/rebalance.ts")>()),
  trainingSet: vi.fn(() => Promise.reject(new Error("the training set is made"))),
}));
beforeEach(() => void vi.mocked(trainingSet).mockClear());

const progress = { start() {}, update() {}, stop() {}, message() {}, warn() {} };

/** Trains on a device that must not be used. */
function train(kind: string, out: string): Promise<unknown> {
  const device = new Proxy({} as Device, { get: (_, key) => expect.unreachable(`device.${String(key)}`) });
  const dataset = garments({ trainPerClass: 1, testPerClass: 1 });
  const common = { device, data: { dataset, origin: "embedded", files: [] }, imbalance: "1", seed: 1, batchSize: 8 };
  const loop = { learningRate: 5e-4, epochs: 1, checkpointEvery: 1, out, stopped: () => false, progress };
  return kind === "gan"
    ? trainGan({ ...common, ...loop, gan: "small_mlp_cgan_leaky" })
    : trainCnn({ ...common, ...loop, rebalance: "upsampled", loss: "plain" });
}

it.each(["gan", "cnn"])("%s: a folder that will not do is refused before the training set is made", async (kind) => {
  const folder = temporaryFolder();
  const file = join(folder, "file");
  writeFileSync(file, "");
  await expect(train(kind, file)).rejects.toThrow(/file: cannot make this folder: something else/);
  await expect(train(kind, folder)).rejects.toThrow(/not a run, it has no config\.json but "file"/);
  expect(trainingSet).not.toHaveBeenCalled();
});

it.each(["gan", "cnn"])("%s: a failure before training leaves the folder unlocked", async (kind) => {
  const folder = temporaryFolder();
  await expect(train(kind, folder)).rejects.toThrow("the training set is made");
  expect(readdirSync(folder)).toEqual(["config.json"]);
});
