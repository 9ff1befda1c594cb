import type { Work } from "./contestant.ts";
import { ADAM } from "./work/adam.ts";
import { BATCH_NORM } from "./work/batch_norm.ts";
import { CGAN_BATCHES, CGAN_STEPS, dccganStep } from "./work/cgan.ts";
import { CNN_BATCHES, CNN_INFERENCE, CNN_STEP } from "./work/cnn.ts";
import { CONVOLUTIONS } from "./work/conv2d.ts";
import { CROSS_ENTROPIES } from "./work/cross_entropy.ts";
import { LADDER } from "./work/ladder.ts";
import { LEAKY_RELUS } from "./work/leaky_relu.ts";
import { MATMUL_WIDTHS, MATMULS } from "./work/matmul.ts";
import { MAX_POOLS } from "./work/max_pool2d.ts";

const EVERYDAY: readonly Work[] = [
  ...MATMULS,
  ...CONVOLUTIONS,
  ...MAX_POOLS,
  ...LEAKY_RELUS,
  BATCH_NORM,
  ...CROSS_ENTROPIES,
  ADAM,
  CNN_STEP,
  CNN_INFERENCE,
  ...CGAN_STEPS,
];
const SCALING: readonly Work[] = [...MATMUL_WIDTHS, ...CNN_BATCHES, ...CGAN_BATCHES];

/** What chooses work. */
export interface Choice {
  readonly only?: RegExp | undefined;
  readonly ladder?: boolean | undefined;
  readonly scaling?: boolean | undefined;
  /** Whether the adapter runs on the CPU. */
  readonly software: boolean;
  /** Most bytes that the adapter allows in a buffer; as many as the work wants unless given. */
  readonly largestBuffer?: number | undefined;
}

/** The work to do, in the report's order. */
export function chosenWork({
  only,
  ladder,
  scaling,
  software,
  largestBuffer = Number.POSITIVE_INFINITY,
}: Choice): Work[] {
  const all = [...EVERYDAY, dccganStep(largestBuffer), ...(ladder ? LADDER : []), ...(scaling ? SCALING : [])];
  if (only) return all.filter(({ name }) => only.test(name));
  return all.filter(({ gpuOnly, onDemand }) => !onDemand && !(gpuOnly && software));
}
