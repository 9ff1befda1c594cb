import type { Device } from "../gpu/device.ts";

/** When a dispatch ran within its step, in milliseconds from the start of the first one. */
export interface DispatchSpan {
  readonly startMs: number;
  readonly ms: number;
}

type Encode = (pass: GPUComputePassEncoder) => void;

/** What one query set may hold; WebGPU's own bound. */
const MOST_QUERIES = 4096;
const TIMESTAMP_BYTES = 8;

/** Runs each dispatch once, in order, by the GPU's clock; without `timestamp-query` by the host's, waiting behind each. */
export function traceDispatches(device: Device, dispatches: readonly Encode[]): Promise<DispatchSpan[]> {
  const timed = device.gpu.features.has("timestamp-query") && 2 * dispatches.length <= MOST_QUERIES;
  return timed && dispatches.length > 0 ? byTimestamps(device, dispatches) : byHost(device, dispatches);
}

async function byTimestamps(device: Device, dispatches: readonly Encode[]): Promise<DispatchSpan[]> {
  const count = 2 * dispatches.length;
  const querySet = device.gpu.createQuerySet({ type: "timestamp", count, label: "trace" });
  const usage = GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC;
  const times = device.createBuffer(count * TIMESTAMP_BYTES, usage, "trace");
  try {
    const encoder = device.gpu.createCommandEncoder({ label: "trace" });
    dispatches.forEach((encode, i) => {
      const timestampWrites = { querySet, beginningOfPassWriteIndex: 2 * i, endOfPassWriteIndex: 2 * i + 1 };
      const pass = encoder.beginComputePass({ label: "trace", timestampWrites });
      encode(pass);
      pass.end();
    });
    encoder.resolveQuerySet(querySet, 0, count, times.buffer, 0);
    device.submit(encoder.finish());
    const nanoseconds = new BigUint64Array(await device.read(times.buffer, count * TIMESTAMP_BYTES));
    const first = nanoseconds[0]!;
    const ms = (from: bigint, to: bigint) => Math.max(0, Number(to - from) / 1e6);
    return dispatches.map((_, i) => {
      const [start, end] = [nanoseconds[2 * i]!, nanoseconds[2 * i + 1]!];
      return { startMs: ms(first, start), ms: ms(start, end) };
    });
  } finally {
    times.destroy();
    querySet.destroy();
  }
}

async function byHost(device: Device, dispatches: readonly Encode[]): Promise<DispatchSpan[]> {
  await device.settle();
  const first = performance.now();
  const spans: DispatchSpan[] = [];
  for (const encode of dispatches) {
    const start = performance.now();
    const encoder = device.gpu.createCommandEncoder({ label: "trace" });
    const pass = encoder.beginComputePass({ label: "trace" });
    encode(pass);
    pass.end();
    device.submit(encoder.finish());
    await device.settle();
    spans.push({ startMs: start - first, ms: performance.now() - start });
  }
  return spans;
}
