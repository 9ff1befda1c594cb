import { signal } from "@preact/signals";
import { FASHION_CLASS_NAMES } from "../data/dataset.ts";
import { DataError } from "../errors.ts";
import { ask, onLoss } from "./client.ts";
import type { DatasetInfo } from "./worker/datasets.ts";

/** The embedded set needs no worker to be known. */
const GARMENTS: DatasetInfo = {
  name: "garments",
  classNames: FASHION_CLASS_NAMES,
  counts: FASHION_CLASS_NAMES.map(() => 1000),
  testImages: 2000,
};

/** Where a data set came from, to get it again for a new worker. */
type Origin = { readonly kind: "files"; readonly files: readonly File[] } | { readonly kind: "beside" };

const known = signal<ReadonlyMap<string, DatasetInfo>>(new Map([["garments", GARMENTS]]));
/** Ten real images of each class of a data set, by its name, once they were asked for. */
const shown = signal<ReadonlyMap<string, Uint8Array>>(new Map());
const asked = new Set<string>();
const origins = new Map<string, Origin>();
/** Names that the present worker has. */
const inWorker = new Set(["garments"]);

/** What happens to a data set that is on its way. */
export const dataProgress = signal<string | undefined>(undefined);
export const dataFailure = signal<string | undefined>(undefined);

/** A data set that the page has; undefined where it must be dropped or fetched first. */
export function datasetInfo(name: string): DatasetInfo | undefined {
  return known.value.get(name);
}

/** Names of a data set's ten classes; numbers as long as it is not here. */
export function classNamesOf(name: string): readonly string[] {
  return datasetInfo(name)?.classNames ?? Array.from({ length: 10 }, (_, c) => `class ${c}`);
}

/** Ten real images of each class, class by class; undefined until they are here. */
export function realImages(name: string): Uint8Array | undefined {
  if (known.value.has(name) && !asked.has(name)) {
    asked.add(name);
    ask("dataSamples", { name }).then(
      (images) => {
        shown.value = new Map([...shown.value, [name, images]]);
      },
      () => asked.delete(name),
    );
  }
  return shown.value.get(name);
}

// A new worker has none of the files; a new device alone does not matter, but asking twice does no harm.
onLoss(() => {
  inWorker.clear();
  inWorker.add("garments");
});

/** Takes four dropped IDX files as data set `name`; gives the name that they turned out to have, or undefined if they will not do. */
export async function takeFiles(name: string, files: readonly File[]): Promise<string | undefined> {
  return attempt(() => {
    dataProgress.value = files.length === 1 ? "reading 1 file" : `reading ${files.length} files`;
    return hand(name, { kind: "files", files });
  });
}

/** Fetches a data set from beside the page. */
export async function fetchData(name: string): Promise<void> {
  await attempt(() => hand(name, { kind: "beside" }));
}

/** Makes sure that the worker has the data set. @throws DataError if the page does not have it either */
export async function loadData(name: string): Promise<void> {
  if (inWorker.has(name)) return;
  const origin = origins.get(name);
  if (!origin) {
    const ways = name === "files" ? "drop the four IDX files" : "drop the four IDX files, or fetch them";
    throw new DataError(`${name}: these images are not here yet; ${ways}`);
  }
  await hand(name, origin);
}

async function hand(name: string, origin: Origin): Promise<string> {
  const info =
    origin.kind === "files"
      ? await ask("dataRead", { name, files: await Promise.all(origin.files.map(named)) })
      : await ask(
          "dataFetch",
          { name, page: document.baseURI },
          {
            onEvent: ({ done, total }) => {
              dataProgress.value = `fetched ${(done / 2 ** 20).toFixed(1)} MiB, unpacked ${(total / 2 ** 20).toFixed(0)} MiB`;
            },
          },
        );
  origins.set(info.name, origin);
  asked.delete(info.name);
  inWorker.add(info.name);
  known.value = new Map([...known.value, [info.name, info]]);
  return info.name;
}

/** Beyond this no file of such a data set is; the reader itself bounds what gzip makes of it. */
const MOST_FILE_BYTES = 2 ** 28;

async function named(file: File): Promise<{ name: string; bytes: Uint8Array<ArrayBuffer> }> {
  if (file.size > MOST_FILE_BYTES) {
    throw new DataError(`${file.name}: ${file.size} bytes, more than the ${MOST_FILE_BYTES} allowed; drop IDX files`);
  }
  return { name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) };
}

async function attempt<R>(work: () => Promise<R>): Promise<R | undefined> {
  dataFailure.value = undefined;
  try {
    return await work();
  } catch (error) {
    dataFailure.value = error instanceof Error ? error.message : String(error);
    return undefined;
  } finally {
    dataProgress.value = undefined;
  }
}
