/** Four IDX files as one data set, wherever they come from: a folder, a download, files dropped on a page. */
import { DataError } from "../errors.ts";
import { checkDataset, type ImageDataset } from "./dataset.ts";
import { type IdxImages, imagesFromIdx, labelsFromIdx, parseIdx, unpackIdx } from "./idx.ts";
import { IDX_PARTS, IDX_STEMS, type IdxPart, type KnownDataset } from "./idx_catalog.ts";
import { shortLine } from "./plain_text.ts";

/** A file's bytes, and what messages call it. */
export interface NamedBytes {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** One file as it was read. */
export interface IdxFileInfo {
  part: IdxPart;
  path: string;
  /** sha256 of the decompressed bytes. */
  sha256: string;
  /** True if that is the published checksum; absent if the data set has none in the catalog. */
  verified?: true;
}

/** Names under which a part is known: with a dash as published, or with a dot as some unpackers write it. */
function candidates(part: IdxPart): string[] {
  const stem = IDX_STEMS[part];
  const dotted = stem.replace("-idx", ".idx");
  return [stem, `${stem}.gz`, dotted, `${dotted}.gz`];
}

/** Which of `names` is which part; throws DataError that names what is missing and what was found instead at `place`. */
export function findIdxParts(names: readonly string[], place: string): Record<IdxPart, string> {
  const present = new Set(names);
  const found: Partial<Record<IdxPart, string>> = {};
  for (const part of IDX_PARTS) {
    const name = candidates(part).find((candidate) => present.has(candidate));
    if (name !== undefined) found[part] = name;
  }
  const missing = IDX_PARTS.filter((part) => found[part] === undefined).map((part) => `${IDX_STEMS[part]}[.gz]`);
  if (missing.length > 0) {
    const shown = shortLine([...names].sort().slice(0, 8).join(", "));
    const more = names.length > 8 ? ` and ${names.length - 8} more` : "";
    throw new DataError(
      `${place}: ${missing.length} of the 4 IDX files missing: ${missing.join(", ")}; ` +
        `it has ${names.length === 0 ? "nothing" : shown + more}; put all four there, gzipped or raw`,
    );
  }
  return found as Record<IdxPart, string>;
}

/**
 * The data set of four files, which `read` gives one after another. `known` gives class names and the published checksums,
 * which are demanded of all four; without it the classes are 0..(largest training label). Throws DataError on any
 * disagreement.
 */
export async function readIdxDataset(
  read: (part: IdxPart) => Promise<NamedBytes>,
  name: string,
  known?: KnownDataset,
): Promise<{ dataset: ImageDataset; files: IdxFileInfo[] }> {
  const files: IdxFileInfo[] = [];
  const parse = async (part: IdxPart) => {
    const { name: path, bytes } = await read(part);
    const raw = await unpackIdx(bytes, path);
    const digest = await sha256Of(raw);
    if (known) checkPublished(known, part, path, digest);
    files.push({ part, path, sha256: digest, ...(known ? { verified: true } : {}) });
    return { path, array: parseIdx(raw, path) };
  };
  const labelLimit = known?.classNames.length;
  const trainImages = await parse("trainImages");
  const trainLabels = await parse("trainLabels");
  const train = pair(trainImages, trainLabels, labelLimit);
  const classes = labelLimit ?? train.labels.reduce((most, label) => Math.max(most, label), 0) + 1;
  const test = pair(await parse("testImages"), await parse("testLabels"), classes);
  const { height, width } = train.images;
  if (test.images.height !== height || test.images.width !== width) {
    throw new DataError(
      `${name}: training images are ${height}x${width} but test images ${test.images.height}x${test.images.width}; ` +
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
    train: { images: train.images.data, labels: train.labels },
    test: { images: test.images.data, labels: test.labels },
  };
  checkDataset(dataset);
  return { dataset, files };
}

type Parsed = { readonly path: string; readonly array: ReturnType<typeof parseIdx> };

/** Images and their labels, which must be as many. */
function pair(
  images: Parsed,
  labels: Parsed,
  classes: number | undefined,
): { images: IdxImages; labels: Uint8Array<ArrayBuffer> } {
  const pictures = imagesFromIdx(images.array, images.path);
  const numbers = labelsFromIdx(labels.array, labels.path, classes);
  if (pictures.count !== numbers.length) {
    throw new DataError(
      `${images.path}: ${pictures.count} images, but ${labels.path} has ${numbers.length} labels; ` +
        "the two files must belong to one data set",
    );
  }
  return { images: pictures, labels: numbers };
}

/** A known name stands for the published files: figures on others would not be comparable. Throws DataError. */
function checkPublished({ name, sha256 }: KnownDataset, part: IdxPart, path: string, digest: string): void {
  if (digest === sha256[part]) return;
  throw new DataError(
    `${path}: sha256 of the content is ${digest.slice(0, 12)}..., but that of ${name} is ${sha256[part].slice(0, 12)}...; ` +
      "fetch the file again, or give another --dataset name to use these files as they are",
  );
}

/** sha256 in hexadecimal, by the platform. */
async function sha256Of(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
