// Killed, damaged, starved and lost runs go on: npm run crash [-- --n 200 --losses 50 --only kills --seed 1]

import { Option } from "commander";
import { Site } from "../support/runs.ts";
import { count, suite, type Tally } from "../support/suite.ts";
import { damages } from "./damage.ts";
import { deviceLosses } from "./device_loss.ts";
import { failingWrites, fullDisk } from "./full_disk.ts";
import { kills } from "./kills.ts";
import { outOfMemory } from "./out_of_memory.ts";
import { reproductionKills } from "./reproduce.ts";

interface Options extends Record<string, unknown> {
  readonly n: number;
  readonly losses: number;
  readonly seed: number;
  readonly only?: keyof typeof PARTS;
}

type Part = (tally: Tally, site: Site, options: Options) => Promise<unknown>;

const PARTS = {
  kills: (tally, site, { n }) => kills(tally, site, n),
  reproduce: (tally, site, { n }) => reproductionKills(tally, site, Math.ceil(n / 10)),
  damage: (tally, site, { n }) => damages(tally, site, { flips: n }),
  disk: async (tally, site, { n }) => {
    const runs = Math.ceil(n / 8);
    await failingWrites(tally, site, runs);
    await fullDisk(tally, site, runs);
  },
  device: (tally, site, { losses }) => deviceLosses(tally, site, losses),
  memory: (tally, site, { n }) => outOfMemory(tally, site, Math.ceil(n / 20)),
} satisfies Record<string, Part>;

await suite<Options>(
  "crash",
  "Kills, damages and starves training runs and takes their device away: each must say so and go on",
  (command) =>
    command
      .option("--n <count>", "runs killed and bits flipped; fewer full disks and memories", count, 200)
      .option("--losses <count>", "devices lost", count, 50)
      .option("--seed <n>", "of when and where", count, 1)
      .addOption(new Option("--only <part>", "one of the parts").choices(Object.keys(PARTS))),
  async (options, tally) => {
    const site = new Site(options.seed, console.log);
    try {
      for (const [name, part] of Object.entries<Part>(PARTS)) {
        if (options.only === undefined || options.only === name) await part(tally, site, options);
      }
    } finally {
      site.remove();
    }
  },
);
