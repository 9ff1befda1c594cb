import type { Explanation } from "../src/autograd/compile.ts";
import type { BatchTrainer } from "../src/experiments/batch_trainer.ts";
import type { Device } from "../src/gpu/device.ts";
import { gflops, textTable, threeDigits } from "./table.ts";
import { cnnTrainer, ganTrainer } from "./work/training.ts";

/** One dispatch as it was encoded. */
interface Dispatch {
  readonly pipeline: GPUComputePipeline;
  readonly bindGroup: GPUBindGroup;
  readonly workgroups: readonly [number, number, number];
}

/** A dispatch of a step and its own time. */
export interface ProfiledDispatch {
  readonly kernel: string;
  readonly variant: string;
  readonly op: string;
  readonly shapes: readonly string[];
  readonly workgroups: readonly [number, number, number];
  readonly ms: number;
  readonly gflops: number;
  /** Bytes of all bindings, each counted once, per time. */
  readonly gigabytesPerSecond: number;
}

/** Times of a step's dispatches, each alone, beside the whole step's. */
export interface Profile {
  readonly step: string;
  readonly stepMs: number;
  readonly sumMs: number;
  readonly dispatches: readonly ProfiledDispatch[];
}

/** Names that `--profile` takes. */
export const PROFILES = { cnn: cnnTrainer, cgan: ganTrainer } as const;

const TARGET_MS = 30;
const MOST_REPEATS = 100;

/** Times every dispatch of a training step: repeated within one submit of its own, so that waiting is shared out. */
export async function profileStep(device: Device, name: keyof typeof PROFILES): Promise<Profile> {
  const { trainer } = await PROFILES[name](device);
  try {
    const stepMs = await wholeStep(device, trainer);
    const explanation: Explanation = trainer.explain();
    const recorded = record(device, () => trainer.run(1));
    await device.settle();
    const emptyMs = await timed(device, []);
    const dispatches: ProfiledDispatch[] = [];
    for (const [i, row] of explanation.dispatches.entries()) {
      const dispatch = recorded[i]!;
      const onceMs = Math.max(0.001, (await timed(device, [dispatch])) - emptyMs);
      const repeats = Math.min(MOST_REPEATS, Math.max(3, Math.ceil(TARGET_MS / onceMs)));
      const times: number[] = [];
      for (let k = 0; k < 3; k++) {
        times.push(((await timed(device, Array<Dispatch>(repeats).fill(dispatch))) - emptyMs) / repeats);
      }
      const ms = Math.max(0, times.sort((a, b) => a - b)[1]!);
      const { kernel, variant, op, shapes, workgroups, flops, bytes } = row;
      dispatches.push({
        kernel,
        variant,
        op,
        shapes,
        workgroups,
        ms,
        gflops: gflops(flops, ms),
        gigabytesPerSecond: bytes / ms / 1e6,
      });
    }
    return { step: name, stepMs, sumMs: dispatches.reduce((sum, { ms }) => sum + ms, 0), dispatches };
  } finally {
    trainer.destroy();
  }
}

async function wholeStep(device: Device, trainer: BatchTrainer): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < 6; i++) {
    const start = performance.now();
    trainer.run(1);
    await device.settle();
    times.push(performance.now() - start);
  }
  return times.slice(1).sort((a, b) => a - b)[2]!;
}

async function timed(device: Device, dispatches: readonly Dispatch[]): Promise<number> {
  const encoder = device.gpu.createCommandEncoder({ label: "profile" });
  const pass = encoder.beginComputePass({ label: "profile" });
  for (const { pipeline, bindGroup, workgroups } of dispatches) {
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, bindGroup);
    pass.dispatchWorkgroups(...workgroups);
  }
  pass.end();
  const commands = encoder.finish();
  const start = performance.now();
  device.submit(commands);
  await device.settle();
  return performance.now() - start;
}

/** What `run` encodes. A compiled step keeps its GPU objects to itself, so this listens at the command encoder. */
function record(device: Device, run: () => void): Dispatch[] {
  const dispatches: Dispatch[] = [];
  const { gpu } = device;
  const original = gpu.createCommandEncoder;
  let pipeline: GPUComputePipeline | undefined;
  let bindGroup: GPUBindGroup | undefined;
  gpu.createCommandEncoder = (descriptor) => {
    const encoder = original.call(gpu, descriptor);
    const begin = encoder.beginComputePass.bind(encoder);
    encoder.beginComputePass = (passDescriptor) => {
      const pass = begin(passDescriptor);
      const setPipeline = pass.setPipeline.bind(pass);
      const dispatchWorkgroups = pass.dispatchWorkgroups.bind(pass);
      const setBindGroup = pass.setBindGroup.bind(pass) as (index: number, group: GPUBindGroup) => undefined;
      pass.setPipeline = (next) => {
        pipeline = next;
        return setPipeline(next);
      };
      pass.setBindGroup = (index: number, next: GPUBindGroup | null | undefined) => {
        bindGroup = next!;
        return setBindGroup(index, next!);
      };
      pass.dispatchWorkgroups = (x, y = 1, z = 1) => {
        dispatches.push({ pipeline: pipeline!, bindGroup: bindGroup!, workgroups: [x, y, z] });
        return dispatchWorkgroups(x, y, z);
      };
      return pass;
    };
    return encoder;
  };
  try {
    run();
  } finally {
    gpu.createCommandEncoder = original;
  }
  return dispatches;
}

/** The `top` dearest dispatches, and time by kernel. */
export function profileText({ step, stepMs, sumMs, dispatches }: Profile, top: number): string {
  const share = (ms: number) => `${((100 * ms) / sumMs).toFixed(1)}%`;
  const sorted = dispatches.map((row, place) => ({ ...row, place })).sort((a, b) => b.ms - a.ms);
  const rows = sorted
    .slice(0, top)
    .map((row) => [
      `${row.place} ${row.kernel}${row.variant ? ` (${row.variant})` : ""} for ${row.op}`,
      threeDigits(row.ms),
      share(row.ms),
      row.gflops.toFixed(1),
      row.gigabytesPerSecond.toFixed(1),
      row.workgroups.join("x"),
      row.shapes.join(" "),
    ]);
  const byKernel = new Map<string, { ms: number; count: number }>();
  for (const { kernel, ms } of dispatches) {
    const entry = byKernel.get(kernel) ?? { ms: 0, count: 0 };
    byKernel.set(kernel, { ms: entry.ms + ms, count: entry.count + 1 });
  }
  const kernels = [...byKernel].sort(([, a], [, b]) => b.ms - a.ms);
  return [
    `${step}: ${dispatches.length} dispatches, ${threeDigits(sumMs)} ms one by one, ${threeDigits(stepMs)} ms as one step`,
    textTable([["dispatch", "ms", "share", "GFLOP/s", "GB/s", "workgroups", "shapes"], ...rows]),
    textTable([
      ["kernel", "dispatches", "ms", "share"],
      ...kernels.map(([kernel, { ms, count }]) => [kernel, String(count), threeDigits(ms), share(ms)]),
    ]),
  ].join("\n\n");
}
