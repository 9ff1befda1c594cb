import type { Capabilities } from "../../gpu/launch.ts";
import { type ConvVariant, supportsConv } from "../../kernels/conv2d/gather.ts";
import { supportsWeightGradient, type WeightGradientVariant } from "../../kernels/conv2d/weight_gradient.ts";
import { type MatmulVariant, supportsMatmul } from "../../kernels/matmul/matmul.ts";
import type { LadderName } from "./ladders.ts";

/** Why an adapter cannot run a rung; undefined where it can. */
export function lackingFor(ladder: LadderName, variant: string, capabilities: Capabilities): string | undefined {
  const runs: Readonly<Record<LadderName, () => boolean>> = {
    matmul: () => supportsMatmul(variant as MatmulVariant, capabilities),
    conv2d: () => supportsConv(variant as ConvVariant, capabilities),
    "conv2d-weights": () => supportsWeightGradient(variant as WeightGradientVariant, capabilities),
  };
  return runs[ladder]() ? undefined : "needs subgroups of 4, 8 or 16 invocations, which this adapter does not have";
}
