import { resolve } from "node:path";
import { type LoadedDataset, type LoadOptions, loadDataset } from "../data/load_node.ts";
import { DataError, UsageError } from "../errors.ts";
import type { Progress } from "../experiments/progress.ts";
import type { DataFlags } from "./options.ts";
import type { RunOrigin } from "./run_origin.ts";
import type { Terminal } from "./terminal.ts";

/** Which data a command works on. */
export interface DataChoice {
  readonly dataset: string;
  /** Absolute, so that a later command finds it from anywhere. */
  readonly dataDir?: string;
}

/**
 * The data that the options name; where they leave it open, the data of the run that the command builds on (said on
 * stderr); without a run, the embedded garments. Throws UsageError when options and run name different data sets.
 */
export function chooseData(terminal: Terminal, flags: DataFlags, origin?: RunOrigin): DataChoice {
  const known = origin?.config.dataset;
  if (origin && flags.dataset !== undefined && flags.dataset !== known) {
    throw new UsageError(
      `--dataset ${flags.dataset} contradicts ${origin.option} ${origin.folder}, a run on ${known}; ` +
        "leave --dataset out or name another run",
    );
  }
  const dataset = flags.dataset ?? known ?? "garments";
  const dataDir = flags.dataDir ?? origin?.invocation?.dataDir;
  if (origin && (flags.dataset === undefined || flags.dataDir === undefined)) {
    const where = dataDir === undefined ? "" : ` from ${dataDir}`;
    terminal.progress.message(`data: ${dataset}${where}, as in ${origin.option} ${origin.folder}`);
  }
  return { dataset, ...(dataDir === undefined ? {} : { dataDir: resolve(dataDir) }) };
}

/** Loads a data set, showing what is downloaded. */
export async function loadChosen(terminal: Terminal, choice: DataChoice, flags: DataFlags): Promise<LoadedDataset> {
  const { progress } = terminal;
  const { dataset, dataDir } = choice;
  try {
    const options = { ...(dataDir === undefined ? {} : { dataDir }), ...loadOptions(progress, flags) };
    return await loadDataset(dataset, options);
  } finally {
    progress.stop();
  }
}

/** --offline, and a bar per downloaded file. */
export function loadOptions(progress: Progress, { offline }: DataFlags): LoadOptions {
  const MB = 1e6;
  let current: string | undefined;
  return {
    ...(offline ? { offline } : {}),
    onProgress: ({ file, url, receivedBytes, totalBytes }) => {
      const download = `${url} ${file}`;
      if (download !== current) {
        current = download;
        progress.message(`downloading ${url}`);
        progress.start(file, (totalBytes ?? 0) / MB, "MB");
      }
      progress.update(receivedBytes / MB);
    },
  };
}

/** Throws DataError unless the paper's networks fit the data set: ten classes of 28 x 28 images, none of them empty. */
export function checkTrainable({ dataset, origin }: LoadedDataset): void {
  const { name, classes, height, width, train, test } = dataset;
  const where = `${name} (${origin})`;
  if (classes !== 10 || height !== 28 || width !== 28) {
    throw new DataError(
      `${where}: has ${classes} classes of ${height}x${width} images, but the networks take 10 classes of 28x28; ` +
        "choose such a data set",
    );
  }
  if (train.labels.length === 0 || test.labels.length === 0) {
    throw new DataError(
      `${where}: has ${train.labels.length} training and ${test.labels.length} test images, each must be 1 or more; ` +
        "choose another data set",
    );
  }
}
