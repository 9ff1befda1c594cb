import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { dropMetricsAfter, readMetrics } from "../../../src/experiments/metrics_log_node.ts";
import { byteMutators } from "../mutate.ts";
import { jsonMutators } from "../mutate_json.ts";
import type { Reader } from "../reader.ts";
import { scratchFolder } from "../scratch.ts";

const FILE = "metrics.jsonl";
const KEPT = 2;

const line = fc.record(
  {
    step: fc.nat(5),
    epoch: fc.double({ noNaN: true, min: 0, max: 9 }),
    loss: fc.option(fc.double({ noNaN: true, noDefaultInfinity: true })),
    test: fc.record({
      accuracy: fc.double({ min: 0, max: 1, noNaN: true }),
      recall: fc.array(fc.double(), { maxLength: 3 }),
    }),
  },
  { requiredKeys: ["step"] },
);

export const metrics: Reader = {
  name: "metrics",
  names: FILE,
  seeds: fc
    .array(line, { maxLength: 6 })
    .map((lines) => new TextEncoder().encode(lines.map((entry) => `${JSON.stringify(entry)}\n`).join(""))),
  mutators: [...byteMutators, ...jsonMutators],
  open() {
    const { path: folder, remove } = scratchFolder();
    const path = join(folder, FILE);
    return {
      read(input) {
        writeFileSync(path, input);
        const lines = readMetrics(path);
        for (const entry of lines) {
          assert.ok(Number.isSafeInteger(entry.step) && entry.step >= 0, `step ${entry.step}`);
          assert.ok(!Array.isArray(entry));
        }
        dropMetricsAfter(path, KEPT);
        // Compared line by line: a comparison that looks inside would not survive what is nested ten thousand deep.
        const kept = lines.filter(({ step }) => step <= KEPT);
        assert.deepEqual(
          readMetrics(path).map(({ step }) => step),
          kept.map(({ step }) => step),
        );
      },
      close: remove,
    };
  },
};
