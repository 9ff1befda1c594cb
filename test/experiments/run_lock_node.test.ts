import { spawn, spawnSync } from "node:child_process";
import { readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { UsageError } from "../../src/errors.ts";
import { lockFolder } from "../../src/experiments/run_lock_node.ts";
import { systemError, withFault } from "./failing_fs.ts";
import { temporaryFolder } from "./temporary_folder.ts";

vi.mock("node:fs", async (original) => (await import("./failing_fs.ts")).failingFs(await original()));

/** A folder locked by some holder, as a process killed at once would leave it. */
function lockedBy(holder: { pid: number; host?: string; started?: string }): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "lock"), JSON.stringify({ host: hostname(), started: "", ...holder }));
  return folder;
}

function expectTakenOver(folder: string): void {
  const unlock = lockFolder(folder);
  expect(JSON.parse(readFileSync(join(folder, "lock"), "utf8"))).toMatchObject({ pid: process.pid });
  unlock();
  expect(readdirSync(folder)).toEqual([]);
}

describe("lockFolder", () => {
  it("keeps a second opener out until unlocked", () => {
    const folder = temporaryFolder();
    const unlock = lockFolder(folder);
    expect(() => lockFolder(folder)).toThrow(UsageError);
    expect(() => lockFolder(folder)).toThrow(
      /in use by process \d+ on .*; wait for it, choose another folder, or delete/,
    );
    unlock();
    unlock();
    expectTakenOver(folder);
  });

  it("takes over the lock of a process that is gone", () => {
    const { pid } = spawnSync(process.execPath, ["-e", ""]);
    expectTakenOver(lockedBy({ pid }));
  });

  it("takes over the lock of an earlier process with this process's id", () => {
    expectTakenOver(lockedBy({ pid: process.pid }));
  });

  it("takes over a lock whose id was given to a later process", { skip: process.platform !== "linux" }, () => {
    expectTakenOver(lockedBy({ pid: process.ppid, started: "1" }));
  });

  it("respects a living process", { skip: process.platform === "linux" }, () => {
    expect(() => lockFolder(lockedBy({ pid: process.ppid }))).toThrow(/in use by process/);
  });

  it("respects a living process that wrote its start", { skip: process.platform !== "linux" }, () => {
    const child = spawn(process.execPath, ["-e", "setTimeout(() => {}, 60000)"]);
    onTestFinished(() => void child.kill());
    const stat = readFileSync(`/proc/${child.pid}/stat`, "utf8");
    const started = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
    expect(() => lockFolder(lockedBy({ pid: child.pid ?? 0, started }))).toThrow(/in use by process/);
  });

  it("respects another machine's process, which it cannot ask after", () => {
    const { pid } = spawnSync(process.execPath, ["-e", ""]);
    expect(() => lockFolder(lockedBy({ pid, host: "elsewhere" }))).toThrow(/in use by process \d+ on elsewhere/);
  });

  it("leaves no lock when the disk is full", () => {
    const folder = temporaryFolder();
    const before = (operation: string) => {
      if (operation === "write") throw systemError("ENOSPC");
    };
    expect(() => withFault({ before }, () => lockFolder(folder))).toThrow(/lock: cannot lock: disk full; free some/);
    expectTakenOver(folder);
  });

  it("waits for an unreadable lock only while it may be being written", () => {
    const folder = temporaryFolder();
    const path = join(folder, "lock");
    writeFileSync(path, "");
    expect(() => lockFolder(folder)).toThrow(/in use by another process/);
    const minuteAgo = Date.now() / 1000 - 60;
    utimesSync(path, minuteAgo, minuteAgo);
    expectTakenOver(folder);
  });
});
