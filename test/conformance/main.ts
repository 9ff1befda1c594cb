// The operator vectors of a folder, on this machine's adapter: npm run conformance [-- folder]

import { UsageError } from "../../src/errors.ts";
import type { Device } from "../../src/gpu/device.ts";
import { openNodeDevice } from "../../src/gpu/node_dawn.ts";
import { type ConformanceFile, readVectors, WEBNN_VECTORS } from "./cases.ts";
import { partsOf, runCase } from "./run_case.ts";

const USAGE = "usage: npm run conformance [-- folder]";

interface Count {
  passed: number;
  failed: number;
}

async function main(args: readonly string[]): Promise<number> {
  if (args.length > 1 || args[0]?.startsWith("-")) throw new UsageError(`conformance takes one folder; ${USAGE}`);
  const folder = args[0] ?? WEBNN_VECTORS;
  const files = readVectors(folder);
  const device = await openNodeDevice();
  try {
    console.log(`${folder} on ${device.adapter.name}\n`);
    const counts = await runFiles(device, files);
    const total = { passed: sum(counts, "passed"), failed: sum(counts, "failed") };
    console.log(`\n${total.passed} passed, ${total.failed} failed`);
    return total.failed > 0 ? 1 : 0;
  } finally {
    device.destroy();
  }
}

async function runFiles(device: Device, files: readonly ConformanceFile[]): Promise<Count[]> {
  const width = Math.max(2, ...files.map(({ op }) => op.length));
  const row = (op: string, passed: string | number, failed: string | number) =>
    console.log(`${op.padEnd(width)}  ${String(passed).padStart(6)}  ${String(failed).padStart(6)}`);
  row("op", "passed", "failed");
  const counts: Count[] = [];
  for (const { op, cases } of files) {
    const count: Count = { passed: 0, failed: 0 };
    const notes: string[] = [];
    for (const test of cases) {
      const parts = partsOf(device, op, test).length;
      if (parts > 1) notes.push(`${test.name}: run in ${parts} parts, the adapter's bindings are too small for it`);
      const wrong = await runCase(device, op, test);
      count[wrong ? "failed" : "passed"]++;
      if (wrong) notes.push(`${test.name}: ${wrong}`);
    }
    counts.push(count);
    row(op, count.passed, count.failed);
    for (const note of notes) console.log(`    ${note}`);
  }
  return counts;
}

function sum(counts: readonly Count[], key: keyof Count): number {
  return counts.reduce((total, count) => total + count[key], 0);
}

main(process.argv.slice(2)).then(
  (exitCode) => {
    process.exitCode = exitCode;
  },
  (error: unknown) => {
    console.error(`conformance: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  },
);
