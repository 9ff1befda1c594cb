import type { Device } from "../src/gpu/device.ts";
import type { Work } from "./contestant.ts";
import { type Absent, OURS, type Outcome, type Row } from "./result.ts";
import { openRival, type RivalName } from "./rivals/rivals.ts";
import { absenceOf } from "./rows.ts";
import { summarize } from "./statistics.ts";
import { CGAN_STEP } from "./work/cgan.ts";
import { CNN_STEP } from "./work/cnn.ts";

/** The steps whose first run is timed in a process of its own. */
export const FIRST_STEPS = { cnn: CNN_STEP, cgan: CGAN_STEP } as const satisfies Record<string, Work>;
export type FirstStepName = keyof typeof FIRST_STEPS;

/** A first step that takes longer is measured once, and its second one left out. */
const SLOW_MS = 20_000;

/** What a new process took from its start. */
export interface Latency {
  /** Milliseconds until the library had a device. */
  readonly startMs: number;
  /** Milliseconds until the first step had run. */
  readonly firstStepMs: number;
  /** Most bytes of WebGPU buffers at one time, in MiB, up to the end of the second step (of the first, where that is slow), if there were any. */
  readonly gpuMiB?: number;
  /** Most resident memory of the process in MiB, where the runtime tells it. */
  readonly processMiB?: number;
}

/** Rows of start, first step and memory for one step, each contestant in new processes (`launch`), in turns. */
export async function latencyRows(
  step: FirstStepName,
  contestants: readonly string[],
  samples: number,
  launch: (step: FirstStepName, who: string) => Promise<Latency>,
): Promise<Row[]> {
  const latencies = new Map<string, Latency[]>(contestants.map((who) => [who, []]));
  const absent = new Map<string, Absent>();
  for (let i = 0; i < samples; i++) {
    for (const who of contestants) {
      if (absent.has(who) || latencies.get(who)!.some(({ firstStepMs }) => firstStepMs > SLOW_MS)) continue;
      try {
        latencies.get(who)!.push(await launch(step, who));
      } catch (error) {
        absent.set(who, absenceOf(error));
      }
    }
  }
  const row = (
    title: string,
    unit: "ms" | "MiB",
    figure: keyof Latency,
    unknown = "this runtime does not tell",
  ): Row => ({
    name: `${step}: ${title}`,
    group: "start",
    unit,
    results: Object.fromEntries(
      contestants.map((who): [string, Outcome] => {
        const figures = latencies.get(who)!.flatMap((latency) => latency[figure] ?? []);
        const reason: Absent = { status: "cannot", reason: unknown };
        return [who, absent.get(who) ?? (figures.length > 0 ? summarize(figures, 1) : reason)];
      }),
    ),
  });
  return [
    row("start of a new process to a device", "ms", "startMs"),
    row("to its first step, cold caches", "ms", "firstStepMs"),
    row("peak memory of the process", "MiB", "processMiB"),
    row("peak of WebGPU buffers", "MiB", "gpuMiB", "it makes none"),
  ];
}

/** Most bytes of WebGPU buffers that were alive together since {@link watchBuffers}. */
let peakBytes = 0;

/** Counts the buffers that anybody makes from now on, ours and rivals' alike. */
export function watchBuffers(): void {
  let bytes = 0;
  const { createBuffer } = GPUDevice.prototype;
  GPUDevice.prototype.createBuffer = function (this: GPUDevice, descriptor: GPUBufferDescriptor) {
    const buffer = createBuffer.call(this, descriptor);
    const destroy = buffer.destroy.bind(buffer);
    let alive = true;
    bytes += descriptor.size;
    peakBytes = Math.max(peakBytes, bytes);
    buffer.destroy = () => {
      if (alive) bytes -= descriptor.size;
      alive = false;
      return destroy();
    };
    return buffer;
  };
}

/** Opens one contestant, runs its step twice and says what that took; `close` frees it. */
export async function firstStep(
  name: FirstStepName,
  who: string,
  openDevice: () => Promise<Device>,
  wasmFolder: string,
): Promise<{ readonly latency: Latency; close(): void }> {
  const work = FIRST_STEPS[name];
  const [open, close] = await contestantOf(work, who, openDevice, wasmFolder);
  const startMs = performance.now();
  const contestant = await open();
  await contestant.run(1);
  const firstStepMs = performance.now();
  if (firstStepMs < SLOW_MS) await contestant.run(1);
  return { latency: { startMs, firstStepMs, ...(peakBytes > 0 && { gpuMiB: peakBytes / 2 ** 20 }) }, close };
}

async function contestantOf(work: Work, who: string, openDevice: () => Promise<Device>, wasmFolder: string) {
  if (who === OURS) {
    const device = await openDevice();
    return [() => work.ours[OURS]!(device), () => device.destroy()] as const;
  }
  const rival = await openRival(who as RivalName, wasmFolder);
  await rival.activate();
  return [() => rival.open(work), () => rival.close()] as const;
}
