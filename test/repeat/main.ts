// The same bits from run to run and after interruptions: npm run repeat [-- --n 20 --cuts 50 --only cnn --seed 1]

import { Option } from "commander";
import { KINDS, type Kind, Site } from "../support/runs.ts";
import { count, suite } from "../support/suite.ts";
import { repeatAll } from "./repeat.ts";

interface Options extends Record<string, unknown> {
  readonly n: number;
  readonly cuts: number;
  readonly seed: number;
  readonly only?: Kind;
}

await suite<Options>(
  "repeat",
  "Trains with one seed again and again, also interrupted and resumed, and compares all files bit by bit",
  (command) =>
    command
      .option("--n <count>", "runs from start to end, of each model", count, 20)
      .option("--cuts <count>", "interrupted and resumed runs, of each model", count, 50)
      .option("--seed <n>", "of the steps at which runs are interrupted", count, 1)
      .addOption(new Option("--only <model>", "one of the models").choices(KINDS)),
  async ({ n, cuts, seed, only }, tally) => {
    const site = new Site(seed, console.log);
    try {
      await repeatAll(tally, site, { n, cuts, ...(only ? { kinds: [only] } : {}) });
    } finally {
      site.remove();
    }
  },
);
