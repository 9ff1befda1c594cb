// The operator vectors of a folder, on this machine's adapter: npm run conformance [-- folder]

import type { Device } from "../../src/gpu/device.ts";
import { openNodeDevice } from "../../src/gpu/node_dawn.ts";
import { suite, type Tally } from "../support/suite.ts";
import { type ConformanceFile, readVectors, WEBNN_VECTORS } from "./cases.ts";
import { partsOf, runCase } from "./run_case.ts";

await suite(
  "conformance",
  "Runs the web platform's operator vectors on this machine's adapter",
  (command) => command.argument("[folder]", "with a file of vectors for each operator", WEBNN_VECTORS),
  async (_options, tally, [folder = WEBNN_VECTORS]) => {
    const files = readVectors(folder);
    const device = await openNodeDevice();
    try {
      console.log(`${folder} on ${device.adapter.name}\n`);
      await runFiles(device, files, tally);
    } finally {
      device.destroy();
    }
    console.log();
  },
);

async function runFiles(device: Device, files: readonly ConformanceFile[], tally: Tally): Promise<void> {
  const width = Math.max(2, ...files.map(({ op }) => op.length));
  const row = (op: string, passed: string | number, failed: string | number) =>
    console.log(`${op.padEnd(width)}  ${String(passed).padStart(6)}  ${String(failed).padStart(6)}`);
  row("op", "passed", "failed");
  for (const { op, cases } of files) {
    const count = { passed: 0, failed: 0 };
    const notes: string[] = [];
    for (const test of cases) {
      const parts = partsOf(device, op, test).length;
      if (parts > 1) notes.push(`${test.name}: run in ${parts} parts, the adapter's bindings are too small for it`);
      const wrong = await runCase(device, op, test);
      count[wrong ? "failed" : "passed"]++;
      if (wrong) notes.push(`${test.name}: ${wrong}`);
    }
    tally.passed += count.passed;
    tally.failed += count.failed;
    row(op, count.passed, count.failed);
    for (const note of notes) console.log(`    ${note}`);
  }
}
