import { tmpdir } from "node:os";
import { AdapterError } from "../errors.ts";
import { type OpenOptions, openDevice } from "./adapter.ts";
import { pollSeldom } from "./dawn_polling_node.ts";
import type { Device } from "./device.ts";

/** How {@link openNodeDevice} sets Dawn up. */
export interface NodeOptions extends Omit<OpenOptions, "onDestroy"> {
  /** Dawn toggles to switch on, such as "disable_robustness"; none by default. */
  readonly toggles?: readonly string[];
}

/** Browsers round timestamps to 100 microseconds, for the sake of secrets that a program of one's own does not hide. */
const EXACT_TIMES = "disable-dawn-features=timestamp_quantization";

// Dawn's instance must outlive everything in flight: collected early, it takes the process down with it.
const instances = new Set<GPU>();

/**
 * Opens a device through Dawn in Node. Destroy it when done: the process cannot exit before. On a CPU driver, Dawn's own calls of
 * `setImmediate` become timers while the device is open, so that waiting leaves the cores to the kernels.
 * Throws AdapterError when Dawn cannot be loaded or finds no adapter.
 */
export async function openNodeDevice(options: NodeOptions = {}): Promise<Device> {
  // The Vulkan loader prints an error line per call without it.
  process.env.XDG_RUNTIME_DIR ??= tmpdir();
  let dawn: typeof import("webgpu");
  try {
    dawn = await import("webgpu");
  } catch (cause) {
    throw new AdapterError(
      `the npm package webgpu (Dawn) cannot be loaded here: ${String(cause).split("\n", 1)[0]}; run \`npx tailgrad doctor\``,
      { cause },
    );
  }
  Object.assign(globalThis, dawn.globals);
  const { toggles = [], ...open } = options;
  const enabled = toggles.length > 0 ? [`enable-dawn-features=${toggles.join(",")}`] : [];
  const gpu = dawn.create([EXACT_TIMES, ...enabled]);
  instances.add(gpu);
  let release = () => {};
  const onDestroy = () => {
    instances.delete(gpu);
    release();
  };
  try {
    const device = await openDevice(gpu, { ...open, onDestroy });
    if (device.adapter.software) release = pollSeldom();
    return device;
  } catch (error) {
    instances.delete(gpu);
    throw error;
  }
}
