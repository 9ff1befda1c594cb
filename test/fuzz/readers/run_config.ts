import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { parseImbalance } from "../../../src/data/long_tail.ts";
import { jsonText } from "../../../src/experiments/json_file_node.ts";
import { REBALANCINGS } from "../../../src/experiments/rebalance.ts";
import { cnnConfig, ganConfig, type RunConfig, runConfig } from "../../../src/experiments/run_config.ts";
import { RunFolder, RunReader } from "../../../src/experiments/run_folder_node.ts";
import { GENERATOR_NAMES } from "../../../src/models/generator_names.ts";
import { byteMutators } from "../mutate.ts";
import { jsonMutators } from "../mutate_json.ts";
import { problemOf, type Reader } from "../reader.ts";
import { scratchFolder } from "../scratch.ts";

const common = {
  dataset: fc.constantFrom("garments", "fashion-mnist", "mine"),
  datasetSha256: fc.constant("0".repeat(64)),
  imbalance: fc.constantFrom("1", "1/2", "7/9", "0.5"),
  batchSize: fc.integer({ min: 1, max: 300 }),
  learningRate: fc.constantFrom(2e-4, 5e-4, 1e30),
  seed: fc.nat(),
};
const config: fc.Arbitrary<RunConfig> = fc.oneof(
  fc.record({
    kind: fc.constant("gan" as const),
    gan: fc.constantFrom(...GENERATOR_NAMES),
    beta1: fc.constantFrom(0, 0.5, 0.9),
    ...common,
  }),
  fc.record({
    kind: fc.constant("cnn" as const),
    rebalance: fc.constantFrom(...REBALANCINGS),
    loss: fc.constantFrom("plain" as const, "paper" as const),
    ...common,
  }),
);

export const runConfigs: Reader = {
  name: "run-config",
  names: "run",
  seeds: config.map((value) => new TextEncoder().encode(jsonText(value))),
  mutators: [...byteMutators, ...jsonMutators, ...jsonMutators],
  open() {
    const { path, remove } = scratchFolder();
    const [folder, copy] = [join(path, "run"), join(path, "copy")];
    for (const made of [folder, copy]) mkdirSync(made);
    return {
      read(input) {
        writeFileSync(join(folder, "config.json"), input);
        const { config } = RunReader.read(folder, runConfig);
        checkConfig(config);
        writeFileSync(join(copy, "config.json"), jsonText(config));
        assert.equal(jsonText(RunReader.read(copy, runConfig).config), jsonText(config), "written and read again");
        if (config.kind === "gan") RunFolder.check(folder, ganConfig, config);
        else RunFolder.check(folder, cnnConfig, config);
        checkOtherRefused(folder, config);
      },
      close: remove,
    };
  },
};

/** Another config for the same folder is refused by an error that quotes what the file holds. */
function checkOtherRefused(folder: string, config: RunConfig): void {
  let refusal: unknown;
  try {
    RunFolder.check(folder, runConfig, { ...config, dataset: "another" });
  } catch (error) {
    refusal = error;
  }
  assert.equal(problemOf(refusal, folder), undefined);
}

function checkConfig(config: RunConfig): void {
  assert.equal(Object.getPrototypeOf(config), Object.prototype);
  for (const value of Object.values(config)) {
    if (typeof value === "string") assert.match(value, /^[^\p{Cc}\u2028\u2029]*$/u);
    else assert.ok(Number.isFinite(value));
  }
  parseImbalance(config.imbalance);
  assert.ok(config.seed >= 0 && Math.fround(config.learningRate) > 0 && config.batchSize >= 1);
}
