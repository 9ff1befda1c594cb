import { compile } from "../../autograd/compile.ts";
import { record, recordOne } from "../../autograd/record.ts";
import type { Step } from "../../autograd/step.ts";
import { type Tensor, Variable } from "../../autograd/tensor.ts";
import type { Device } from "../../gpu/device.ts";
import { sameConvolution } from "../../kernels/conv2d/geometry.ts";
import { textOf } from "./ladder_texts.ts";
import { convShapes, convWork, drawn, type LadderWork, productWork, weightGradientWork } from "./ladder_work.ts";
import type { LadderName, Rung } from "./ladders.ts";
import { TIMED_SIZES } from "./timed_sizes.ts";
import { EditedText } from "./trial.ts";

/** Rounds of samples, the time that one should take, and the most runs in it. */
const ROUNDS = 5;
const SAMPLE_MS = 20;
const MOST_RUNS = 50;

/** What a ladder is timed on, in words. */
export function timedWork(ladder: LadderName, software: boolean): { readonly name: string; readonly work: LadderWork } {
  const sizes = TIMED_SIZES[software ? "software" : "gpu"];
  if (ladder === "matmul") {
    const size = sizes.matmul;
    const product = { m: size, n: size, k: size };
    const work = productWork(product, drawn([size, size], 1), drawn([size, size], 2));
    return { name: `${size} x ${size} times ${size} x ${size}`, work };
  }
  const geometry = sameConvolution(sizes.conv2d, 32, 32, 28);
  const { image, weight, feature } = convShapes(geometry);
  const work =
    ladder === "conv2d"
      ? convWork("forward", geometry, drawn(image, 1), drawn(weight, 2))
      : weightGradientWork(geometry, drawn(image, 1), drawn(feature, 2));
  return { name: `${sizes.conv2d} images, 32 channels of 28 x 28 to 32, 3 x 3`, work };
}

/** Milliseconds that one run of a rung takes: the fastest of several samples. */
export async function timeRung(device: Device, ladder: LadderName, rung: Rung): Promise<number> {
  const { work } = timedWork(ladder, device.adapter.software);
  return withInputs(work, async (inputs) => {
    const step = await compile(device, () => ({
      result: recordOne({
        op: "rung",
        inputs,
        shape: work.shape,
        dtype: "f32",
        lower: (output, capabilities) => work.lower(rung.variant)(inputs, output, capabilities),
      }),
    }));
    try {
      const [ms] = await bestOf(device, [step]);
      return ms!;
    } finally {
      step.destroy();
    }
  });
}

/**
 * Milliseconds that a rung takes with its own text and with another, in turns. Both have their loops counted, so that nothing hangs:
 * compare them with each other, not with what {@link timeRung} gives. Throws TrialError where a loop does not end at this size.
 */
export async function timeEdited(
  device: Device,
  ladder: LadderName,
  rung: Rung,
  text: string,
): Promise<[original: number, edited: number]> {
  const { work } = timedWork(ladder, device.adapter.software);
  return withInputs(work, async (inputs) => {
    const steps: Step<{ result: Tensor; endless: Tensor }>[] = [];
    const texts = [textOf(rung), text].map((one) => new EditedText(rung.file, one));
    try {
      for (const edited of texts) {
        const step = await compile(device, () => {
          const [result, endless] = record({
            op: "rung",
            inputs,
            outputs: [
              { shape: work.shape, dtype: "f32" },
              { shape: [1], dtype: "u32" },
            ],
            lower: ([output, word], capabilities) =>
              edited.launches(work.lower(rung.variant)(inputs, output!, capabilities), word!),
          });
          return { result: result!, endless: endless! };
        });
        steps.push(step);
        step.run();
        edited.checkEnded((await step.read("endless"))[0]!);
      }
      const [original, changed] = await bestOf(device, steps);
      return [original!, changed!];
    } finally {
      for (const step of steps) step.destroy();
    }
  });
}

async function withInputs<R>(work: LadderWork, run: (inputs: readonly Variable[]) => Promise<R>): Promise<R> {
  const inputs = work.inputs.map(({ data, shape }) => new Variable(data, shape, { requiresGrad: false }));
  try {
    return await run(inputs);
  } finally {
    for (const input of inputs) input.destroy();
  }
}

/** The shortest time of one run of each step, taken in turns. */
async function bestOf(device: Device, steps: readonly Pick<Step, "run">[]): Promise<number[]> {
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
}

async function timed(device: Device, step: Pick<Step, "run">, runs: number): Promise<number> {
  const start = performance.now();
  step.run(runs);
  await device.settle();
  return (performance.now() - start) / runs;
}
