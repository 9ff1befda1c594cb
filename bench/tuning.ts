import { type TunedChoices, type TuneMode, Tuner, type TuningReport } from "../src/autograd/tuner.ts";
import type { Device } from "../src/gpu/device.ts";

/** How a device's kernels are chosen, what has been found out, and the tuner of what was compiled last. */
interface Tuning {
  readonly mode: TuneMode;
  readonly tell: (report: TuningReport) => void;
  known: TunedChoices;
  last?: Tuner;
}

const tunings = new WeakMap<Device, Tuning>();

/** Says how the kernels of all later work on a device are chosen, by measuring as in training or not; `say` hears what that took. */
export function tuneOn(device: Device, mode: TuneMode, say: (message: string) => void): void {
  const tell = ({ measured, milliseconds, dropped }: TuningReport) => {
    for (const text of dropped) say(`tuning: dropped ${text}`);
    if (measured > 0) say(`tuned ${measured} kernels in ${(milliseconds / 1000).toFixed(1)} s`);
  };
  tunings.set(device, { mode, tell, known: {} });
}

/** What `compile` is to be given on a device. */
export function tuning(device: Device): { readonly tuner?: Tuner } {
  const own = tunings.get(device);
  if (!own) return {};
  // One for each step, which so tells what that step took; what is known they share.
  const tuner = new Tuner({
    mode: own.mode,
    known: own.known,
    onTuned: (report, choices) => {
      own.known = choices;
      own.tell(report);
    },
  });
  own.last = tuner;
  return { tuner };
}

/** The variants that the step compiled last on a device took, once; nothing where there was none, or none to choose. */
export function takeVariants(device: Device): TunedChoices | undefined {
  const own = tunings.get(device);
  const used = own?.last?.used ?? {};
  delete own?.last;
  return Object.keys(used).length > 0 ? used : undefined;
}
