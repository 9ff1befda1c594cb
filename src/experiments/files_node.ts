import { createHash } from "node:crypto";
import {
  closeSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { DataError } from "../errors.ts";

/*
 * Everything is synchronous on purpose: a few files of some megabytes per epoch, and nothing else of the process can run
 * between two steps of a write, not even a handler of Ctrl-C.
 */

const waysOut: Readonly<Record<string, string>> = {
  ENOSPC: "disk full; free some space or choose another folder",
  EDQUOT: "disk quota used up; free some space or choose another folder",
  EFBIG: "larger than this file system or process may write; choose another folder",
  EACCES: "no permission; change it or choose another path",
  EPERM: "not permitted; change the permissions or choose another path",
  EROFS: "read-only file system; choose another folder",
  ENOENT: "no such file or folder; check the path",
  ENOTDIR: "a part of the path is a file, not a folder; choose another path",
  EEXIST: "something else of that name is there already; choose another path",
  EISDIR: "is a folder, not a file; choose another path",
  ENAMETOOLONG: "name too long; choose a shorter path",
};

/** The DataError for a failed file operation: `doing` ("write"), the path, what is wrong and the way out. */
export function fileError(doing: string, path: string, cause: unknown): DataError {
  const code = errorCode(cause) ?? String(cause);
  return new DataError(`${path}: cannot ${doing}: ${waysOut[code] ?? `${code}; check the disk and the path`}`, {
    cause,
  });
}

/** The system's code of an error ("ENOENT"), or undefined. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

/** Whether an error's message, perhaps of another process, says that there is no space left for what was to be written. */
export function isDiskFull({ message }: Error): boolean {
  return [waysOut.ENOSPC!, waysOut.EDQUOT!].some((way) => message.includes(way));
}

/** SHA-256 of bytes or UTF-8 text, in lower-case hexadecimal. */
export function sha256Hex(data: Uint8Array | string): string {
  return createHash("sha256").update(data).digest("hex");
}

/** Makes a folder and those above it; one that exists is fine. @throws DataError that names the one that cannot be made */
export function makeFolder(path: string): void {
  // Level by level: Node's recursive way never ends where a folder like /proc takes none, and hides a read-only disk.
  if (isFolder(path)) return;
  const above = dirname(resolve(path));
  if (above !== resolve(path)) makeFolder(above);
  try {
    mkdirSync(path);
  } catch (error) {
    const code = errorCode(error);
    // Another process may have made it meanwhile.
    if (code === "EEXIST" && isFolder(path)) return;
    if (code !== "ENOENT") throw fileError("make this folder", path, error);
    throw new DataError(
      `${path}: cannot make this folder: ${above} takes no new folders, or is gone; choose another path`,
      { cause: error },
    );
  }
}

/** Whether there is a folder: false where nothing is. @throws DataError if it is another kind of file, or out of reach */
export function isFolder(path: string): boolean {
  let found: boolean;
  try {
    found = statSync(path).isDirectory();
  } catch (error) {
    if (errorCode(error) === "ENOENT") return false;
    throw fileError("make this folder", path, error);
  }
  if (found) return true;
  throw fileError("make this folder", path, Object.assign(new Error("EEXIST"), { code: "EEXIST" }));
}

/** Node reads no larger file at once. */
const MOST_FILE_BYTES = 2 ** 31 - 1;

/** A file's bytes, or undefined if there is none. @throws DataError if it is no file of its own, too large or out of reach */
export function readFileIfThere(path: string, mostBytes = MOST_FILE_BYTES): Uint8Array | undefined {
  try {
    checkOwnFile(path, mostBytes);
    return readFileSync(path);
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw error instanceof DataError ? error : fileError("read", path, error);
  }
}

/**
 * Refuses what stands in the place of a file of this folder: a link that leads out of it, a pipe or device that never ends,
 * a folder. Nothing there is fine. @throws DataError, or the system's error
 */
export function checkOwnFile(path: string, mostBytes = Number.POSITIVE_INFINITY): void {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return;
  if (found.isSymbolicLink()) throw linkError(path);
  if (found.isDirectory()) throw Object.assign(new Error("EISDIR"), { code: "EISDIR" });
  if (!found.isFile()) throw new DataError(`${path}: is a pipe or device, not a file; choose another path`);
  if (found.size > mostBytes) {
    throw new DataError(`${path}: has ${found.size} bytes, more than the ${mostBytes} allowed; restore it`);
  }
}

/** Refuses a link in the place of a folder of this folder: what is written there would end up elsewhere. @throws DataError */
export function checkOwnFolder(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()) throw linkError(path);
}

function linkError(path: string): DataError {
  return new DataError(
    `${path}: is a symbolic link, which may lead out of this folder; put what it names in its place`,
  );
}

/** A file written and synced beside its target, under a temporary name. */
export interface StagedFile {
  /** Gives the file its name, replacing one of that name, and syncs the folder. */
  commit(): void;
  /** Removes the temporary file; after commit it does nothing. */
  discard(): void;
}

let stagedCount = 0;

/** Writes and syncs a file under a temporary name in its folder. A failure leaves nothing. @throws DataError */
export function stageFile(path: string, data: Uint8Array | string): StagedFile {
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.${stagedCount++}.tmp`);
  const discard = () => {
    try {
      rmSync(temporary, { force: true });
    } catch {
      // A file that cannot be removed: what made the write fail is the error worth telling.
    }
  };
  try {
    attempt("write", path, () => writeAndSync(temporary, typeof data === "string" ? Buffer.from(data) : data));
  } catch (error) {
    discard();
    throw error;
  }
  return {
    commit() {
      attempt("write", path, () => {
        renameSync(temporary, path);
        syncFolder(dirname(path));
      });
    },
    discard,
  };
}

/**
 * Writes a file so that at any moment, also after a kill or a power cut, its name means the whole old or the whole new
 * content: temporary name in the same folder, write, sync, rename, sync the folder. @throws DataError
 */
export function writeFileAtomic(path: string, data: Uint8Array | string): void {
  const staged = stageFile(path, data);
  try {
    staged.commit();
  } finally {
    staged.discard();
  }
}

/** Whether a file's name is one that `stageFile` gives until commit: such a file is left only by a killed process. */
export function isTemporaryName(name: string): boolean {
  return /^\..+\.\d+\.\d+\.tmp$/.test(name);
}

/** Removes what killed processes left half-written in a folder. The caller must be the only one writing there. */
export function removeTemporaries(folder: string): void {
  attempt("clean", folder, () => {
    for (const name of readdirSync(folder)) if (isTemporaryName(name)) rmSync(join(folder, name), { force: true });
  });
}

/** Makes renames in a folder durable. Windows cannot sync folders, and does not need it. */
export function syncFolder(folder: string): void {
  if (process.platform === "win32") return;
  withFile(folder, "r", fsyncSync);
}

/** Writes all bytes: one call may write fewer than asked. */
export function writeAll(file: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at, bytes.length - at);
}

/** Calls `use` with an open file and closes it whatever happens. */
export function withFile<T>(path: string, flags: string, use: (file: number) => T): T {
  const file = openSync(path, flags);
  try {
    return use(file);
  } finally {
    closeSync(file);
  }
}

/** Runs file operations; whatever they throw becomes a DataError that names the path. */
export function attempt<T>(doing: string, path: string, operation: () => T): T {
  try {
    return operation();
  } catch (error) {
    throw error instanceof DataError ? error : fileError(doing, path, error);
  }
}

function writeAndSync(path: string, bytes: Uint8Array): void {
  // "wx": a file of this name would be another writer's.
  withFile(path, "wx", (file) => {
    writeAll(file, bytes);
    fsyncSync(file);
  });
}
