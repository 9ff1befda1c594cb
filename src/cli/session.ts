import { oneLine } from "../data/plain_text.ts";
import { AdapterError, TailgradError } from "../errors.ts";
import type { AdapterDescription } from "../gpu/description.ts";
import type { Device } from "../gpu/device.ts";
import { openNodeDevice } from "../gpu/node_dawn.ts";
import type { AdapterFlags } from "./options.ts";
import type { Terminal } from "./terminal.ts";

/**
 * Opens a device, says which adapter it is on, and destroys it after `work`: the process could not end otherwise.
 * Throws AdapterError if there is none.
 */
export async function withDevice<T>(
  terminal: Terminal,
  flags: AdapterFlags,
  work: (device: Device) => Promise<T>,
): Promise<T> {
  const device = await openDevice(flags);
  try {
    announce(terminal, device.adapter, flags.software ?? false);
    return await work(device);
  } finally {
    device.destroy();
  }
}

/** Opens the device that the options ask for; whatever goes wrong is an AdapterError. */
export async function openDevice({ software, toggles }: AdapterFlags): Promise<Device> {
  try {
    return await openNodeDevice({ ...(software ? { forceSoftware: true } : {}), ...(toggles ? { toggles } : {}) });
  } catch (cause) {
    if (cause instanceof TailgradError) throw cause;
    throw new AdapterError(`the adapter gives no device (${oneLine(String(cause))}); run \`npx tailgrad doctor\``, {
      cause,
    });
  }
}

/** One line for people: name, driver, and whether a CPU computes. */
export function adapterLine({ name, driver, software }: AdapterDescription): string {
  const detail = driver === "" || driver === name ? "" : ` [${driver}]`;
  return `${name}${detail}${software ? " (software)" : ""}`;
}

function announce({ progress }: Terminal, adapter: AdapterDescription, asked: boolean): void {
  progress.always(`adapter: ${adapterLine(adapter)}`);
  if (adapter.software && !asked) {
    progress.warn(
      "this is a software adapter: right, but many times slower than a GPU; `npx tailgrad doctor` says more",
    );
  }
}
