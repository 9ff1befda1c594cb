import { compile } from "../autograd/compile.ts";
import { quantizeImages, unpackBytes } from "../autograd/ops/batch.ts";
import { newClock, normal } from "../autograd/ops/random.ts";
import { reshape } from "../autograd/ops/reshape.ts";
import { advance } from "../autograd/ops/state.ts";
import { noGrad } from "../autograd/record.ts";
import type { Step } from "../autograd/step.ts";
import { type Tensor, Variable } from "../autograd/tensor.ts";
import type { Device } from "../gpu/device.ts";
import { type Generator, NOISE_SIZE } from "../models/generators.ts";
import { INFERENCE } from "../models/module.ts";
import { STREAMS } from "./batch_trainer.ts";

const BATCH = 250;
const PIXELS = 784;

/** Makes images of one generator again and again, with its weights as they are then; compiled once. */
export class Synthesizer {
  private constructor(
    private readonly step: Step<{ bytes: Tensor }>,
    private readonly clock: Variable,
    private readonly labels: Variable,
  ) {}

  /** `batchSize` images are made at once; the noise of those beyond the first batch depends on it. */
  static async create(device: Device, generator: Generator, seed: number, batchSize = BATCH): Promise<Synthesizer> {
    const clock = newClock(0, "batch");
    const labels = new Variable(new Uint32Array(batchSize), [batchSize], { name: "labels" });
    const step = await compile(device, () =>
      noGrad(() => {
        const z = normal([batchSize, NOISE_SIZE], { seed, clock, stream: STREAMS.synthesis });
        const images = generator.forward(z, labels, INFERENCE);
        advance(clock);
        return { bytes: quantizeImages(reshape(images, [batchSize, PIXELS])) };
      }),
    );
    return new Synthesizer(step, clock, labels);
  }

  /** One image per label as bytes (N x 28 x 28): z ~ N(0, I), the same for the same seed, whatever the weights. */
  async images(labels: Uint8Array, onProgress: (done: number) => void = () => {}): Promise<Uint8Array<ArrayBuffer>> {
    const batchSize = this.labels.size;
    this.clock.write(new Uint32Array(2));
    const out = new Uint8Array(labels.length * PIXELS);
    for (let at = 0; at < labels.length; at += batchSize) {
      const part = new Uint32Array(batchSize);
      part.set(labels.subarray(at, at + batchSize));
      this.labels.write(part);
      this.step.run();
      const count = Math.min(batchSize, labels.length - at);
      out.set(unpackBytes((await this.step.read("bytes")) as Uint32Array, count * PIXELS), at * PIXELS);
      onProgress(at + count);
    }
    return out;
  }

  destroy(): void {
    this.step.destroy();
    this.clock.destroy();
    this.labels.destroy();
  }
}

/**
 * One image per label from a generator in inference mode, see {@link Synthesizer}. Source: the paper, "Data" (images are made
 * once, before the classifier trains).
 */
export async function synthesize(
  device: Device,
  generator: Generator,
  labels: Uint8Array,
  seed: number,
  onProgress?: (done: number) => void,
): Promise<Uint8Array<ArrayBuffer>> {
  const synthesizer = await Synthesizer.create(device, generator, seed);
  try {
    return await synthesizer.images(labels, onProgress);
  } finally {
    synthesizer.destroy();
  }
}
