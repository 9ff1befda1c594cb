/** The disk is full at any write: an error that says so, the last checkpoint intact, and the run goes on once there is space. */
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { KINDS, type Kind, type Site } from "../support/runs.ts";
import type { Tally } from "../support/suite.ts";
import { EVERY, expectRecovery, type Failure, strike } from "./recovery.ts";

const PRELOAD = `--import=${pathToFileURL(resolve("test/crash/fill_disk.mjs")).href}`;
/** A run writes about so many times: 12 for each save, and its start, metrics, weights and result. */
const WRITES = 110;
/** Lock, config, how it was started, and the first checkpoint with its lists. */
const FIRST_WRITES = 6;
/** Room for the three copies of a checkpoint that a save needs. */
const ROOM_BYTES: Readonly<Record<Kind, number>> = { cnn: 16 * 2 ** 20, gan: 72 * 2 ** 20 };
const DISK_BYTES = 96 * 2 ** 20;
const FULL: Failure = {
  code: 2,
  message: /^error: .+: cannot [a-z ]+: disk full; free some space or choose another folder$/,
};

/** `n` runs whose writes fail from a random one on. */
export async function failingWrites(
  tally: Tally,
  site: Site,
  n: number,
  kinds: readonly Kind[] = KINDS,
): Promise<void> {
  await strike(tally, n, kinds, (kind) => {
    // Half of them before the first step.
    const at = site.integer(1, site.random() < 0.5 ? FIRST_WRITES : WRITES);
    const run = site.newRun();
    const env = { NODE_OPTIONS: PRELOAD, FULL_AT_WRITE: String(at) };
    return {
      what: `disk full from write ${at} on`,
      run: async () => expectRecovery(site, kind, run, await site.train(kind, run, EVERY, env).ended, FULL),
    };
  });
  site.say(`${n} runs with failing writes`);
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
    await strike(tally, n, KINDS, (kind, i) => {
      // Half of them among the first, small files.
      const freeBytes = site.integer(0, i % 4 < 2 ? 2 ** 15 : ROOM_BYTES[kind]);
      return { what: `${freeBytes} bytes free`, run: () => starve(site, kind, disk, freeBytes) };
    });
  } finally {
    execFileSync("umount", [disk]);
  }
  site.say(`${n} runs on a full disk`);
}

async function starve(site: Site, kind: Kind, disk: string, freeBytes: number): Promise<boolean> {
  const filler = join(disk, "filler");
  const run = site.newRun(disk);
  const { bavail, bsize } = statfsSync(disk);
  writeFileSync(filler, Buffer.alloc(Math.max(0, bavail * bsize - freeBytes)));
  try {
    const end = await site.train(kind, run, EVERY).ended;
    return await expectRecovery(site, kind, run, end, FULL, () => rmSync(filler));
  } finally {
    rmSync(filler, { force: true });
    rmSync(run, { recursive: true, force: true });
  }
}
