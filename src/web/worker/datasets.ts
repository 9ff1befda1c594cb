import { classCounts, type ImageDataset, indicesByClass, subset } from "../../data/dataset.ts";
import { garments } from "../../data/garments.ts";
import { IDX_STEMS, type IdxPart, KNOWN_DATASETS } from "../../data/idx_catalog.ts";
import { findIdxParts, type NamedBytes, readIdxDataset } from "../../data/idx_dataset.ts";
import { DataError } from "../../errors.ts";

/** What the page shows of a data set. */
export interface DatasetInfo {
  readonly name: string;
  readonly classNames: readonly string[];
  /** Training images per class, before any tail is cut. */
  readonly counts: readonly number[];
  readonly testImages: number;
}

/** A gzip frame adds a few bytes to data that cannot be compressed. */
const FRAME_BYTES = 4096;
/** The models take images of this side and so many classes. */
const SIDE = 28;
const CLASSES = 10;

/** The data sets of this worker, by the name that settings give them. */
const loaded = new Map<string, ImageDataset>();

/** A data set: the embedded one is drawn at its first use, the others must have come as files. */
export function dataset(name: string): ImageDataset {
  let found = loaded.get(name);
  if (!found && name === "garments") {
    found = garments();
    loaded.set(name, found);
  }
  if (found) return found;
  throw new DataError(`${name}: these images are not here yet; drop the four IDX files on the page, or fetch them`);
}

/** What the page shows of it. */
export function describe({ name, classNames, classes, train, test }: ImageDataset): DatasetInfo {
  return { name, classNames, counts: classCounts(train.labels, classes), testImages: test.labels.length };
}

const SAMPLES_PER_CLASS = 10;

/** The first ten training images of each class, class by class; black where a class has fewer. */
export function samples({ train, classes, height, width }: ImageDataset): Uint8Array<ArrayBuffer> {
  const pixels = height * width;
  const out = new Uint8Array(classes * SAMPLES_PER_CLASS * pixels);
  for (const [c, indices] of indicesByClass(train.labels, classes).entries()) {
    const first = indices.subarray(0, SAMPLES_PER_CLASS);
    out.set(subset(train, first, pixels).images, c * SAMPLES_PER_CLASS * pixels);
  }
  return out;
}

/** The name of dropped files before anybody knows what they are. */
const UNNAMED = "files";

/** Reads four dropped files: under a known name they must have its checksums; unnamed ones get the name that theirs are of. */
export async function readFiles(files: readonly NamedBytes[], wanted: string): Promise<ImageDataset> {
  const parts = findIdxParts(
    files.map(({ name }) => name),
    "dropped files",
  );
  const read = async (part: IdxPart) => files.find(({ name }) => name === parts[part])!;
  const { dataset: found, files: read4 } = await readIdxDataset(read, wanted, KNOWN_DATASETS.get(wanted));
  const known = [...KNOWN_DATASETS.values()].find(({ sha256 }) =>
    read4.every((file) => file.sha256 === sha256[file.part]),
  );
  if (wanted !== UNNAMED || !known) return keep(wanted, found);
  return keep(known.name, { ...found, name: known.name, classNames: [...known.classNames] });
}

/**
 * Fetches a known data set from the folder `data/NAME/` beside the page; no other place is asked. `onProgress` gets the bytes so far and
 * of all.
 */
export async function fetchDataset(
  name: string,
  page: string,
  onProgress: (done: number, total: number) => void,
  signal: AbortSignal,
): Promise<ImageDataset> {
  const known = KNOWN_DATASETS.get(name);
  if (!known)
    throw new DataError(`${name}: no data set of that name can be fetched; drop its four IDX files on the page`);
  let done = 0;
  const read = async (part: IdxPart): Promise<NamedBytes> => {
    const url = new URL(`data/${name}/${IDX_STEMS[part]}.gz`, page);
    const response = await fetch(url, { signal });
    const type = response.headers.get("Content-Type") ?? "";
    if (!response.ok || !response.body || type.startsWith("text/html")) {
      throw new DataError(
        `data/${name}/${IDX_STEMS[part]}.gz: not beside this page (${response.status}); put the four files there ` +
          `(npx tailgrad data fetch ${name} gets them), or drop them on the page`,
      );
    }
    const bytes = await readBounded(response.body, known.sizeBytes[part] + FRAME_BYTES, url.pathname, (count) => {
      done += count;
      onProgress(
        done,
        Object.values(known.sizeBytes).reduce((total, size) => total + size, 0),
      );
    });
    return { name: url.pathname, bytes };
  };
  return keep(name, (await readIdxDataset(read, name, known)).dataset);
}

async function readBounded(
  body: ReadableStream<Uint8Array>,
  maxBytes: number,
  name: string,
  onBytes: (count: number) => void,
): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let total = 0;
  const reader = body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    total += value.length;
    if (total > maxBytes) {
      await reader.cancel();
      throw new DataError(
        `${name}: more than the ${maxBytes} bytes that such a file has; put the published file there`,
      );
    }
    chunks.push(value);
    onBytes(value.length);
  }
  const bytes = new Uint8Array(total);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

/** The models' sizes are fixed. */
function keep(name: string, found: ImageDataset): ImageDataset {
  const { height, width, classes } = found;
  if (height !== SIDE || width !== SIDE || classes !== CLASSES) {
    throw new DataError(
      `${name}: ${classes} classes of ${height}x${width} images, but the networks take ${CLASSES} of ${SIDE}x${SIDE}; ` +
        "drop files in the form of MNIST",
    );
  }
  loaded.set(name, found);
  return found;
}
