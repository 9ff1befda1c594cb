/** The disk is full at any write: an error that says so, the last checkpoint intact, and the run goes on once there is space. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Ended } from "../cli/built.ts";
import { KINDS, type Kind, lastLine, newest, type Site } from "../support/runs.ts";
import type { Tally } from "../support/suite.ts";

const PRELOAD = `--import=${pathToFileURL(resolve("test/crash/fill_disk.mjs")).href}`;
const EVERY = 3;
/** A run writes about so many times: 12 for each save, and its start, metrics, weights and result. */
const WRITES = 110;
/** Room for the three copies of a checkpoint that a save needs, and the weights; the GAN's are the largest. */
const DISK_BYTES = 96 * 2 ** 20;

/** `n` runs whose writes fail from a random one on. */
export async function failingWrites(
  tally: Tally,
  site: Site,
  n: number,
  kinds: readonly Kind[] = KINDS,
): Promise<void> {
  for (let i = 0; i < n; i++) {
    const kind = kinds[i % kinds.length]!;
    // In turn the first ones, then any.
    const at = i % 2 === 0 ? 1 + i / 2 : site.integer(1, WRITES);
    await tally.check(`${kind}: disk full from write ${at} on`, async () => {
      const run = site.newRun();
      const end = await site.train(kind, run, EVERY, { NODE_OPTIONS: PRELOAD, FULL_AT_WRITE: String(at) }).ended;
      await expectGoesOnAfter(site, kind, run, end, () => {});
    });
  }
  site.say(`${n} runs with failing writes; ${tally}`);
}

/** `n` runs on a disk of memory that is really full; says so and does nothing where none may be mounted. */
export async function fullDisk(tally: Tally, site: Site, n: number): Promise<void> {
  const disk = join(site.folder, "disk");
  mkdirSync(disk);
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${DISK_BYTES}`, "tmpfs", disk], { stdio: "pipe" });
  } catch {
    site.say("SKIPPED the disk that is really full: a tmpfs cannot be mounted here (root can)");
    return;
  }
  try {
    for (let i = 0; i < n; i++) {
      const kind = KINDS[i % KINDS.length]!;
      // Half of them among the first, small files.
      const freeBytes = site.integer(0, i % 4 < 2 ? 2 ** 15 : DISK_BYTES);
      await tally.check(`${kind}: ${freeBytes} bytes free`, () => starve(site, kind, disk, freeBytes));
    }
  } finally {
    execFileSync("umount", [disk]);
  }
  site.say(`${n} runs on a full disk; ${tally}`);
}

async function starve(site: Site, kind: Kind, disk: string, freeBytes: number): Promise<void> {
  const filler = join(disk, "filler");
  const run = site.newRun(disk);
  const { bavail, bsize } = statfsSync(disk);
  writeFileSync(filler, Buffer.alloc(Math.max(0, bavail * bsize - freeBytes)));
  try {
    const end = await site.train(kind, run, EVERY).ended;
    await expectGoesOnAfter(site, kind, run, end, () => rmSync(filler));
  } finally {
    rmSync(filler, { force: true });
    rmSync(run, { recursive: true, force: true });
  }
}

/** Throws unless the run told of the full disk, kept a checkpoint that can be loaded, and goes on from it after `free`. */
async function expectGoesOnAfter(site: Site, kind: Kind, run: string, end: Ended, free: () => void): Promise<void> {
  if (end.code !== 0) {
    assert.equal(end.code, 2, `exit code ${end.code}: ${end.stderr}`);
    const message = /^error: .+: cannot [a-z ]+: disk full; free some space or choose another folder$/;
    assert.match(lastLine(end), message, `not the error of a full disk: ${lastLine(end)}`);
    const { checkpoint, warnings } = newest(run);
    assert.deepEqual(warnings, [], "warnings of damage");
    free();
    await site.finish(kind, run, { from: checkpoint?.step });
  }
  await site.expectSame(kind, run);
}
