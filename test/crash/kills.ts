/** Runs ended by SIGKILL at any moment, half of them while they save a checkpoint. */
import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { mkdirSync, readdirSync, watch } from "node:fs";
import { isTemporaryName } from "../../src/experiments/files_node.ts";
import { expectGoesOn, KINDS, type Kind, newest, type Site, STEPS, stepsMeasured } from "../support/runs.ts";
import type { Tally } from "../support/suite.ts";

/** What a watcher sees of one save, at least. */
const SAVE_EVENTS = 12;

/** How many runs were killed, and how many of those kills came within a save. */
interface Kills {
  killed: number;
  whileSaving: number;
}

/** A run folder that is killed again and again, until it is finished. */
interface Chain {
  readonly kind: Kind;
  readonly run: string;
  /** How long a run takes that is not killed. */
  readonly wholeMs: number;
  readonly checkpointEvery: number;
  readonly kills: number;
}

/** Of so many kills and more, half must come within a save: the first ones aim there until that is so. */
const ENOUGH = 50;

/** Kills `n` runs: whatever is left can be loaded and gone on from, and in the end all is as if nothing had happened. */
export async function kills(tally: Tally, site: Site, n: number, kinds: readonly Kind[] = KINDS): Promise<void> {
  const total: Kills = { killed: 0, whileSaving: 0 };
  const wholeMs = new Map<Kind, number>();
  for (const kind of kinds) wholeMs.set(kind, await timed(() => site.whole(kind)));
  while (total.killed < n) {
    const kind = site.pick(kinds);
    const run = site.newRun();
    const most = Math.min(site.integer(1, 8), n - total.killed);
    const chain = { kind, run, wholeMs: wholeMs.get(kind)!, checkpointEvery: site.integer(1, 3), kills: most };
    await killChain(tally, site, chain, total, n);
    site.say(`${total.killed} killed, ${total.whileSaving} of them while saving`);
  }
  if (n < ENOUGH) return;
  await tally.check("half of the kills while saving", () => {
    assert.ok(2 * total.whileSaving >= total.killed, `${total.whileSaving} of ${total.killed}`);
  });
}

async function killChain(tally: Tally, site: Site, chain: Chain, total: Kills, n: number): Promise<void> {
  const { kind, run, checkpointEvery } = chain;
  mkdirSync(run);
  let finished = false;
  for (let i = 0; i < chain.kills && !finished; i++) {
    const sound = await tally.check(`${kind}: kill ${total.killed + 1} in ${run}`, async () => {
      finished = !(await killOnce(site, chain, 2 * total.whileSaving < n));
    });
    if (!finished) total.killed++;
    if (!sound) return;
    if (finished) break;
    if (endedWhileSaving(run)) total.whileSaving++;
  }
  await tally.check(`${kind}: ${run} after its kills`, async () => {
    if (!finished) await site.finish(kind, run, { from: newest(run).checkpoint?.step, checkpointEvery });
    await site.expectSame(kind, run);
  });
}

/** Goes on with the run until it is killed; false if it came to its end before. Throws if it cannot be gone on with. */
async function killOnce(site: Site, chain: Chain, atSave: boolean): Promise<boolean> {
  const { kind, run, wholeMs, checkpointEvery } = chain;
  const before = newest(run).checkpoint?.step;
  const savesLeft = Math.ceil((STEPS - (before ?? 0)) / checkpointEvery);
  const { child, ended } = site.train(kind, run, checkpointEvery);
  const disarm = atSave ? killWhileSaving(site, run, child, savesLeft) : killWithin(wholeMs * site.random(), child);
  const end = await ended;
  disarm();
  // A process killed early has said nothing yet.
  if (/going on from|has its/.test(end.stderr)) expectGoesOn(end, before);
  if (end.code === 0) return false;
  assert.equal(end.code, null, `exit code ${end.code}: ${end.stderr}`);
  const after = newest(run).checkpoint?.step ?? 0;
  assert.ok(after >= (before ?? 0), `back from step ${before} to ${after}`);
  const lost = stepsMeasured(run) - after;
  assert.ok(lost <= checkpointEvery, `${lost} steps lost, with a checkpoint every ${checkpointEvery}`);
  return true;
}

function killWithin(ms: number, child: ChildProcess): () => void {
  const timer = setTimeout(() => child.kill("SIGKILL"), ms);
  return () => clearTimeout(timer);
}

/** Kills up to three milliseconds after a file of the checkpoint was made, written or renamed, in any of the saves left. */
function killWhileSaving(site: Site, run: string, child: ChildProcess, savesLeft: number): () => void {
  let left = site.integer(1, SAVE_EVENTS * Math.max(1, savesLeft));
  const watcher = watch(run, (_, name) => {
    if (!/^\.?checkpoint\./.test(name ?? "") || --left !== 0) return;
    setTimeout(() => child.kill("SIGKILL"), 3 * site.random());
  });
  return () => watcher.close();
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

/** Whether a kill came between the first and the last step of writing a checkpoint. */
function endedWhileSaving(run: string): boolean {
  const names = readdirSync(run);
  return names.some((name) => isTemporaryName(name) && name.startsWith(".checkpoint."));
}
