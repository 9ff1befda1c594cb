// Nothing grows and nothing hangs: npm run soak [-- --n 10000 --starts 100 --only training]

import { Option } from "commander";
import { openNodeDevice } from "../../src/gpu/node_dawn.ts";
import { count, suite, type Tally } from "../support/suite.ts";
import { starts } from "./starts.ts";
import { compileAndDestroy, longTraining } from "./training.ts";

interface Options extends Record<string, unknown> {
  readonly steps?: number;
  readonly n: number;
  readonly starts: number;
  readonly compiles: number;
  readonly only?: keyof typeof PARTS;
}

type Part = (tally: Tally, options: Options) => Promise<void>;

const PARTS = {
  training: async (tally, { n, steps = n, compiles }) => {
    const device = await openNodeDevice();
    try {
      await longTraining(tally, device, steps, console.log);
      await compileAndDestroy(tally, device, compiles);
    } finally {
      device.destroy();
    }
  },
  starts: (tally, options) => starts(tally, options.starts, console.log),
} satisfies Record<string, Part>;

await suite<Options>(
  "soak",
  "Trains long in one process and starts the command often: memory stays flat, and every start comes back",
  (command) =>
    command
      .option("--n <count>", "training steps of each model", count, 10_000)
      .option("--steps <count>", "another name of --n", count)
      .option("--compiles <count>", "steps compiled and destroyed", count, 200)
      .option("--starts <count>", "starts of the command", count, 100)
      .addOption(new Option("--only <part>", "one of the parts").choices(Object.keys(PARTS))),
  async (options, tally) => {
    for (const [name, part] of Object.entries<Part>(PARTS)) {
      if (options.only === undefined || options.only === name) await part(tally, options);
    }
  },
);
