/** One door to every data set: the embedded one, the known ones (cache or download), and any folder of IDX files. */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import envPaths from "env-paths";
import { DataError, UsageError } from "../errors.ts";
import { checkDataset, type ImageDataset } from "./dataset.ts";
import { type DownloadProgress, download } from "./download_node.ts";
import { type GarmentOptions, garments } from "./garments.ts";
import { unpackIdx } from "./idx.ts";
import { IDX_PARTS, IDX_STEMS, type IdxPart, KNOWN_DATASETS, type KnownDataset } from "./idx_catalog.ts";
import type { IdxFileInfo } from "./idx_dataset.ts";
import { readFileBounded, readIdxFolder, sha256 } from "./idx_folder_node.ts";
import { didYouMean } from "./nearest_name.ts";
import { showValue } from "./plain_text.ts";

/** The data sets that have a name of their own. */
export const DATASET_NAMES: readonly string[] = ["garments", ...KNOWN_DATASETS.keys()];

/** Options of {@link loadDataset}. */
export interface LoadOptions {
  /** A folder of the four IDX files, used instead of cache and network. */
  dataDir?: string;
  /** Where downloads are kept; default: the system's cache folder for tailgrad. */
  cacheDir?: string;
  /** Never use the network. */
  offline?: boolean;
  /** Base addresses to fetch from instead of the catalog's; https, or http on this machine. */
  mirrors?: readonly string[];
  /** Called while a file is downloaded. */
  onProgress?: (progress: DownloadProgress & { file: string }) => void;
  /** Given up after so long without a byte; default 30,000 ms. */
  stallMs?: number;
  /** Size and seed of the embedded data set. */
  garments?: GarmentOptions;
}

/** A data set in memory and where it came from. */
export interface LoadedDataset {
  dataset: ImageDataset;
  /** "embedded", or the folder the files were read from. */
  origin: string;
  /** The files read, with checksums; none for the embedded data set. */
  files: IdxFileInfo[];
}

/** The folder in which downloads of a data set are kept. */
export function datasetCacheDir(name: string, cacheDir = envPaths("tailgrad", { suffix: "" }).cache): string {
  return join(cacheDir, "datasets", name);
}

/**
 * Loads a data set by name: "garments" (embedded), "fashion-mnist" and "mnist" (cache, else download), or any name with
 * `dataDir`; files under a known name must have the published checksums. Throws UsageError on an unknown name,
 * DataError on files that are missing, damaged or not to be had.
 */
export async function loadDataset(name: string, options: LoadOptions = {}): Promise<LoadedDataset> {
  const known = KNOWN_DATASETS.get(name);
  if (options.dataDir !== undefined) {
    if (name === "garments") {
      throw new UsageError(
        "dataset garments is drawn by code and takes no --data-dir; leave it out or name another --dataset",
      );
    }
    return { ...(await readIdxFolder(options.dataDir, name, known)), origin: options.dataDir };
  }
  if (name === "garments") {
    const dataset = garments(options.garments);
    checkDataset(dataset);
    return { dataset, origin: "embedded", files: [] };
  }
  if (!known) {
    throw new UsageError(
      `dataset ${showValue(name)} is not one of ${DATASET_NAMES.join(", ")}${didYouMean(name, DATASET_NAMES)}; ` +
        "name one of them or give --data-dir",
    );
  }
  const folder = datasetCacheDir(name, options.cacheDir);
  const cached = await readVerified(folder, known);
  if (cached) return cached;
  await fetchDataset(known, options);
  const fetched = await readVerified(folder, known);
  if (fetched) return fetched;
  throw new DataError(`${folder}: holds files beside the downloads that hide them; empty the folder and try again`);
}

/** The data set from the cache, if all four files are there and have the right checksums. */
async function readVerified(folder: string, known: KnownDataset): Promise<LoadedDataset | undefined> {
  try {
    const read = await readIdxFolder(folder, known.name, known);
    return { ...read, origin: folder };
  } catch (error) {
    if (error instanceof DataError) return undefined;
    throw error;
  }
}

/**
 * Makes sure that the cache holds the four files of a known data set, each with the right checksum; what is missing or
 * damaged is downloaded. Returns the folder. Throws DataError if `offline` forbids what would be needed.
 */
export async function fetchDataset(known: KnownDataset, options: LoadOptions = {}): Promise<string> {
  const folder = datasetCacheDir(known.name, options.cacheDir);
  for (const part of IDX_PARTS) {
    const file = `${IDX_STEMS[part]}.gz`;
    const target = join(folder, file);
    const problem = await problemOf(target, known, part);
    if (problem === undefined) continue;
    if (options.offline) {
      throw new DataError(
        `${target}: ${problem}, and --offline forbids fetching it; run once without --offline or give --data-dir`,
      );
    }
    await rm(target, { force: true });
    const { onProgress, stallMs } = options;
    await download({
      urls: (options.mirrors ?? known.mirrors).map((base) => (base.endsWith("/") ? base : `${base}/`) + file),
      target,
      // Compressed data of this kind is never larger than its content, but for a few bytes of frame.
      maxBytes: known.sizeBytes[part] + 4096,
      check: (bytes) => checkPart(bytes, target, known, part),
      ...(onProgress ? { onProgress: (progress) => onProgress({ ...progress, file }) } : {}),
      ...(stallMs === undefined ? {} : { stallMs }),
    });
  }
  return folder;
}

/** Why a cached file cannot be used; undefined if it can. */
async function problemOf(path: string, known: KnownDataset, part: IdxPart): Promise<string | undefined> {
  try {
    await checkPart(await readFileBounded(path, known.sizeBytes[part] + 4096), path, known, part);
    return undefined;
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    return error.message.includes("ENOENT") ? "not in the cache" : "damaged in the cache";
  }
}

async function checkPart(
  bytes: Uint8Array<ArrayBuffer>,
  path: string,
  known: KnownDataset,
  part: IdxPart,
): Promise<void> {
  const digest = sha256(await unpackIdx(bytes, path, known.sizeBytes[part]));
  if (digest !== known.sha256[part]) {
    throw new DataError(
      `${path}: sha256 of the content is ${digest.slice(0, 12)}..., but ${known.name} has ${known.sha256[part].slice(0, 12)}...; ` +
        "the file is damaged or another one",
    );
  }
}
