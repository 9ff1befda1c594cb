import { ShapeError } from "../../errors.ts";
import { type Capabilities, grid, type Launch, scratch, sizeOf, type View } from "../../gpu/launch.ts";
import { specialize } from "../../gpu/specialize.ts";
import source from "./reduce.wgsl";

/** What a reduction makes of the elements; of none, it is 0, NaN, -infinity and infinity. */
export type ReduceKind = "sum" | "mean" | "max" | "min";

const KINDS: Record<ReduceKind, number> = { sum: 0, mean: 0, max: 1, min: 2 };
const IDENTITY: Record<ReduceKind, number> = { sum: 0, mean: 0, max: -Infinity, min: Infinity };

const WORKGROUP = 64;
const MAX_AXES = 4;
/** Most places that one lane folds: with blocks of 64 places, no sum then passes through more than 128 additions. */
const MAX_PLACES = 4096;

/** A run of neighbouring axes that are all kept or all reduced. */
interface Run {
  readonly size: number;
  readonly stride: number;
  readonly reduced: boolean;
}

/** The axes of `shape` joined into as few alternating runs as possible. */
function runsOf(shape: readonly number[], axes: readonly number[]): Run[] {
  const runs: Run[] = [];
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const size = shape[axis]!;
    if (size === 1) continue;
    const reduced = axes.includes(axis);
    const inner = runs[0];
    if (inner?.reduced === reduced) runs[0] = { ...inner, size: inner.size * size };
    else runs.unshift({ size, stride, reduced });
    stride *= size;
  }
  return runs;
}

/**
 * How far to split: enough invocations to fill the adapter, enough places in each part to be worth a second dispatch.
 * Fixed by shapes and kind of adapter alone, so that results repeat bit for bit.
 */
export function splitOf(
  tasks: number,
  places: number,
  lanes: number,
  software: boolean,
): { parts: number; chunk: number } {
  const perLane = places / lanes;
  const [fill, least, enough] = software ? [1024, 64, 512] : [65_536, 16, 64];
  const wanted =
    perLane > enough ? Math.min(Math.ceil(fill / Math.max(1, tasks * lanes)), Math.floor(perLane / least)) : 1;
  const parts = Math.max(1, wanted, Math.ceil(perLane / MAX_PLACES));
  const chunk = Math.max(1, Math.ceil(places / parts));
  return { parts: Math.max(1, Math.ceil(places / chunk)), chunk };
}

/**
 * Launches output = `kind` of input over `axes` (from 0, sorted), where `output` has those axes at size 1. Long
 * reductions to few outputs take two stages: partial results into scratch, then a reduction of these, in a fixed order.
 * NaN wins in max and min. Throws ShapeError when kept and reduced axes alternate so often that more than four groups
 * of kept axes, or five of reduced ones, remain; eight axes never do.
 */
export function reduce(
  kind: ReduceKind,
  input: View,
  axes: readonly number[],
  output: View,
  capabilities: Capabilities,
): Launch[] {
  const elements = sizeOf(axes.map((axis) => input.shape[axis]!));
  const scale = kind !== "mean" ? 1 : elements > 0 ? 1 / elements : Number.NaN;
  return stages(kind, input, axes, output, capabilities.software, scale);
}

function stages(
  kind: ReduceKind,
  input: View,
  axes: readonly number[],
  output: View,
  software: boolean,
  scale: number,
): Launch[] {
  const runs = runsOf(input.shape, axes);
  const last = runs.at(-1);
  const rows = last?.reduced ?? false;
  const width = last && last.size > 0 && last.size % 4 === 0 ? 4 : 1;
  // The innermost run is counted in Ts, and so are all distances.
  const wide = runs.map((run) =>
    run === last ? { ...run, size: run.size / width } : { ...run, stride: run.stride / width },
  );
  const kept = wide.filter((run) => !run.reduced);
  const reduced = wide.filter((run) => run.reduced);
  const inner = reduced.pop() ?? { size: 1, stride: 1 };
  if (kept.length > MAX_AXES || reduced.length > MAX_AXES) {
    throw new ShapeError(
      `${kind}: axes [${axes.join(", ")}] of [${input.shape.join(", ")}] alternate with the kept ones too often for one kernel (eight axes always fit); reduce in two steps`,
    );
  }
  const outputs = sizeOf(kept.map((run) => run.size));
  const places = inner.size * sizeOf(reduced.map((run) => run.size));
  // Neighbouring lanes read neighbouring places of a row; a CPU driver reads any places equally well.
  const lanes = software || !rows ? 1 : 2 ** Math.min(6, Math.floor(Math.log2(Math.max(1, inner.size))));
  const { parts, chunk } = splitOf(outputs, places, lanes, software);
  const target = parts === 1 ? output : scratch([parts, sizeOf(output.shape)], "f32", `${kind} parts`);

  const params = new ArrayBuffer(48 + MAX_AXES * 32);
  const words = new Uint32Array(params);
  words.set([outputs, parts, places, chunk, Math.max(1, inner.size), inner.stride, kept.length, reduced.length]);
  new Float32Array(params).set([IDENTITY[kind], parts === 1 ? scale : 1], 8);
  kept.forEach((run, i) => {
    words.set([run.size, run.stride], 12 + i * 4);
  });
  reduced.forEach((run, i) => {
    words.set([run.size, run.stride], 12 + (MAX_AXES + i) * 4);
  });
  const first: Launch = {
    kernel: `reduce ${kind}`,
    variant: `${rows ? "rows" : "columns"}${width === 4 ? " vec4" : ""} x${lanes}${parts > 1 ? `, ${parts} parts` : ""}`,
    shader: specialize(source, {
      ...(width === 4 ? {} : { T: "f32", Bits: "u32" }),
      WIDTH: width,
      ROWS: rows,
      KIND: KINDS[kind],
      ONE_KEPT_RUN: kept.length <= 1,
      ONE_REDUCED_RUN: reduced.length === 0,
      WORKGROUP,
      LANES: lanes,
    }),
    params,
    bindings: [
      { view: input, access: "read" },
      { view: target, access: "write" },
    ],
    workgroups: grid(Math.ceil((outputs * parts * lanes) / WORKGROUP)),
    flops: sizeOf(input.shape),
  };
  return parts === 1 ? [first] : [first, ...stages(kind, target, [0], output, software, scale)];
}
