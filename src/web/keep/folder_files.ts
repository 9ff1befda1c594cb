import { DataError } from "../../errors.ts";
import type { DroppedFile } from "../dropped_file.ts";

/** Beyond this, it is no folder of runs. */
export const MOST_FILES = 5000;

/** All files below a dropped folder. @throws DataError where there are too many, or one cannot be read */
export async function filesBelow(folder: FileSystemDirectoryEntry): Promise<DroppedFile[]> {
  const found: DroppedFile[] = [];
  const waiting: FileSystemDirectoryEntry[] = [folder];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    for (const entry of await entriesOf(next)) {
      if (entry.isDirectory) waiting.push(entry as FileSystemDirectoryEntry);
      else found.push({ path: entry.fullPath.replace(/^\//, ""), file: await fileOf(entry as FileSystemFileEntry) });
      checkCount(folder.name, found);
    }
  }
  return found;
}

/** @throws DataError where there are too many files */
export function checkCount(folder: string, { length }: readonly DroppedFile[]): void {
  if (length > MOST_FILES) throw new DataError(`${folder}: more than ${MOST_FILES} files; drop the folder of one run`);
}

async function entriesOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await readable(folder, () => new Promise<FileSystemEntry[]>((...ends) => reader.readEntries(...ends)));
    if (some.length === 0) return all;
    all.push(...some);
  }
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return readable(entry, () => new Promise<File>((...ends) => entry.file(...ends)));
}

async function readable<R>({ fullPath }: FileSystemEntry, read: () => Promise<R>): Promise<R> {
  try {
    return await read();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new DataError(`${fullPath}: the browser cannot read it (${reason}); drop a copy of the folder`, { cause });
  }
}
