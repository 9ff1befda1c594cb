import type { NamedBytes } from "../../data/idx_dataset.ts";
import { type DatasetInfo, dataset, describe, fetchDataset, readFiles, samples } from "./datasets.ts";
import type { GpuContext } from "./gpu_context.ts";
import type { Call } from "./handler.ts";

/** Data sets: embedded, dropped, fetched. */
export const dataHandlers = {
  /** Describes a data set that is there. Throws DataError for one that is not. */
  async dataDescribe(_gpu: GpuContext, { name }: { readonly name: string }): Promise<DatasetInfo> {
    return describe(dataset(name));
  },

  /** The first ten training images of each class, class by class; black where a class has fewer. */
  async dataSamples(_gpu: GpuContext, { name }: { readonly name: string }): Promise<Uint8Array<ArrayBuffer>> {
    return samples(dataset(name));
  },

  /** Takes dropped files as the data set `name`; files under a known name must have the published checksums. */
  async dataRead(
    _gpu: GpuContext,
    { name, files }: { readonly name: string; readonly files: readonly NamedBytes[] },
  ): Promise<DatasetInfo> {
    return describe(await readFiles(files, name));
  },

  /** Fetches a known data set from beside the page at the address `page`. */
  async dataFetch(
    _gpu: GpuContext,
    { name, page }: { readonly name: string; readonly page: string },
    call: Call<{ readonly done: number; readonly total: number }>,
  ): Promise<DatasetInfo> {
    return describe(await fetchDataset(name, page, (done, total) => call.tell({ done, total }), call.signal));
  },
};
