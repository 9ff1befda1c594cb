import type { Reader } from "../reader.ts";
import { checkpoint } from "./checkpoint.ts";
import { commandLines } from "./cli.ts";
import { configFiles } from "./config_file.ts";
import { gzip, idxImages, idxLabels } from "./idx.ts";
import { imbalance } from "./imbalance.ts";
import { metrics } from "./metrics.ts";
import { report } from "./report.ts";
import { runConfigs } from "./run_config.ts";
import { runJson } from "./run_json.ts";
import { safetensors } from "./safetensors.ts";

/** Every reader of the project that takes what others wrote. */
export const READERS: readonly Reader[] = [
  idxImages,
  idxLabels,
  gzip,
  safetensors,
  runConfigs,
  runJson,
  metrics,
  checkpoint,
  commandLines,
  configFiles,
  imbalance,
  report,
];
