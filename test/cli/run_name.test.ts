import { join } from "node:path";
import { expect, test } from "vitest";
import { CNN_DEFAULTS } from "../../src/cli/options.ts";
import { defaultRunFolder } from "../../src/cli/run_name.ts";

const name = { words: ["cnn", "none"], dataset: "garments", imbalance: "1", seed: 1, ...CNN_DEFAULTS };

test("the folder is named after what makes the run", () => {
  expect(defaultRunFolder(name, CNN_DEFAULTS)).toBe(join("runs", "cnn-none-garments-full-seed1"));
  const other = { ...name, imbalance: "7/9", batchSize: 32, learningRate: 0.001, seed: 3 };
  expect(defaultRunFolder(other, CNN_DEFAULTS)).toBe(join("runs", "cnn-none-garments-7of9-batch32-lr0.001-seed3"));
});

test("a data set's name cannot lead out of runs", () => {
  expect(defaultRunFolder({ ...name, dataset: "../../etc" }, CNN_DEFAULTS)).toBe(
    join("runs", "cnn-none-.._.._etc-full-seed1"),
  );
});
