import type { Explanation } from "../../autograd/explain.ts";
import { type ImageDataset, indicesByClass } from "../../data/dataset.ts";
import { DataError } from "../../errors.ts";
import { explainPlan, type StepProfile } from "../../experiments/explain_plans.ts";
import type { Device } from "../../gpu/device.ts";
import { type Ceilings, measureCeilings } from "../../kernels/ceiling/ceiling.ts";
import { Rng } from "../../kernels/random/philox.ts";
import { Cnn } from "../../models/cnn.ts";
import { Discriminator } from "../../models/discriminator.ts";
import type { GeneratorName } from "../../models/generator_names.ts";
import { Generator } from "../../models/generators.ts";
import type { FollowedNetwork, NetworkValues, WeightsOrigin } from "../inside/network.ts";
import { dataset } from "./datasets.ts";
import { followCnn, followGenerator } from "./follow.ts";
import type { GpuContext } from "./gpu_context.ts";
import { trainedNetworks } from "./train.ts";

/** Which step's plan. */
export interface PlanRequest {
  readonly plan: "cnn" | "cgan";
  readonly gan: GeneratorName;
  readonly batchSize: number;
}

/** A plan, and the WGSL of its dispatches and of what was joined in them. */
export interface Plan {
  readonly explanation: Explanation;
  readonly shaders: readonly string[];
  readonly partShaders: readonly (readonly string[])[];
}

/** A sample to follow. */
export interface FollowRequest {
  readonly network: FollowedNetwork;
  /** The data set whose test images go through a classifier. */
  readonly data: string;
  /** The generator to draw where none is trained. */
  readonly gan: GeneratorName;
  readonly label: number;
  /** Of the noise, or the number of the class's test image, counted round. */
  readonly seed: number;
}

/** Seed of the weights where no training is open. */
const WEIGHTS_SEED = 1;
const DRAWN: WeightsOrigin = { steps: 0 };
const PIXELS = 784;

/** What the view "Look inside" asks for. */
export const insideHandlers = {
  /** Compiles a step and gives its plan; nothing runs. */
  async insidePlan(gpu: GpuContext, { plan, gan, batchSize }: PlanRequest): Promise<Plan> {
    const device = await gpu.device();
    return gpu.turn(() => explainPlan(device, plan, { gan, batchSize }));
  },

  /** Runs a step and times its dispatches, and measures what the adapter can reach at all. */
  async insideProfile(
    gpu: GpuContext,
    { plan, gan, batchSize }: PlanRequest,
  ): Promise<{ readonly profile: StepProfile; readonly ceilings: Ceilings }> {
    const device = await gpu.device();
    return gpu.turn(async () => {
      const ceilings = await measureCeilings(device);
      const { profile } = await explainPlan(device, plan, { gan, batchSize, profile: true });
      return { profile: profile!, ceilings };
    });
  },

  /** Sends one sample through a network, the trained one where a training is open, and gives all that is made on the way. */
  async insideFollow(gpu: GpuContext, request: FollowRequest): Promise<NetworkValues> {
    const device = await gpu.device();
    return gpu.turn(() =>
      request.network === "cnn" ? throughCnn(device, request) : throughGenerator(device, request),
    );
  },
};

async function throughCnn(device: Device, { data, label, seed }: FollowRequest): Promise<NetworkValues> {
  const image = testImage(dataset(data), label, seed);
  const trained = trainedNetworks();
  if (trained?.cnn) return followCnn(device, trained.cnn, image, label, trained.origins.cnn);
  const drawn = new Cnn(new Rng(WEIGHTS_SEED, 1));
  return withDrawn([drawn], () => followCnn(device, drawn, image, label, DRAWN));
}

/** A test image of a class, as the networks take it: from -1, black, to 1. */
export function testImage({ name, test, classes, classNames }: ImageDataset, label: number, at: number): Float32Array {
  const indices = indicesByClass(test.labels, classes)[label]!;
  if (indices.length === 0) throw new DataError(`${name}: no test image of ${classNames[label]}; take another class`);
  const from = indices[at % indices.length]! * PIXELS;
  return Float32Array.from(test.images.subarray(from, from + PIXELS), (byte) => byte / 127.5 - 1);
}

async function throughGenerator(device: Device, { gan, label, seed }: FollowRequest): Promise<NetworkValues> {
  const trained = trainedNetworks();
  if (trained?.generator && trained.discriminator) {
    const weights = trained.origins.generator;
    return followGenerator(device, trained.generator, trained.discriminator, { label, seed, weights });
  }
  const rng = new Rng(WEIGHTS_SEED, 1);
  const [generator, discriminator] = [new Generator(gan, rng), new Discriminator(rng)];
  return withDrawn([generator, discriminator], () =>
    followGenerator(device, generator, discriminator, { label, seed, weights: DRAWN }),
  );
}

/** Frees the weights of models afterwards. */
async function withDrawn<R>(
  models: readonly { state(): ReadonlyMap<string, { destroy(): void }> }[],
  work: () => Promise<R>,
): Promise<R> {
  try {
    return await work();
  } finally {
    for (const model of models) for (const variable of model.state().values()) variable.destroy();
  }
}
