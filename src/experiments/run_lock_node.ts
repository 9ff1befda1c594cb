import { readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { isPlainText } from "../data/plain_text.ts";
import { UsageError } from "../errors.ts";
import { attempt, errorCode, readFileIfThere, withFile, writeAll } from "./files_node.ts";

const lockName = "lock";
/** A lock file is written right after it is made; an unreadable one older than this was left by a killed process. */
const maxUnreadableMs = 10_000;
const MOST_LOCK_BYTES = 4096;

const holderSchema = z.object({
  pid: z.int().positive(),
  host: z.string().max(255).refine(isPlainText),
  started: z.string(),
});
type Holder = z.infer<typeof holderSchema>;

/** The locks that this process holds: its own process id in a lock file proves nothing, ids are used again. */
const held = new Set<string>();

/** Whether a file's name is one that belongs to the lock of a folder. */
export function isLockName(name: string): boolean {
  return name === lockName || name.startsWith(`${lockName}.stale.`);
}

/**
 * Locks a folder against a second process and returns the function that unlocks it. The lock of a process that is gone is
 * taken over.
 *
 * @throws UsageError if another process, or this one, works in the folder
 */
export function lockFolder(folder: string): () => void {
  const path = join(folder, lockName);
  // Each failure means that someone was there first, so a second round meets that lock; three are plenty.
  for (let round = 0; round < 3; round++) {
    if (createLock(path)) {
      held.add(path);
      return () => {
        if (held.delete(path)) rmSync(path, { force: true });
      };
    }
    removeStaleLock(folder, path);
  }
  throw new UsageError(`${folder}: another process keeps taking this folder; wait for it, or choose another folder`);
}

/** Whether a process works in a folder now. Takes nothing and changes nothing. */
export function isInUse(folder: string): boolean {
  const path = join(folder, lockName);
  const text = readLock(path);
  return text !== undefined && isHeld(path, parseHolder(text));
}

function isHeld(path: string, holder: Holder | undefined): boolean {
  return holder === undefined ? !isOld(path) : isAlive(path, holder);
}

function createLock(path: string): boolean {
  return attempt("lock", path, () => {
    let made = false;
    try {
      const holder: Holder = { pid: process.pid, host: hostname(), started: startOf(process.pid) };
      withFile(path, "wx", (file) => {
        made = true;
        writeAll(file, Buffer.from(`${JSON.stringify(holder)}\n`));
      });
      return true;
    } catch (error) {
      if (errorCode(error) === "EEXIST") return false;
      // Disk full: an empty lock would look like another process's.
      if (made) rmSync(path, { force: true });
      throw error;
    }
  });
}

function removeStaleLock(folder: string, path: string): void {
  const text = readLock(path);
  if (text === undefined) return;
  const holder = parseHolder(text);
  if (isHeld(path, holder)) {
    const who = holder === undefined ? "another process" : `process ${holder.pid} on ${holder.host}`;
    throw new UsageError(
      `${folder}: in use by ${who}; wait for it, choose another folder, or delete ${path} if it is gone`,
    );
  }
  // Moved, then looked at again: between reading and moving, someone else may have taken the stale lock's place.
  const aside = join(folder, `${lockName}.stale.${process.pid}`);
  attempt("unlock", path, () => {
    try {
      renameSync(path, aside);
    } catch (error) {
      if (errorCode(error) === "ENOENT") return;
      throw error;
    }
    if (readLock(aside) === text) rmSync(aside, { force: true });
    else renameSync(aside, path);
  });
}

function readLock(path: string): string | undefined {
  const bytes = readFileIfThere(path, MOST_LOCK_BYTES);
  return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
}

function parseHolder(text: string): Holder | undefined {
  try {
    return holderSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function isOld(path: string): boolean {
  return attempt("read", path, () => Date.now() - statSync(path).mtimeMs > maxUnreadableMs);
}

function isAlive(path: string, { pid, host, started }: Holder): boolean {
  // Another machine's processes cannot be asked after; better refuse than let two write.
  if (host !== hostname()) return true;
  if (pid === process.pid) return held.has(path);
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it lives, but belongs to another user.
    if (errorCode(error) === "ESRCH") return false;
  }
  // The id lives, but may have been given to a later process.
  return started === startOf(pid);
}

/** When a process started, in clock ticks since boot (field 22 of Linux's /proc/PID/stat); "" where that is not told. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The second field, the command in brackets, may hold spaces and brackets itself.
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  } catch {
    return "";
  }
}
