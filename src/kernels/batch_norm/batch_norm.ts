import {
  type Capabilities,
  grid,
  type Launch,
  packParams,
  scratch,
  sizeOf,
  u32Params,
  type View,
} from "../../gpu/launch.ts";
import { specialize } from "../../gpu/specialize.ts";
import { reduce, splitOf } from "../reduce/reduce.ts";
import finish from "./batch_norm_finish.wgsl";
import stats from "./batch_norm_stats.wgsl";
import sums from "./batch_norm_sums.wgsl";

const WORKGROUP = 64;

/** How a kernel walks the channels of x [N, C, S]: params, constants and dispatch that both walks share. */
function walk(shape: readonly number[], { software }: Capabilities) {
  const [samples, channels] = shape as [number, number];
  const inner = sizeOf(shape.slice(2));
  const width = inner % 4 === 0 ? 4 : 1;
  const run = inner === 1 ? samples : inner / width;
  const places = (samples * inner) / width;
  // Where samples are single elements, neighbouring invocations take neighbouring channels instead.
  const lanes = software || inner === 1 ? 1 : 2 ** Math.min(6, Math.floor(Math.log2(run)));
  const { parts, chunk } = splitOf(channels, places, lanes, software);
  const steps = inner === 1 ? [channels, 0, 1] : [1, channels * run, run];
  return {
    width,
    parts,
    chunk,
    params: u32Params(channels, parts, places, chunk, run, ...steps),
    constants: { ...(width === 4 ? {} : { T: "f32" }), WIDTH: width, WORKGROUP, LANES: lanes },
    variant: `${width === 4 ? "vec4" : "scalar"} x${lanes}${parts > 1 ? `, ${parts} parts` : ""}`,
    workgroups: grid(Math.ceil((channels * parts * lanes) / WORKGROUP)),
  };
}

/** Running statistics [C] and how they follow the batch's. */
export interface RunningStats {
  readonly mean: View;
  readonly variance: View;
  readonly momentum: number;
  readonly eps: number;
}

/**
 * Launches the statistics of each channel of x [N, C, ...] into `mean` [C] and `invStd` [C] (1 / sqrt(variance + eps),
 * biased variance), and moves the running ones. Needs at least two elements per channel.
 */
export function batchNormStats(
  x: View,
  mean: View,
  invStd: View,
  running: RunningStats,
  capabilities: Capabilities,
): Launch[] {
  const { width, parts, chunk, params, constants, variant, workgroups } = walk(x.shape, capabilities);
  const channels = x.shape[1]!;
  const count = sizeOf(x.shape) / Math.max(1, channels);
  const partStats = scratch([parts, channels, 2], "f32", "batchNorm parts");
  return [
    {
      kernel: "batchNorm stats",
      variant,
      shader: specialize(stats, constants),
      params,
      bindings: [
        { view: x, access: "read" },
        { view: partStats, access: "write" },
      ],
      workgroups,
      flops: sizeOf(x.shape) * 6,
    },
    {
      kernel: "batchNorm finish",
      variant: "",
      shader: specialize(finish, { WORKGROUP }),
      params: packParams([
        ["u32", channels],
        ["u32", parts],
        ["u32", count],
        ["u32", chunk * width],
        ["f32", running.momentum],
        ["f32", running.eps],
      ]),
      bindings: [
        { view: partStats, access: "read" },
        { view: mean, access: "write" },
        { view: invStd, access: "write" },
        { view: running.mean, access: "update" },
        { view: running.variance, access: "update" },
      ],
      workgroups: grid(Math.ceil(channels / WORKGROUP)),
      flops: channels * parts * 6,
    },
  ];
}

/** Inputs of {@link batchNormSums}: gradient and input [N, C, ...], statistics [C]. */
export interface SumInputs {
  readonly g: View;
  readonly x: View;
  readonly mean: View;
  readonly invStd: View;
}

/** Launches dbeta = sum(g) and dgamma = sum(g * (x - mean) * invStd) over all axes but the channels', each [C]. */
export function batchNormSums(inputs: SumInputs, dbeta: View, dgamma: View, capabilities: Capabilities): Launch[] {
  const { g, x, mean, invStd } = inputs;
  const { parts, params, constants, variant, workgroups } = walk(x.shape, capabilities);
  const shape = [parts, x.shape[1]!];
  const targets = [dbeta, dgamma].map((view) => (parts === 1 ? view : scratch(shape, "f32", "batchNorm parts")));
  const first: Launch = {
    kernel: "batchNorm sums",
    variant,
    shader: specialize(sums, constants),
    params,
    bindings: [
      ...[g, x, mean, invStd].map((view) => ({ view, access: "read" as const })),
      ...targets.map((view) => ({ view, access: "write" as const })),
    ],
    workgroups,
    flops: sizeOf(x.shape) * 4,
  };
  if (parts === 1) return [first];
  return [first, ...[dbeta, dgamma].flatMap((out, i) => reduce("sum", targets[i]!, [0], out, capabilities))];
}
