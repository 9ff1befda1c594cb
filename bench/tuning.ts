import { type TuneMode, Tuner } from "../src/autograd/tuner.ts";
import type { Device } from "../src/gpu/device.ts";

const tuners = new WeakMap<Device, Tuner>();

/** Lets all later work on a device have its kernels chosen by measuring, as training has it; `say` hears what that took. */
export function tuneOn(device: Device, mode: TuneMode, say: (message: string) => void): void {
  if (mode === "off") return;
  const onTuned: NonNullable<ConstructorParameters<typeof Tuner>[0]>["onTuned"] = ({
    measured,
    milliseconds,
    dropped,
  }) => {
    for (const text of dropped) say(`tuning: dropped ${text}`);
    if (measured > 0) say(`tuned ${measured} kernels in ${(milliseconds / 1000).toFixed(1)} s`);
  };
  tuners.set(device, new Tuner({ mode, onTuned }));
}

/** What `compile` is to be given on a device. */
export function tuning(device: Device): { readonly tuner?: Tuner } {
  const tuner = tuners.get(device);
  return tuner ? { tuner } : {};
}
