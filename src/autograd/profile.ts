import type { Device } from "../gpu/device.ts";

/** How long a dispatch takes alone, in milliseconds. */
export interface DispatchTime {
  /** The first time, which on some drivers compiles the kernel. */
  readonly firstMs: number;
  /** The median of repeated runs. */
  readonly ms: number;
}

type Encode = (pass: GPUComputePassEncoder) => void;

const SAMPLES = 3;
/** Time that one sample should take at least, and the most repeats that it is given. */
const SAMPLE_MS = 30;
const MOST_REPEATS = 100;

/** Times each dispatch alone; the time of an empty submit is taken off. */
export async function profileDispatches(device: Device, dispatches: readonly Encode[]): Promise<DispatchTime[]> {
  const emptyMs = Math.min(await timed(device, undefined, 0), await timed(device, undefined, 0));
  const times: DispatchTime[] = [];
  for (const encode of dispatches) {
    const once = async (repeats: number) => Math.max(0, (await timed(device, encode, repeats)) - emptyMs) / repeats;
    const firstMs = await once(1);
    const repeats = Math.min(MOST_REPEATS, Math.max(2, Math.ceil(SAMPLE_MS / Math.max(0.001, await once(1)))));
    const samples: number[] = [];
    for (let i = 0; i < SAMPLES; i++) samples.push(await once(repeats));
    samples.sort((a, b) => a - b);
    times.push({ firstMs, ms: samples[Math.floor(SAMPLES / 2)]! });
  }
  return times;
}

async function timed(device: Device, encode: Encode | undefined, repeats: number): Promise<number> {
  const encoder = device.gpu.createCommandEncoder({ label: "profile" });
  const pass = encoder.beginComputePass({ label: "profile" });
  for (let i = 0; i < repeats; i++) encode?.(pass);
  pass.end();
  const commands = encoder.finish();
  const start = performance.now();
  device.submit(commands);
  await device.settle();
  return performance.now() - start;
}
