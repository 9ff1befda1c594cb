import type { Device } from "../../gpu/device.ts";
import { grid, type ShaderSource } from "../../gpu/launch.ts";
import { specialize } from "../../gpu/specialize.ts";
import copySource from "./copy.wgsl";
import fmaSource from "./fma.wgsl";

/** What an adapter reaches with nothing but multiply-adds, and with nothing but copying. */
export interface Ceilings {
  readonly gflops: number;
  readonly gigabytesPerSecond: number;
}

const WORKGROUP = 64;
/** Multiply-adds of one invocation of fma.wgsl. */
const FMA = { CHAINS: 10, UNROLLED: 16, ROUNDS: 512 } as const;
const COPY_VECTORS_PER_INVOCATION = 4;

/** Sizes that keep one run within some tens of milliseconds. */
const SIZES = {
  software: { invocations: 8192, copyBytes: 32 * 2 ** 20 },
  gpu: { invocations: 2 ** 20, copyBytes: 256 * 2 ** 20 },
} as const;
const RUNS = 7;

/** Measures what the adapter reaches with multiply-adds alone and with copying alone: the best of several runs. */
export async function measureCeilings(device: Device): Promise<Ceilings> {
  const { invocations, copyBytes } = device.adapter.software ? SIZES.software : SIZES.gpu;
  const flops = 2 * invocations * FMA.CHAINS * FMA.UNROLLED * FMA.ROUNDS;
  const fmaMs = await bestRun(device, specialize(fmaSource, FMA), [invocations * 4], grid(invocations / WORKGROUP));
  const workgroups = copyBytes / 16 / COPY_VECTORS_PER_INVOCATION / WORKGROUP;
  const copyMs = await bestRun(device, copySource, [copyBytes, copyBytes], grid(workgroups));
  return { gflops: flops / fmaMs / 1e6, gigabytesPerSecond: (2 * copyBytes) / copyMs / 1e6 };
}

/** Milliseconds of the fastest run; the last buffer is the one that is written. */
async function bestRun(
  device: Device,
  source: ShaderSource,
  bufferBytes: readonly number[],
  workgroups: readonly [number, number, number],
): Promise<number> {
  const last = bufferBytes.length - 1;
  const types = bufferBytes.map((_, i): GPUBufferBindingType => (i === last ? "storage" : "read-only-storage"));
  const buffers = bufferBytes.map((bytes) => device.createBuffer(bytes, GPUBufferUsage.STORAGE, source.file));
  try {
    const { pipeline, layout } = await device.pipeline(source, types);
    const entries = buffers.map(({ buffer }, binding) => ({ binding, resource: { buffer } }));
    const bindGroup = device.gpu.createBindGroup({ label: source.file, layout, entries });
    let best = Number.POSITIVE_INFINITY;
    for (let run = 0; run < RUNS; run++) {
      const encoder = device.gpu.createCommandEncoder({ label: source.file });
      const pass = encoder.beginComputePass({ label: source.file });
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, bindGroup);
      pass.dispatchWorkgroups(...workgroups);
      pass.end();
      const commands = encoder.finish();
      const start = performance.now();
      device.submit(commands);
      await device.settle();
      best = Math.min(best, performance.now() - start);
    }
    return best;
  } finally {
    for (const buffer of buffers) buffer.destroy();
  }
}
