import type { GpuContext } from "./gpu_context.ts";
import type { AdapterState } from "./messages.ts";

/** The adapter: what it is, and what it does. */
export const deviceHandlers = {
  /** Opens the device, or takes the open one. Throws AdapterError where there is none. */
  async deviceOpen(gpu: GpuContext): Promise<AdapterState> {
    return gpu.adapterOf(await gpu.device());
  },

  /** Loses the device, as a driver's crash would, so that the recovery can be seen and tested. */
  async deviceLose(gpu: GpuContext): Promise<void> {
    const device = await gpu.device();
    // WebGPU's own destroy(): tailgrad's Device takes that for a loss, as nobody told it.
    device.gpu.destroy();
  },
};
