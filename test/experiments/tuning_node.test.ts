import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { compile } from "../../src/autograd/compile.ts";
import { matmul } from "../../src/autograd/ops/matmul.ts";
import { Variable } from "../../src/autograd/tensor.ts";
import type { Tuner } from "../../src/autograd/tuner.ts";
import { DataError } from "../../src/errors.ts";
import { type Progress, SILENT } from "../../src/experiments/progress.ts";
import { type GanConfig, ganConfig } from "../../src/experiments/run_config.ts";
import { RunFolder } from "../../src/experiments/run_folder_node.ts";
import { cachedTuner, keepTuning, runTuner, tuningFolder } from "../../src/experiments/tuning_node.ts";
import { testDevice } from "../support/device.ts";
import { temporaryFolder } from "./temporary_folder.ts";

const config: GanConfig = {
  kind: "gan",
  gan: "small_mlp_cgan_leaky",
  beta1: 0.5,
  dataset: "mine",
  datasetSha256: "0".repeat(64),
  imbalance: "1/2",
  batchSize: 8,
  learningRate: 2e-4,
  seed: 1,
};
const x = new Variable(new Float32Array(224 * 224), [224, 224], { name: "x" });
const KEY = "matmul 224x224x224 NN";

afterAll(() => x.destroy());

/** Compiles a step that asks for one choice. */
async function ask(tuner: Tuner): Promise<void> {
  (await compile(await testDevice(), () => ({ y: matmul(x, x) }), { tuner })).destroy();
}

function told(): { progress: Progress; said: string[] } {
  const said: string[] = [];
  return { said, progress: { ...SILENT, message: (text) => said.push(text), warn: (text) => said.push(text) } };
}

function cacheFile(cache: string): string {
  const [name] = readdirSync(tuningFolder(cache));
  return join(tuningFolder(cache), name!);
}

describe("cachedTuner", () => {
  it("keeps what it measures, says what that took, and measures it once", async () => {
    const cache = temporaryFolder();
    const device = await testDevice();
    const first = told();
    await ask(cachedTuner(device, { tuningCache: cache, progress: first.progress }));
    expect(first.said).toEqual([expect.stringMatching(/^tuned 1 kernels in \d+\.\d s; kept for next time$/)]);
    const stored = JSON.parse(readFileSync(cacheFile(cache), "utf8"));
    expect(stored).toMatchObject({ format: 1, adapter: device.adapter.name, driver: device.adapter.driver });
    expect(Object.keys(stored.choices)).toEqual([KEY]);
    const second = told();
    const tuner = cachedTuner(device, { tuningCache: cache, progress: second.progress });
    await ask(tuner);
    expect(second.said).toEqual([]);
    expect(tuner.used).toEqual(stored.choices);
  });

  it.each([
    ["no JSON", "{"],
    ["another format", '{"format": 9}'],
    ["choices that are none", '{"format":1,"adapter":"a","driver":"d","kernels":"k","choices":{"a":1}}'],
  ])("measures again where the cache holds %s", async (_, text) => {
    const cache = temporaryFolder();
    const device = await testDevice();
    await ask(cachedTuner(device, { tuningCache: cache, progress: SILENT }));
    writeFileSync(cacheFile(cache), text);
    const { said, progress } = told();
    await ask(cachedTuner(device, { tuningCache: cache, progress }));
    expect(
      said.filter((line) => /damaged; the kernels are measured again/.test(line)),
      "said once",
    ).toHaveLength(1);
    expect(Object.keys(JSON.parse(readFileSync(cacheFile(cache), "utf8")).choices)).toEqual([KEY]);
  });

  it("warns and goes on where the cache cannot be written", async () => {
    const cache = temporaryFolder();
    writeFileSync(join(cache, "tuning"), "in the way");
    const { said, progress } = told();
    await ask(cachedTuner(await testDevice(), { tuningCache: cache, progress }));
    expect(said.join("\n")).toMatch(/the choice of kernels is not kept: /);
  });
});

describe("runTuner", () => {
  const open = (path: string) => RunFolder.open(path, ganConfig, config);

  it("takes what the run began with, whatever the cache says by now", async () => {
    const [path, cache] = [temporaryFolder(), temporaryFolder()];
    const folder = open(path);
    const device = await testDevice();
    for (const variant of ["subgroup 32", "subgroup 16"]) {
      folder.writeTuning({ [KEY]: variant });
      const { said, progress } = told();
      const tuner = runTuner(device, folder, 1000, { tune: "force", tuningCache: cache, progress });
      await ask(tuner);
      keepTuning(folder, tuner, progress);
      if (device.capabilities.subgroupSize > 0) expect(tuner.used).toEqual({ [KEY]: variant });
      expect(said).toEqual([]);
    }
    folder.close();
  });

  it("notes what a new run takes, and measures nothing for a short one or when it is off", async () => {
    for (const [tune, steps] of [
      ["on", 299],
      ["off", 1000],
    ] as const) {
      const [path, cache] = [temporaryFolder(), temporaryFolder()];
      const folder = open(path);
      const { said, progress } = told();
      const tuner = runTuner(await testDevice(), folder, steps, { tune, tuningCache: cache, progress });
      await ask(tuner);
      keepTuning(folder, tuner, progress);
      expect(folder.readTuning()).toEqual(tuner.used);
      expect(Object.keys(tuner.used)).toEqual([KEY]);
      expect(said).toEqual([]);
      folder.close();
    }
  });

  it("warns where the run began with a kernel that is no more", async () => {
    const folder = open(temporaryFolder());
    folder.writeTuning({ [KEY]: "of last year" });
    const { said, progress } = told();
    const tuner = runTuner(await testDevice(), folder, 1000, { tune: "on", progress });
    await ask(tuner);
    keepTuning(folder, tuner, progress);
    expect(said).toEqual([expect.stringMatching(/no kernel of this version for matmul .* not to the same bits/)]);
    folder.close();
  });

  it("refuses a damaged tuning.json by name", async () => {
    const folder = open(temporaryFolder());
    writeFileSync(join(folder.path, "tuning.json"), '{"a": 1}');
    const device = await testDevice();
    expect(() => runTuner(device, folder, 1000, { progress: SILENT })).toThrow(DataError);
    folder.close();
  });
});
