/** Reads a folder that holds the four IDX files, gzipped or raw, under the names MNIST gave them. */
import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { open, readdir } from "node:fs/promises";
import { join } from "node:path";
import { DataError } from "../errors.ts";
import { checkDataset, type ImageDataset } from "./dataset.ts";
import { type IdxImages, imagesFromIdx, labelsFromIdx, MAX_IDX_BYTES, parseIdx, unpackIdx } from "./idx.ts";
import { IDX_PARTS, IDX_STEMS, type IdxPart, type KnownDataset } from "./idx_catalog.ts";
import { shortLine } from "./plain_text.ts";

/** One file as it was read. */
export interface IdxFileInfo {
  part: IdxPart;
  path: string;
  /** sha256 of the decompressed bytes. */
  sha256: string;
  /** True if that is the published checksum; absent if the data set has none in the catalog. */
  verified?: true;
}

export interface IdxFolder {
  dataset: ImageDataset;
  files: IdxFileInfo[];
}

/** Names under which a part is known: with a dash as published, or with a dot as some unpackers write it. */
function candidates(part: IdxPart): string[] {
  const stem = IDX_STEMS[part];
  const dotted = stem.replace("-idx", ".idx");
  return [stem, `${stem}.gz`, dotted, `${dotted}.gz`];
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
  const present = new Set(names);
  const found: Partial<Record<IdxPart, string>> = {};
  for (const part of IDX_PARTS) {
    const name = candidates(part).find((candidate) => present.has(candidate));
    if (name !== undefined) found[part] = join(folder, name);
  }
  const missing = IDX_PARTS.filter((part) => found[part] === undefined).map((part) => `${IDX_STEMS[part]}[.gz]`);
  if (missing.length > 0) {
    const shown = shortLine(names.sort().slice(0, 8).join(", "));
    const more = names.length > 8 ? ` and ${names.length - 8} more` : "";
    throw new DataError(
      `${folder}: ${missing.length} of the 4 IDX files missing: ${missing.join(", ")}; ` +
        `the folder has ${names.length === 0 ? "nothing" : shown + more}; put all four there, gzipped or raw`,
    );
  }
  return found as Record<IdxPart, string>;
}

/**
 * Loads a folder of the four IDX files. `known` gives class names and the published checksums, which are demanded of
 * all four; without it the classes are 0..(largest training label). Throws DataError on any disagreement.
 */
export async function readIdxFolder(folder: string, name: string, known?: KnownDataset): Promise<IdxFolder> {
  const paths = await findIdxFiles(folder);
  const files: IdxFileInfo[] = [];
  const read = async (part: IdxPart) => {
    const path = paths[part];
    const raw = await unpackIdx(await readFileBounded(path), path);
    const digest = sha256(raw);
    if (known) checkPublished(known, part, path, digest);
    files.push({ part, path, sha256: digest, ...(known ? { verified: true } : {}) });
    return parseIdx(raw, path);
  };
  const labelLimit = known?.classNames.length;
  const trainImages = imagesFromIdx(await read("trainImages"), paths.trainImages);
  const trainLabels = labelsFromIdx(await read("trainLabels"), paths.trainLabels, labelLimit);
  const classes = labelLimit ?? trainLabels.reduce((most, label) => Math.max(most, label), 0) + 1;
  const testImages = imagesFromIdx(await read("testImages"), paths.testImages);
  const testLabels = labelsFromIdx(await read("testLabels"), paths.testLabels, classes);
  sameCount(trainImages, trainLabels, paths.trainImages, paths.trainLabels);
  sameCount(testImages, testLabels, paths.testImages, paths.testLabels);
  const { height, width } = trainImages;
  if (testImages.height !== height || testImages.width !== width) {
    throw new DataError(
      `${folder}: training images are ${height}x${width} but test images ${testImages.height}x${testImages.width}; ` +
        "both must have one size",
    );
  }
  const dataset: ImageDataset = {
    name,
    classNames: known ? [...known.classNames] : Array.from({ length: classes }, (_, c) => String(c)),
    classes,
    height,
    width,
    channels: 1,
    train: { images: trainImages.data, labels: trainLabels },
    test: { images: testImages.data, labels: testLabels },
  };
  checkDataset(dataset);
  return { dataset, files };
}

/** A known name stands for the published files: figures on others would not be comparable. Throws DataError. */
function checkPublished({ name, sha256 }: KnownDataset, part: IdxPart, path: string, digest: string): void {
  if (digest === sha256[part]) return;
  throw new DataError(
    `${path}: sha256 of the content is ${digest.slice(0, 12)}..., but that of ${name} is ${sha256[part].slice(0, 12)}...; ` +
      "fetch the file again, or give another --dataset name to use these files as they are",
  );
}

function sameCount(images: IdxImages, labels: Uint8Array, imagePath: string, labelPath: string): void {
  if (images.count !== labels.length) {
    throw new DataError(
      `${imagePath}: ${images.count} images, but ${labelPath} has ${labels.length} labels; ` +
        "the two files must belong to one data set",
    );
  }
}
