/** Reads a folder that holds the four IDX files, gzipped or raw, under the names MNIST gave them. */
import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { open, readdir } from "node:fs/promises";
import { join } from "node:path";
import { DataError } from "../errors.ts";
import type { ImageDataset } from "./dataset.ts";
import { MAX_IDX_BYTES } from "./idx.ts";
import { IDX_PARTS, type IdxPart, type KnownDataset } from "./idx_catalog.ts";
import { findIdxParts, type IdxFileInfo, readIdxDataset } from "./idx_dataset.ts";
import { shortLine } from "./plain_text.ts";

export interface IdxFolder {
  dataset: ImageDataset;
  files: IdxFileInfo[];
}

/** sha256 in hexadecimal. */
export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** Reads a whole file of at most `maxBytes`; throws DataError with the reason if it cannot. */
export async function readFileBounded(path: string, maxBytes = MAX_IDX_BYTES): Promise<Uint8Array<ArrayBuffer>> {
  try {
    // Not blocking: a named pipe would be waited for without end.
    const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      const info = await file.stat();
      if (!info.isFile()) throw new DataError(`${path}: not a regular file; give a folder of IDX files`);
      if (info.size > maxBytes) throw new DataError(`${path}: ${info.size} bytes, more than the ${maxBytes} allowed`);
      const bytes = new Uint8Array(info.size);
      let done = 0;
      while (done < bytes.length) {
        const { bytesRead } = await file.read(bytes, done, bytes.length - done, done);
        if (bytesRead === 0)
          throw new DataError(`${path}: shrank from ${bytes.length} to ${done} bytes while it was read`);
        done += bytesRead;
      }
      return bytes;
    } finally {
      await file.close();
    }
  } catch (cause) {
    if (cause instanceof DataError) throw cause;
    throw new DataError(`${path}: cannot be read (${reason(cause)}); check the path and its permissions`, { cause });
  }
}

/** A system error's code, or its message, in one short line. */
export function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const inner = error.cause instanceof Error ? error.cause : error;
  return "code" in inner && typeof inner.code === "string" ? inner.code : shortLine(inner.message);
}

/** Finds the four files in a folder; throws DataError that names what is missing and what was found instead. */
export async function findIdxFiles(folder: string): Promise<Record<IdxPart, string>> {
  let names: string[];
  try {
    names = await readdir(folder);
  } catch (cause) {
    throw new DataError(
      `${folder}: cannot be listed (${reason(cause)}); give --data-dir a folder of the four IDX files`,
      {
        cause,
      },
    );
  }
  const found = findIdxParts(names, folder);
  return Object.fromEntries(IDX_PARTS.map((part) => [part, join(folder, found[part])])) as Record<IdxPart, string>;
}

/** Loads a folder of the four IDX files, see {@link readIdxDataset}. */
export async function readIdxFolder(folder: string, name: string, known?: KnownDataset): Promise<IdxFolder> {
  const paths = await findIdxFiles(folder);
  return readIdxDataset(
    async (part) => ({ name: paths[part], bytes: await readFileBounded(paths[part]) }),
    name,
    known,
  );
}
