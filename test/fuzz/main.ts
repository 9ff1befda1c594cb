// Hostile inputs for every reader: npm run fuzz [-- --n inputs] [--only reader] [--seed n] [--input base64]
//
// Each input must be accepted with all of the reader's promises kept, or be refused by a named error of one line.

import { fileURLToPath } from "node:url";
import { isMainThread } from "node:worker_threads";
import { InvalidArgumentError, Option } from "commander";
import { count, suite, type Tally } from "../support/suite.ts";
import { examine } from "./examine.ts";
import type { Reader } from "./reader.ts";
import { READERS } from "./readers/index.ts";
import { Team, work } from "./team.ts";
import { told } from "./tell.ts";

interface Options extends Record<string, unknown> {
  readonly n: number;
  readonly only?: string;
  readonly seed: number;
  readonly input?: Uint8Array;
}

/** Resident memory of the whole run; a bomb that is inflated, or a leak per input, is far beyond it. */
const MOST_RESIDENT_BYTES = 1.5 * 2 ** 30;
/** A reader that accepts fewer of its inputs is not tried where it matters. */
const LEAST_ACCEPTED = 0.01;

async function main({ n, only, seed, input }: Options, tally: Tally): Promise<void> {
  const readers = only === undefined ? READERS : READERS.filter(({ name }) => name === only);
  if (input !== undefined) {
    for (const reader of readers) await tryOne(reader, input, tally);
    return;
  }
  const team = new Team(fileURLToPath(import.meta.url), seed);
  console.log("reader          inputs  accepted  refused  failed  inputs/s  slowest call");
  try {
    for (const [index, reader] of READERS.entries())
      if (readers.includes(reader)) await fuzz(team, index, n, seed, tally);
  } finally {
    await team.end();
  }
  const residentBytes = process.resourceUsage().maxRSS * 1024;
  console.log(`largest resident memory ${(residentBytes / 2 ** 20).toFixed(0)} MiB`);
  if (residentBytes > MOST_RESIDENT_BYTES) tally.fail("memory", `${residentBytes} bytes resident`);
}

async function fuzz(team: Team, index: number, n: number, seed: number, tally: Tally): Promise<void> {
  const reader = READERS[index]!;
  const began = performance.now();
  const total = await team.run(index, n);
  const rate = total.inputs / ((performance.now() - began) / 1000);
  const { inputs, accepted, failed, failures, slowestMs, slowestIndex } = total;
  const cells = [inputs, accepted, inputs - accepted - failed, failed, Math.round(rate)];
  const [a, b, c, d, e] = cells.map(String);
  console.log(
    `${reader.name.padEnd(12)}${a!.padStart(10)}${b!.padStart(10)}${c!.padStart(9)}${d!.padStart(8)}${e!.padStart(10)}` +
      `  ${slowestMs.toFixed(1)} ms (input ${slowestIndex})`,
  );
  for (const failure of failures) console.log(told(reader, seed, failure));
  for (const problem of total.problems) tally.fail(reader.name, problem);
  if (accepted < LEAST_ACCEPTED * inputs) tally.fail(reader.name, `accepted only ${accepted} of ${inputs} inputs`);
  tally.passed += inputs - failed;
  tally.failed += failed;
}

async function tryOne(reader: Reader, input: Uint8Array, tally: Tally): Promise<void> {
  const session = reader.open();
  try {
    const { accepted, problem } = await examine(session, reader.names, input);
    if (problem === undefined) tally.passed++;
    else tally.fail(reader.name, problem);
    console.log(`${reader.name}: ${problem ?? (accepted ? "accepted" : "refused by name")}`);
  } finally {
    session.close();
  }
}

function base64(text: string): Uint8Array {
  if (/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return new Uint8Array(Buffer.from(text, "base64"));
  throw new InvalidArgumentError("Give base64, as a failure prints it.");
}

if (isMainThread) {
  await suite<Options>(
    "fuzz",
    "Gives every reader hostile inputs.",
    (command) =>
      command
        .addOption(new Option("--n <inputs>", "inputs for each reader").argParser(count).default(1_000_000))
        .addOption(new Option("--only <reader>", "one reader").choices(READERS.map(({ name }) => name)))
        .addOption(new Option("--seed <n>", "other inputs").argParser(count).default(1))
        .addOption(new Option("--input <base64>", "one input, as a failure prints it").argParser(base64)),
    main,
  );
} else {
  work();
}
