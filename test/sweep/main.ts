// Random shapes of every op on a guarded device with robust access off: npm run sweep [-- --n 500] [--jobs 2] [--journal FILE]

import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { KERNELS_VERSION } from "../../src/kernels/version.ts";
import { SPECS } from "../specs/index.ts";
import { count, selected, suite } from "../support/suite.ts";
import { sweepInProcesses } from "./team.ts";
import { type SweepResult, type SweepTask, serveSweep } from "./worker.ts";

interface Options extends Record<string, unknown> {
  readonly n: number;
  readonly seed: number;
  readonly jobs: number;
  readonly only?: string;
  readonly journal?: string;
}

/** What a process may take at most: large cases need their arrays several times over, in f32 and in float64. */
const MOST_RESIDENT_BYTES = 3 * 2 ** 30;

/** A journal's line: a finished op. */
type Finished = SweepTask & SweepResult & { readonly kernels: string };

function finishedIn(journal: string | undefined): Finished[] {
  if (journal === undefined || !existsSync(journal)) return [];
  const lines = readFileSync(journal, "utf8").split("\n").filter(Boolean);
  return lines.map((line) => JSON.parse(line) as Finished).filter(({ kernels }) => kernels === KERNELS_VERSION);
}

async function main(): Promise<void> {
  await suite<Options>(
    "sweep",
    "Random shapes of every op against float64, with guard words, poisoned buffers and robust access off",
    (command) =>
      command
        .option("--n <cases>", "drawn cases per op", count, 500)
        .option("--seed <number>", "another set of cases", count, 1)
        .option("--jobs <number>", "processes", count, availableParallelism())
        .option("--only <op>", "only ops whose name contains this")
        .option("--journal <file>", "notes every op that is done, and goes on after those"),
    async ({ n, seed, jobs, only, journal }, tally) => {
      const specs = selected(
        SPECS.filter(({ name }) => name.includes(only ?? "")),
        `--only ${only}: no op has that in its name`,
      );
      const finished = finishedIn(journal).filter((one) => one.n === n && one.seed === seed);
      const before = new Map(finished.map((one) => [one.name, one]));
      console.log(`${n} cases per op, robust access off, guard words on, ${jobs} processes\n`);
      console.log(`${"op".padEnd(36)}  passed  failed  seconds`);
      let residentBytes = 0;
      let adapter = "";
      const tell = ({ name }: SweepTask, result: SweepResult) => {
        const counts = [result.passed, result.failed].map((value) => String(value).padStart(6));
        const figures = `${counts.join("  ")}  ${result.seconds.toFixed(1).padStart(7)}`;
        console.log(`${name.padEnd(36)}  ${result.adapter ? figures : "does not run on this adapter"}`);
        tally.passed += result.passed;
        tally.failed += result.failed;
        residentBytes = Math.max(residentBytes, result.residentBytes);
        adapter ||= result.adapter;
      };
      for (const one of finished) if (specs.some(({ name }) => name === one.name)) tell(one, one);
      const tasks = specs.filter(({ name }) => !before.has(name)).map(({ name }) => ({ name, n, seed }));
      await sweepInProcesses(fileURLToPath(import.meta.url), jobs, tasks, (task, result) => {
        if (result instanceof Error) {
          tally.fail(task.name, result);
          return;
        }
        tell(task, result);
        const line: Finished = { ...task, ...result, kernels: KERNELS_VERSION };
        if (journal !== undefined) appendFileSync(journal, `${JSON.stringify(line)}\n`);
      });
      console.log(`\n${adapter}; largest resident memory ${(residentBytes / 2 ** 20).toFixed(0)} MiB`);
      if (residentBytes > MOST_RESIDENT_BYTES) tally.fail("memory", `${residentBytes} bytes resident`);
    },
  );
}

await (process.argv.includes("--worker") ? serveSweep() : main());
