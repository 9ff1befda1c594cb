/** A reproduction that trains in seconds: few drawn garments, a step or two a run. */
import { garments } from "../../../src/data/garments.ts";
import type { MatrixRequest } from "../../../src/experiments/reproduce/matrix.ts";
import type { ReproductionRequest } from "../../../src/experiments/reproduce/plan_node.ts";
import type { PresetSizes } from "../../../src/experiments/reproduce/presets.ts";
import { settingOf } from "../../../src/experiments/reproduce/settings.ts";

export const TINY_SIZES: PresetSizes = {
  cut: { trainPerClass: 2, leastPerClass: 1, testPerClass: 1 },
  gan: { epochs: 2, batchSize: 10, learningRate: 5e-4, beta1: 0.5 },
  cnn: { epochs: 2, leastSteps: 0, batchSize: 10, learningRate: 5e-4 },
};

/** The original set, and one tail as it is, downsampled, upsampled and rebalanced by one GAN. */
export const TINY_MATRIX: MatrixRequest = {
  experiments: [],
  settings: [settingOf("2/3")],
  gans: ["small_mlp_cgan_leaky"],
  loss: "plain",
  seeds: 1,
};

export const TINY_RUNS = [
  "cnn-original-none-plain-seed1",
  "cnn-2of3-none-plain-seed1",
  "cnn-2of3-downsampled-plain-seed1",
  "cnn-2of3-upsampled-plain-seed1",
  "gan-small_mlp_cgan_leaky-2of3-seed1",
  "cnn-2of3-small_mlp_cgan_leaky-plain-seed1",
] as const;

/** A request for it into `out`. */
export function tinyRequest(out: string, more: Partial<ReproductionRequest> = {}): ReproductionRequest {
  const dataset = garments({ seed: 1, trainPerClass: 5, testPerClass: 2 });
  const data = { dataset, origin: "test", files: [] };
  const command = { command: "npx tailgrad reproduce", version: "0", adapter: "some GPU", software: false };
  return { ...TINY_MATRIX, preset: "smoke", sizes: TINY_SIZES, data, out, command, ...more };
}
