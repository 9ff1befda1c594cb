import { compile } from "../../autograd/compile.ts";
import { recordOne } from "../../autograd/record.ts";
import type { Step } from "../../autograd/step.ts";
import { type Tensor, Variable } from "../../autograd/tensor.ts";
import type { Device } from "../../gpu/device.ts";
import { convShapes, convWork, drawn, type LadderWork, layerGeometry, productWork } from "./ladder_work.ts";
import type { LadderName, Rung } from "./ladders.ts";
import { launchesWith } from "./trial.ts";

/** Work that keeps each rung busy for some milliseconds. */
const SIZES = {
  software: { matmul: 256, conv2d: 4 },
  gpu: { matmul: 1024, conv2d: 100 },
} as const;
/** Rounds of samples, the time that one should take, and the most runs in it. */
const ROUNDS = 5;
const SAMPLE_MS = 20;
const MOST_RUNS = 50;

/** What a ladder is timed on, in words. */
export function timedWork(ladder: LadderName, software: boolean): { readonly name: string; readonly work: LadderWork } {
  const size = SIZES[software ? "software" : "gpu"][ladder];
  if (ladder === "matmul") {
    const product = { m: size, n: size, k: size };
    const work = productWork(product, drawn([size, size], 1), drawn([size, size], 2));
    return { name: `${size} x ${size} times ${size} x ${size}`, work };
  }
  const geometry = layerGeometry(size, 32, 32, 28);
  const shapes = convShapes(geometry);
  const work = convWork("forward", geometry, drawn(shapes.image, 1), drawn(shapes.weight, 2));
  return { name: `${size} images, 32 channels of 28 x 28 to 32, 3 x 3`, work };
}

/** Milliseconds that one run of a rung takes with each of the texts, the fastest of several samples, taken in turns. */
export async function timeTexts(
  device: Device,
  ladder: LadderName,
  rung: Rung,
  texts: readonly string[],
): Promise<number[]> {
  const { work } = timedWork(ladder, device.adapter.software);
  const inputs = work.inputs.map(({ data, shape }) => new Variable(data, shape, { requiresGrad: false }));
  const steps: Step<{ result: Tensor }>[] = [];
  try {
    for (const text of texts) {
      const step = await compile(device, () => ({
        result: recordOne({
          op: "rung",
          inputs,
          shape: work.shape,
          dtype: "f32",
          lower: (output, capabilities) =>
            launchesWith(work.lower(rung.variant)(inputs, output, capabilities), rung.file, text),
        }),
      }));
      steps.push(step);
    }
    const runs: number[] = [];
    for (const step of steps) {
      // The first run is not timed: some drivers compile in it.
      await timed(device, step, 1);
      runs.push(Math.min(MOST_RUNS, Math.max(1, Math.ceil(SAMPLE_MS / (await timed(device, step, 1))))));
    }
    const best = steps.map(() => Number.POSITIVE_INFINITY);
    for (let round = 0; round < ROUNDS; round++) {
      for (const [i, step] of steps.entries()) best[i] = Math.min(best[i]!, await timed(device, step, runs[i]!));
    }
    return best;
  } finally {
    for (const step of steps) step.destroy();
    for (const input of inputs) input.destroy();
  }
}

async function timed(device: Device, step: Step<{ result: Tensor }>, runs: number): Promise<number> {
  const start = performance.now();
  step.run(runs);
  await device.settle();
  return (performance.now() - start) / runs;
}
