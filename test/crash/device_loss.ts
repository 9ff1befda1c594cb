/** The device is lost in the middle of a run: an error that says how to go on, and a new process that does. */
import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Ended } from "../cli/built.ts";
import { KINDS, type Kind, newest, type Site, stepsMeasured } from "../support/runs.ts";
import type { Tally } from "../support/suite.ts";

const PRELOAD = `--import=${pathToFileURL(resolve("test/crash/lose_device.mjs")).href}`;

/** `n` runs that lose their device at a random submit, before or after it. */
export async function deviceLosses(tally: Tally, site: Site, n: number, kinds: readonly Kind[] = KINDS): Promise<void> {
  const submits = new Map<Kind, number>();
  for (const kind of kinds) submits.set(kind, await countSubmits(site, kind));
  for (let i = 0; i < n; i++) {
    const kind = kinds[i % kinds.length]!;
    const at = site.integer(1, submits.get(kind)!);
    await tally.check(`${kind}: device lost at submit ${at}`, () => loseDevice(site, kind, at));
  }
  site.say(`${n} devices lost; ${tally}`);
}

const EVERY = 3;

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

async function loseDevice(site: Site, kind: Kind, at: number): Promise<void> {
  const run = site.newRun();
  const end = await trainLosing(site, kind, run, at);
  if (end.code !== 0) {
    assert.equal(end.code, 3, `exit code ${end.code}: ${end.stderr}`);
    const errors = end.stderr.split("\n").filter((line) => line.startsWith("error: "));
    const message =
      /^error: the device .+ was lost \(.+\); start the same command again: it goes on from the last checkpoint$/;
    assert.match(errors.join(), message, `not the error of a lost device: ${errors.join()}`);
    const lost = stepsMeasured(run) - (newest(run).checkpoint?.step ?? 0);
    assert.ok(lost <= EVERY, `${lost} steps lost, with a checkpoint every ${EVERY}`);
    await site.finish(kind, run, { from: newest(run).checkpoint?.step });
  }
  await site.expectSame(kind, run);
}
