import { createStore, get, type UseStore, update } from "idb-keyval";
import { checkChoice, checkFunction, checkNumber, checkOptions } from "../autograd/arguments.ts";
import { checkDevice } from "../autograd/compile_arguments.ts";
import { TUNE_MODES, type TunedChoices, type TuneMode, Tuner, type TuningReport } from "../autograd/tuner.ts";
import type { Device } from "../gpu/device.ts";
import { KERNELS_VERSION } from "../kernels/version.ts";

/** Where the page's origin keeps what was measured. */
const DATABASE = "tailgrad";
const STORE = "tuning";

/** Options of {@link browserTuner}. */
export interface BrowserTunerOptions {
  /** "on" unless said otherwise. */
  readonly mode?: TuneMode;
  /** Milliseconds after which a search begins no further measurement; the tuner's own unless said otherwise. */
  readonly budgetMs?: number;
  /** Called after every search. */
  readonly onTuned?: (report: TuningReport) => void;
  /** Called with the reason when the browser keeps nothing (private windows, a full disk); training goes on. */
  readonly onLost?: (reason: string) => void;
}

/**
 * A tuner that knows what earlier visits found out on this adapter, driver and version of the kernels, and keeps what it finds out in
 * IndexedDB. What is kept there and makes no sense is measured again. Throws UsageError for options that are none.
 */
export async function browserTuner(device: Device, options: BrowserTunerOptions = {}): Promise<Tuner> {
  checkDevice("browserTuner", device);
  checkOptions<BrowserTunerOptions>("browserTuner", options, ["mode", "budgetMs", "onTuned", "onLost"]);
  const { mode = "on", budgetMs, onTuned, onLost } = options;
  checkChoice("browserTuner", "mode", mode, TUNE_MODES);
  if (budgetMs !== undefined) checkNumber("browserTuner", "budgetMs", budgetMs);
  if (onTuned !== undefined) checkFunction("browserTuner", "onTuned", onTuned);
  if (onLost !== undefined) checkFunction("browserTuner", "onLost", onLost);
  const { name, driver } = device.adapter;
  const key = [name, driver, KERNELS_VERSION].join("\n");
  const lost = (error: unknown) => onLost?.(error instanceof Error ? error.message : String(error));
  let store: UseStore | undefined;
  let known: TunedChoices = {};
  try {
    store = createStore(DATABASE, STORE);
    known = choicesOf(await get(key, store));
  } catch (error) {
    store = undefined;
    lost(error);
  }
  return new Tuner({
    mode,
    known,
    ...(budgetMs === undefined ? {} : { budgetMs }),
    onTuned: (report, choices) => {
      onTuned?.(report);
      // Another tab may have found out something meanwhile.
      if (report.measured > 0 && store) {
        update(key, (before) => ({ ...choicesOf(before), ...choices }), store).catch(lost);
      }
    },
  });
}

function choicesOf(value: unknown): TunedChoices {
  if (typeof value !== "object" || value === null) return {};
  return Object.values(value).every((variant) => typeof variant === "string") ? (value as TunedChoices) : {};
}
