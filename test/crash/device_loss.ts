/** The device is lost in the middle of a run: an error that says how to go on, and a new process that does. */
import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Ended } from "../cli/built.ts";
import { KINDS, type Kind, type Site } from "../support/runs.ts";
import type { Tally } from "../support/suite.ts";
import { EVERY, expectRecovery, type Failure, strike } from "./recovery.ts";

const PRELOAD = `--import=${pathToFileURL(resolve("test/crash/lose_device.mjs")).href}`;
const LOST: Failure = {
  code: 3,
  message: /^error: the device .+ was lost \(.+\); start the same command again: it goes on from the last checkpoint$/,
};

/** `n` runs that lose their device at a random submit, before or after it. */
export async function deviceLosses(tally: Tally, site: Site, n: number, kinds: readonly Kind[] = KINDS): Promise<void> {
  const submits = new Map<Kind, number>();
  for (const kind of kinds) submits.set(kind, await countSubmits(site, kind));
  await strike(tally, n, kinds, (kind) => {
    const at = site.integer(1, submits.get(kind)!);
    const run = site.newRun();
    return {
      what: `device lost at submit ${at}`,
      run: async () => expectRecovery(site, kind, run, await trainLosing(site, kind, run, at), LOST),
    };
  });
  site.say(`${n} devices lost`);
}

function trainLosing(site: Site, kind: Kind, run: string, at: number): Promise<Ended> {
  const late = site.pick(["0", "1"]);
  const env = { NODE_OPTIONS: PRELOAD, LOSE_DEVICE_AT: String(at), LOSE_DEVICE_LATE: late };
  return site.train(kind, run, EVERY, env).ended;
}

/** Submits of a whole run. Steps per submit vary with time, so that another run may have some more or fewer. */
async function countSubmits(site: Site, kind: Kind): Promise<number> {
  const run = site.newRun();
  const { code, stderr } = await trainLosing(site, kind, run, 0);
  assert.equal(code, 0, stderr);
  rmSync(run, { recursive: true });
  return Number(/^submits: (\d+)$/m.exec(stderr)?.[1]);
}
