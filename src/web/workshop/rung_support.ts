import type { Capabilities } from "../../gpu/launch.ts";
import { type ConvVariant, supportsConv } from "../../kernels/conv2d/gather.ts";
import { type MatmulVariant, supportsMatmul } from "../../kernels/matmul/matmul.ts";
import type { LadderName } from "./ladders.ts";

/** Why an adapter cannot run a rung; undefined where it can. */
export function lackingFor(ladder: LadderName, variant: string, capabilities: Capabilities): string | undefined {
  const runs =
    ladder === "matmul"
      ? supportsMatmul(variant as MatmulVariant, capabilities)
      : supportsConv(variant as ConvVariant, capabilities);
  return runs ? undefined : "needs subgroups of 4, 8 or 16 invocations, which this adapter does not have";
}
