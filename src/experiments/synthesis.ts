import { compile } from "../autograd/compile.ts";
import { quantizeImages, unpackBytes } from "../autograd/ops/batch.ts";
import { newClock, normal } from "../autograd/ops/random.ts";
import { reshape } from "../autograd/ops/reshape.ts";
import { advance } from "../autograd/ops/state.ts";
import { noGrad } from "../autograd/record.ts";
import { Variable } from "../autograd/tensor.ts";
import type { Device } from "../gpu/device.ts";
import { type Generator, NOISE_SIZE } from "../models/generators.ts";
import { INFERENCE } from "../models/module.ts";
import { STREAMS } from "./batch_trainer.ts";

const BATCH = 250;
const PIXELS = 784;

/**
 * One image per label from a generator in inference mode, as bytes (N x 28 x 28): z ~ N(0, I), the same for the same seed,
 * whatever the weights. Source: the paper, "Data" (images are made once, before the classifier trains).
 */
export async function synthesize(
  device: Device,
  generator: Generator,
  labels: Uint8Array,
  seed: number,
  onProgress: (done: number) => void = () => {},
): Promise<Uint8Array<ArrayBuffer>> {
  const clock = newClock(0, "batch");
  const batchLabels = new Variable(new Uint32Array(BATCH), [BATCH], { name: "labels" });
  const step = await compile(device, () =>
    noGrad(() => {
      const z = normal([BATCH, NOISE_SIZE], { seed, clock, stream: STREAMS.synthesis });
      const images = generator.forward(z, batchLabels, INFERENCE);
      advance(clock);
      return { bytes: quantizeImages(reshape(images, [BATCH, PIXELS])) };
    }),
  );
  try {
    const out = new Uint8Array(labels.length * PIXELS);
    for (let at = 0; at < labels.length; at += BATCH) {
      const part = new Uint32Array(BATCH);
      part.set(labels.subarray(at, at + BATCH));
      batchLabels.write(part);
      step.run();
      const count = Math.min(BATCH, labels.length - at);
      out.set(unpackBytes((await step.read("bytes")) as Uint32Array, count * PIXELS), at * PIXELS);
      onProgress(at + count);
    }
    return out;
  } finally {
    step.destroy();
    batchLabels.destroy();
    clock.destroy();
  }
}
