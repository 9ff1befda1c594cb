import { join, resolve } from "node:path";
import { z } from "zod";
import type { LoadedDataset } from "../data/load_node.ts";
import { oneLine } from "../data/plain_text.ts";
import { sha256Hex, writeFileAtomic } from "./files_node.ts";
import { jsonText, readJsonFile } from "./json_file_node.ts";
import { plainText } from "./run_config.ts";

const file = "invocation.json";

const invocation = z.object({
  dataset: plainText,
  /** Folder of the data set's files, where one was named. */
  dataDir: z.optional(plainText),
  /** The adapter that ran, and how the command was called. */
  adapter: plainText,
  command: plainText,
});

/** How a run was last started: what may differ from start to start, so that it is not part of the run's config. */
export type Invocation = z.infer<typeof invocation>;

/** Notes in the run folder how the run was started. */
export function writeInvocation(folder: string, value: Invocation): void {
  const dataDir = value.dataDir === undefined ? {} : { dataDir: resolve(value.dataDir) };
  writeFileAtomic(join(folder, file), jsonText({ ...value, ...dataDir, adapter: oneLine(value.adapter) }));
}

/** How a run was last started; undefined when the folder does not say. */
export function readInvocation(folder: string): Invocation | undefined {
  return readJsonFile(join(folder, file), invocation);
}

/** SHA-256 over a data set's training images and labels: tells whether a run goes on with the data it began with. */
export function datasetSha256({ dataset }: LoadedDataset): string {
  return sha256Hex(`${sha256Hex(dataset.train.images)} ${sha256Hex(dataset.train.labels)}`);
}
