import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { readInvocation, writeInvocation } from "../../../src/experiments/invocation_node.ts";
import { jsonText, readJsonFile } from "../../../src/experiments/json_file_node.ts";
import { lockFolder } from "../../../src/experiments/run_lock_node.ts";
import { cnnRunSummary, ganRunSummary } from "../../../src/experiments/run_result.ts";
import { afterFirst, byteMutators, withFirst } from "../mutate.ts";
import { jsonMutators } from "../mutate_json.ts";
import type { Reader } from "../reader.ts";
import { scratchFolder } from "../scratch.ts";

const share = fc.double({ min: 0, max: 1, noNaN: true });
const perClass = fc.array(share, { minLength: 2, maxLength: 2 });
const counts = fc.array(fc.nat(50), { minLength: 2, maxLength: 2 });
const common = {
  out: fc.constant("runs/a"),
  steps: fc.nat(1000),
  stepsPerEpoch: fc.integer({ min: 1, max: 100 }),
  seconds: fc.nat(100),
  weights: fc.constant("runs/a/w.safetensors"),
};
const evaluation = fc.record({
  accuracy: share,
  recall: perClass,
  precision: perClass,
  f1: perClass,
  f1Macro: share,
  f1Weighted: share,
  gMean: share,
  headRecall: share,
  middleRecall: share,
  tailRecall: share,
  loss: share,
  confusion: fc.array(counts, { minLength: 2, maxLength: 2 }),
  samples: fc.nat(100),
});

/** What an input's first byte says that the rest of it is. */
const KINDS = [
  fc.record(
    {
      dataset: fc.constantFrom("garments", "mine"),
      dataDir: fc.constantFrom("/data/mine", "data"),
      adapter: fc.constant("llvmpipe"),
      command: fc.constant("npx tailgrad demo"),
    },
    { requiredKeys: ["dataset", "adapter", "command"] },
  ),
  fc.record({ ...common, lossD: share, lossG: share, grid: fc.constant("runs/a/samples.png") }),
  fc.record({ ...common, evaluation, trainCounts: fc.record({ real: counts, synthetic: counts }) }),
  fc.record({
    pid: fc.constantFrom(1, 2 ** 22 + 1, 2 ** 40),
    host: fc.constantFrom("elsewhere", "localhost"),
    started: fc.constant(""),
  }),
] as const;

export const runJson: Reader = {
  name: "run-folder",
  names: "tailgrad-fuzz-",
  seeds: fc
    .nat(KINDS.length - 1)
    .chain((kind) => KINDS[kind]!.map((value) => withFirst(kind, new TextEncoder().encode(jsonText(value))))),
  mutators: [afterFirst(byteMutators), afterFirst(jsonMutators), afterFirst(jsonMutators)],
  open() {
    const { path: folder, remove } = scratchFolder();
    const result = join(folder, "result.json");
    const lock = join(folder, "lock");
    const readers = [
      (content: Uint8Array) => {
        writeFileSync(join(folder, "invocation.json"), content);
        const invocation = readInvocation(folder)!;
        for (const value of Object.values(invocation)) assert.match(value ?? "", /^[^\p{Cc}\u2028\u2029]*$/u);
        writeInvocation(folder, invocation);
        assert.equal(readInvocation(folder)?.command, invocation.command);
      },
      (content: Uint8Array) => {
        writeFileSync(result, content);
        const read = readJsonFile(result, ganRunSummary);
        writeFileSync(result, jsonText(read));
        assert.equal(jsonText(readJsonFile(result, ganRunSummary)), jsonText(read));
      },
      (content: Uint8Array) => {
        writeFileSync(result, content);
        const { evaluation, trainCounts } = readJsonFile(result, cnnRunSummary)!;
        const shares = [evaluation.accuracy, evaluation.gMean, ...evaluation.recall, ...evaluation.f1];
        assert.ok(shares.every((value) => value >= 0 && value <= 1));
        const numbers = [...evaluation.confusion.flat(), ...trainCounts.real, ...trainCounts.synthetic];
        assert.ok(numbers.every((value) => Number.isSafeInteger(value) && value >= 0));
      },
      (content: Uint8Array) => {
        writeFileSync(lock, content);
        try {
          lockFolder(folder)();
        } finally {
          rmSync(lock, { force: true });
        }
      },
    ] as const;
    return {
      read(input) {
        const [kind = 0] = input;
        readers[kind % readers.length]!(input.subarray(1));
      },
      close: remove,
    };
  },
};
