// Random shapes of every op on a guarded device with robust access off: npm run sweep [-- --n 500]

import { UsageError } from "../../src/errors.ts";
import { openNodeDevice } from "../../src/gpu/node_dawn.ts";
import { SPECS } from "../specs/index.ts";
import { count, suite } from "../support/suite.ts";
import { sweepOp } from "./sweep.ts";

interface Options extends Record<string, unknown> {
  readonly n: number;
  readonly seed: number;
  readonly only?: string;
}

/** What the process may take at most: large cases need their arrays several times over, in f32 and in float64. */
const MOST_RESIDENT_BYTES = 3 * 2 ** 30;

/** Cases per device: its pipelines are never dropped, so a fresh one now and then bounds the memory. */
const CASES_PER_DEVICE = 2000;

await suite<Options>(
  "sweep",
  "Random shapes of every op against float64, with guard words, poisoned buffers and robust access off",
  (command) =>
    command
      .option("--n <cases>", "drawn cases per op", count, 500)
      .option("--seed <number>", "another set of cases", count, 1)
      .option("--only <op>", "only ops whose name contains this"),
  async ({ n, seed, only }, tally) => {
    const specs = SPECS.filter(({ name }) => name.includes(only ?? ""));
    if (specs.length === 0) throw new UsageError(`--only ${only}: no op has that in its name`);
    const open = () => openNodeDevice({ guarded: true, toggles: ["disable_robustness"] });
    let device = await open();
    let used = 0;
    console.log(`${n} cases per op on ${device.adapter.name}, robust access off, guard words on\n`);
    console.log(`${"op".padEnd(36)}  passed  failed  seconds`);
    try {
      for (const spec of specs) {
        if (spec.runs?.(device.capabilities) === false) {
          console.log(`${spec.name.padEnd(36)}  does not run on this adapter`);
          continue;
        }
        const { passed, failed } = tally;
        const began = performance.now();
        await sweepOp(device, spec, n, seed, tally);
        const seconds = ((performance.now() - began) / 1000).toFixed(1);
        const counts = [tally.passed - passed, tally.failed - failed].map((value) => String(value).padStart(6));
        console.log(`${spec.name.padEnd(36)}  ${counts.join("  ")}  ${seconds.padStart(7)}`);
        used += n;
        if (used > CASES_PER_DEVICE) {
          device.destroy();
          device = await open();
          used = 0;
        }
      }
    } finally {
      device.destroy();
    }
    const residentBytes = process.resourceUsage().maxRSS * 1024;
    console.log(`\nlargest resident memory ${(residentBytes / 2 ** 20).toFixed(0)} MiB`);
    if (residentBytes > MOST_RESIDENT_BYTES) tally.fail("memory", `${residentBytes} bytes resident`);
  },
);
