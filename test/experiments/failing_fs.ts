import type * as NodeFs from "node:fs";
import { basename } from "node:path";

/** What the next file operations of a module under test meet; see `failingFs`. */
export interface Fault {
  /** Called before each operation that changes the disk; throws to make it fail. `bytes` may be shortened, for writes. */
  before(operation: string, path: string): void;
  /** How many of the bytes a write takes. */
  writes(lengthBytes: number): number;
}

const none: Fault = { before: () => {}, writes: (lengthBytes) => lengthBytes };
let fault: Fault = none;

/** Runs `work` with file operations that meet `next`, and normal ones again afterwards. */
export function withFault<T>(next: Partial<Fault>, work: () => T): T {
  fault = { ...none, ...next };
  try {
    return work();
  } finally {
    fault = none;
  }
}

/** `withFault` for work that takes its time. */
export async function withFaultDuring<T>(next: Partial<Fault>, work: () => Promise<T>): Promise<T> {
  fault = { ...none, ...next };
  try {
    return await work();
  } finally {
    fault = none;
  }
}

/** What `work` does to the disk, in order: "write a.txt"; temporary files by the name that they get, folders by theirs. */
export function operationsOf(work: () => void): string[] {
  const operations: string[] = [];
  const named = (path: string) => basename(path).replace(/^\.(.+)\.\d+\.\d+\.tmp$/, "$1");
  withFault({ before: (operation, path) => operations.push(`${operation} ${named(path)}`) }, work);
  return operations;
}

/** An error as the system gives it. */
export function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: made up by the test`), { code });
}

/** `node:fs` for `vi.mock`: operations that change the disk ask the current fault first. */
export function failingFs(fs: typeof NodeFs): typeof NodeFs {
  const paths = new Map<number, string>();
  const changing: Partial<typeof NodeFs> = {
    openSync: ((path: string, flags: string) => {
      if (flags !== "r") fault.before("open", path);
      const file = fs.openSync(path, flags);
      paths.set(file, path);
      return file;
    }) as typeof NodeFs.openSync,
    writeSync: ((file: number, bytes: Uint8Array, at: number, length: number) => {
      const taken = fault.writes(length);
      const written = taken > 0 ? fs.writeSync(file, bytes, at, taken) : 0;
      fault.before("write", paths.get(file) ?? "");
      return written;
    }) as typeof NodeFs.writeSync,
    fsyncSync: (file) => {
      fault.before("sync", paths.get(file) ?? "");
      fs.fsyncSync(file);
    },
    renameSync: (from, to) => {
      fault.before("rename", String(to));
      fs.renameSync(from, to);
    },
    rmSync: (path, options) => {
      fault.before("remove", String(path));
      fs.rmSync(path, options);
    },
    mkdirSync: ((path: string, options: NodeFs.MakeDirectoryOptions) => {
      fault.before("mkdir", path);
      return fs.mkdirSync(path, options);
    }) as typeof NodeFs.mkdirSync,
    ftruncateSync: (file, length) => {
      fault.before("truncate", paths.get(file) ?? "");
      fs.ftruncateSync(file, length);
    },
  };
  return { ...fs, ...changing };
}
