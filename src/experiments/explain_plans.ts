import type { Explanation } from "../autograd/explain.ts";
import type { DispatchTime } from "../autograd/profile.ts";
import type { Tuner } from "../autograd/tuner.ts";
import type { LabelledImages } from "../data/dataset.ts";
import type { Device } from "../gpu/device.ts";
import type { GeneratorName } from "../models/generator_names.ts";
import { BatchTrainer } from "./batch_trainer.ts";
import { CnnProgram, GanProgram } from "./programs.ts";

/** Which step to explain, at which size. */
export interface ExplainRequest {
  readonly gan: GeneratorName;
  readonly batchSize: number;
  readonly tuner?: Tuner;
  /** Whether to run the step and time it. */
  readonly profile?: boolean;
}

/** Where a step's time goes, in milliseconds. */
export interface StepProfile {
  /** From the recorded function to the end of the first step, with all that is compiled for it. */
  readonly firstStepMs: number;
  /** One of many steps, all submitted together. */
  readonly stepMs: number;
  /** Each dispatch alone. */
  readonly dispatches: readonly DispatchTime[];
}

/** The plan of one training step as data and the WGSL of its dispatches; nothing runs unless its times are asked for. */
export async function explainPlan(
  device: Device,
  name: "cgan" | "cnn",
  { gan, batchSize, tuner, profile }: ExplainRequest,
): Promise<{ explanation: Explanation; shaders: string[]; partShaders: string[][]; profile?: StepProfile }> {
  const set: LabelledImages = { images: new Uint8Array(batchSize * 784), labels: new Uint8Array(batchSize) };
  const program = name === "cnn" ? new CnnProgram(0, "plain") : new GanProgram(gan, 0);
  const start = performance.now();
  const trainer = await BatchTrainer.create(device, set, program, {
    batchSize,
    seed: 0,
    ...(tuner ? { tuner } : {}),
  });
  try {
    const plan = { explanation: trainer.explain(), shaders: trainer.shaders(), partShaders: trainer.partShaders() };
    return profile ? { ...plan, profile: await profileOf(device, trainer, performance.now() - start) } : plan;
  } finally {
    trainer.destroy();
  }
}

const STEPS = 10;
const SAMPLES = 3;

async function profileOf(device: Device, trainer: BatchTrainer, compileMs: number): Promise<StepProfile> {
  // The dispatches first: what a driver compiles at its first run then shows with the dispatch that needs it.
  const dispatches = await trainer.profile();
  const samples: number[] = [];
  for (let i = 0; i < SAMPLES; i++) {
    const start = performance.now();
    for (let k = 0; k < STEPS; k++) trainer.run(1);
    await device.settle();
    samples.push((performance.now() - start) / STEPS);
  }
  samples.sort((a, b) => a - b);
  const firstStepMs = dispatches.reduce((total, { firstMs }) => total + firstMs, compileMs);
  return { firstStepMs, stepMs: samples[Math.floor(SAMPLES / 2)]!, dispatches };
}
