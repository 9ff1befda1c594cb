// The float64 networks at a small size, for the check of their gradients.

import type { LossMode } from "../../src/experiments/programs.ts";
import { type Array64, array, random, randomIndices } from "../support/arrays.ts";
import { type GradientError, gradientErrors } from "./central_differences.ts";
import { Cgan64, type DenseGenerator, GENERATORS, withNoise } from "./cgan64.ts";
import { Cnn64 } from "./cnn64.ts";

const ROWS = 5;

/** Values of small layers by name. */
class SmallValues extends Map<string, Array64> {
  /** Random weight and bias of a layer. */
  layer(name: string, shape: readonly number[]): void {
    this.set(`${name}.weight`, random(shape, this.size));
    this.set(`${name}.bias`, random([shape[0]!], this.size));
  }

  normalisation(name: string, channels: number): void {
    this.layer(name, [channels]);
    this.set(`${name}.running_mean`, array(Array(channels).fill(0), [channels]));
    this.set(`${name}.running_var`, array(Array(channels).fill(1), [channels]));
  }
}

/** Gradient errors of the CNN's loss, for pictures of 8 x 8 and at most 4 channels. */
export function cnnGradientErrors(loss: LossMode): GradientError[] {
  const start = new SmallValues();
  start.layer("cnn.layers.0", [3, 1, 3, 3]);
  start.normalisation("cnn.layers.2", 3);
  start.layer("cnn.layers.3", [2, 3, 3, 3]);
  start.layer("cnn.layers.6", [3, 2, 3, 3]);
  start.layer("cnn.layers.8", [4, 3, 3, 3]);
  start.layer("cnn.layers.12", [6, 16]);
  start.layer("cnn.layers.14", [10, 6]);
  const model = new Cnn64(start, loss, 5e-4);
  const images = random([ROWS, 1, 8, 8], 1);
  const labels = randomIndices([ROWS], 10, 2);
  return gradientErrors(model.parameters.entries(), () => model.loss(images, labels));
}

/** Gradient errors of both losses of the CGAN, each by its own network's parameters, for layers of at most 9 units. */
export function cganGradientErrors(name: DenseGenerator): GradientError[] {
  const [noise, label, pixels] = [4, 2, 12];
  const start = new SmallValues();
  let inputs = noise + label;
  let place = 0;
  GENERATORS[name].forEach((parts, i) => {
    start.layer(`generator.layers.${place++}`, [9 - i, inputs]);
    inputs = 9 - i;
    for (const part of parts) {
      if (part === "norm") start.normalisation(`generator.layers.${place}`, inputs);
      place++;
    }
  });
  start.layer(`generator.layers.${place}`, [pixels, inputs]);
  [pixels + label, 9, 8, 7].forEach((size, k, sizes) => {
    start.layer(`discriminator.hidden_layer${k + 1}.0`, [sizes[k + 1] ?? 1, size]);
  });
  for (const network of ["generator", "discriminator"]) {
    start.set(`${network}.label_embedding.weight`, random([10, label], start.size));
  }
  const model = new Cgan64(name, start, 1, 2e-4);
  const real = { images: random([ROWS, pixels], 1), labels: randomIndices([ROWS], 10, 2) };
  const batch = withNoise(real, 1, 0, noise);
  const lossD = () => model.discriminatorLoss(batch, model.generate(batch).output);
  const lossG = () => model.generatorLoss(batch, model.generate(batch));
  return [...gradientErrors(model.discriminator.entries(), lossD), ...gradientErrors(model.generator.entries(), lossG)];
}
