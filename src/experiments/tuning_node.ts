import { join } from "node:path";
import envPaths from "env-paths";
import { z } from "zod";
import { type TunedChoices, type TuneMode, Tuner, type TuningReport } from "../autograd/tuner.ts";
import { TailgradError } from "../errors.ts";
import type { Device } from "../gpu/device.ts";
import { fnv1a, KERNELS_VERSION } from "../kernels/version.ts";
import { makeFolder, writeFileAtomic } from "./files_node.ts";
import { jsonText, readJsonFile } from "./json_file_node.ts";
import type { Progress } from "./progress.ts";
import type { RunFolder } from "./run_folder_node.ts";

/** Fewer steps do not win back what a search takes. */
const LEAST_STEPS = 300;

const cacheFile = z.strictObject({
  format: z.literal(1),
  adapter: z.string(),
  driver: z.string(),
  kernels: z.string(),
  choices: z.record(z.string(), z.string()),
});

/** Folder of what was measured, one file for each adapter, driver and version of the kernels. */
export function tuningFolder(cacheDir = envPaths("tailgrad", { suffix: "" }).cache): string {
  return join(cacheDir, "tuning");
}

/** Where a run's kernels come from. */
export interface TuningOptions {
  /** "off" unless given. */
  readonly tune?: TuneMode | undefined;
  /** Other than the user's cache folder. */
  readonly tuningCache?: string | undefined;
  readonly progress: Progress;
}

/**
 * The tuner of a run of `steps` steps. What the run folder holds is taken from there, so that the run goes on with the same bits; else
 * what the cache folder holds; else it is measured and kept there. Short runs measure nothing.
 */
export function runTuner<C>(device: Device, folder: RunFolder<C>, steps: number, options: TuningOptions): Tuner {
  const { tune = "off" } = options;
  const stored = folder.readTuning();
  if (stored) return new Tuner({ known: stored, budgetMs: 0 });
  if (tune === "off") return new Tuner({ mode: "off" });
  return cachedTuner(device, steps < LEAST_STEPS ? { ...options, budgetMs: 0 } : options);
}

/** Notes in the run folder which kernels the run's steps took; warns where they are others than those that it began with. */
export function keepTuning<C>(folder: RunFolder<C>, { used }: Tuner, progress: Progress): void {
  const stored = folder.readTuning();
  if (!stored) {
    folder.writeTuning(used);
    return;
  }
  const other = Object.entries(used).find(([key, variant]) => stored[key] !== variant);
  if (other) {
    progress.warn(
      `${folder.path}/tuning.json has no kernel of this version for ${other[0]}: the run goes on, but not to the same bits`,
    );
  }
}

/** A tuner that knows what the cache folder holds of this adapter, and keeps there what it finds out. */
export function cachedTuner(
  device: Device,
  { tune = "on", tuningCache, budgetMs, progress }: TuningOptions & { readonly budgetMs?: number },
): Tuner {
  const { name, driver } = device.adapter;
  const head = { format: 1, adapter: name, driver, kernels: KERNELS_VERSION } as const;
  const folder = tuningFolder(tuningCache);
  const file = join(folder, `${fnv1a(`${name}\n${driver}`)}-${KERNELS_VERSION}.json`);
  const save = (choices: TunedChoices) => {
    try {
      makeFolder(folder);
      // Another process may have found out something meanwhile.
      writeFileAtomic(file, jsonText({ ...head, choices: { ...readCache(file), ...choices } }));
    } catch (error) {
      // The run does not depend on it.
      if (!(error instanceof TailgradError)) throw error;
      progress.warn(`the choice of kernels is not kept: ${error.message}`);
    }
  };
  return new Tuner({
    mode: tune,
    known: readCache(file, progress),
    ...(budgetMs === undefined ? {} : { budgetMs }),
    onTuned: (report, choices) => {
      tell(report, progress);
      if (report.measured > 0) save(choices);
    },
  });
}

/** What a cache file holds; where it is damaged nothing, and `progress` is told. */
function readCache(file: string, progress?: Progress): TunedChoices {
  try {
    return readJsonFile(file, cacheFile)?.choices ?? {};
  } catch (error) {
    if (!(error instanceof TailgradError)) throw error;
    progress?.warn(`${file}: damaged; the kernels are measured again`);
    return {};
  }
}

function tell({ measured, milliseconds, left, dropped }: TuningReport, progress: Progress): void {
  for (const text of dropped) progress.warn(`tuning: dropped ${text}`);
  if (measured === 0) return;
  const rest = left > 0 ? `, ${left} left for next time` : "";
  progress.message(`tuned ${measured} kernels in ${(milliseconds / 1000).toFixed(1)} s${rest}; kept for next time`);
}
