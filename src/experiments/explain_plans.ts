import type { Explanation } from "../autograd/compile.ts";
import type { LabelledImages } from "../data/dataset.ts";
import type { Device } from "../gpu/device.ts";
import type { GeneratorName } from "../models/generators.ts";
import { BatchTrainer } from "./batch_trainer.ts";
import { CnnProgram, GanProgram } from "./programs.ts";

/** Which step to explain, at which size. */
export interface ExplainRequest {
  readonly gan: GeneratorName;
  readonly batchSize: number;
}

/** The plan of one training step as data, and the WGSL of its dispatches, without running it. */
export async function explainPlan(
  device: Device,
  name: "cgan" | "cnn",
  { gan, batchSize }: ExplainRequest,
): Promise<{ explanation: Explanation; shaders: string[] }> {
  const set: LabelledImages = { images: new Uint8Array(batchSize * 784), labels: new Uint8Array(batchSize) };
  const program = name === "cnn" ? new CnnProgram(0, "plain") : new GanProgram(gan, 0);
  const trainer = await BatchTrainer.create(device, set, program, { batchSize, seed: 0 });
  try {
    return { explanation: trainer.explain(), shaders: trainer.shaders() };
  } finally {
    trainer.destroy();
  }
}
