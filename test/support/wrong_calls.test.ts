/** Counts the wrong calls of all files that have some, and sees that every function of the library is called wrongly. */
import { readdirSync } from "node:fs";
import { expect, it, vi } from "vitest";
import * as tailgrad from "../../src/index.ts";
import type { WrongCall } from "./wrong_calls.ts";

/** Distinct wrong calls that the library must refuse at least. */
const LEAST = 2800;
/** And of each function. */
const LEAST_EACH = 3;

const counted = vi.hoisted(() => ({ calls: [] as WrongCall[] }));

// The files then hand their calls over instead of testing them; each tests them when it runs by itself.
vi.mock("./wrong_calls.ts", async (original) => {
  const collect = (_: string, calls: readonly WrongCall[]) => void counted.calls.push(...calls);
  return { ...(await original<object>()), refuses: collect, refusesToRecord: collect };
});

const folder = new URL("../autograd/wrong_calls/", import.meta.url);
const files = readdirSync(folder).map((file) => new URL(file, folder).pathname);
for (const file of [...files, ...["models", "data", "experiments"].map((floor) => `../${floor}/wrong_calls.test.ts`)])
  await import(file);

/** What messages begin with where it is not the function's own name. */
const CALLED: Readonly<Record<string, string>> = {
  downsampled: "subset",
  longTailCounts: "longTail",
  newClock: "random",
  openDevice: "there is no WebGPU",
  parameterCount: "parametersOf",
  parseImbalance: "imbalance",
  readIdxImages: "f",
  readIdxLabels: "f",
  readSafetensors: "f",
  Rng: "random",
  upsampledCyclic: "subset",
  upsampledRandom: "subset",
  Variable: "variable",
  Cnn: "Linear",
  MidwayCnn: "Conv2d",
};

/** Not called by users, or tested where it is: writeSafetensors in test/data/safetensors.test.ts. */
const NOT_CALLED = new Set(["Optimizer", "Tensor", "writeSafetensors"]);

it(`${counted.calls.length} wrong calls are refused, some of every function`, () => {
  expect(counted.calls.length).toBeGreaterThanOrEqual(LEAST);
  const counts = new Map<string, number>();
  for (const [op] of counted.calls) counts.set(op, (counts.get(op) ?? 0) + 1);
  const few = Object.entries(tailgrad)
    .filter(([name, value]) => typeof value === "function" && !NOT_CALLED.has(name) && !name.endsWith("Error"))
    .filter(([name]) => (counts.get(CALLED[name] ?? name) ?? 0) < LEAST_EACH)
    .map(([name]) => name);
  expect(few, "functions that few or no wrong call is of").toEqual([]);
});
