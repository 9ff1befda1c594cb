import type { Explanation } from "../../autograd/explain.ts";
import { drawGarment } from "../../data/garments.ts";
import { explainPlan, type StepProfile } from "../../experiments/explain_plans.ts";
import type { Device } from "../../gpu/device.ts";
import { type Ceilings, measureCeilings } from "../../kernels/ceiling/ceiling.ts";
import { Rng } from "../../kernels/random/philox.ts";
import { Cnn } from "../../models/cnn.ts";
import { Discriminator } from "../../models/discriminator.ts";
import type { GeneratorName } from "../../models/generator_names.ts";
import { Generator } from "../../models/generators.ts";
import type { FollowedNetwork, NetworkValues } from "../inside/network.ts";
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
  /** The generator to draw where none is trained. */
  readonly gan: GeneratorName;
  readonly label: number;
  /** Of the picture, or of the noise. */
  readonly seed: number;
}

/** Seed of the weights where no training is open. */
const WEIGHTS_SEED = 1;

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

async function throughCnn(device: Device, { label, seed }: FollowRequest): Promise<NetworkValues> {
  const bytes = new Uint8Array(784);
  drawGarment(seed, 1, label, 0, bytes);
  const image = Float32Array.from(bytes, (byte) => byte / 127.5 - 1);
  const trained = trainedNetworks();
  if (trained?.cnn) return followCnn(device, trained.cnn, image, label, trained.cnnSteps);
  const drawn = new Cnn(new Rng(WEIGHTS_SEED, 1));
  return withDrawn([drawn], () => followCnn(device, drawn, image, label, 0));
}

async function throughGenerator(device: Device, { gan, label, seed }: FollowRequest): Promise<NetworkValues> {
  const trained = trainedNetworks();
  if (trained?.generator && trained.discriminator) {
    return followGenerator(device, trained.generator, trained.discriminator, { label, seed, steps: trained.ganSteps });
  }
  const rng = new Rng(WEIGHTS_SEED, 1);
  const [generator, discriminator] = [new Generator(gan, rng), new Discriminator(rng)];
  return withDrawn([generator, discriminator], () =>
    followGenerator(device, generator, discriminator, { label, seed, steps: 0 }),
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
