import { type Capabilities, grid, type Launch, scratch, sizeOf, u32Params, type View } from "../../gpu/launch.ts";
import { type Constants, type Parts, specialize } from "../../gpu/specialize.ts";
import packGradientSource from "./pack_gradient.wgsl";
import packWeightsSource from "./pack_weights.wgsl";

/** Rungs of the convolutions' ladders, slowest first. */
export const CONV_VARIANTS = ["naive", "subgroup"] as const;
export type ConvVariant = (typeof CONV_VARIANTS)[number];

/** Whether a variant runs on an adapter at all. */
export function supportsConv(variant: ConvVariant, { subgroupSize }: Capabilities): boolean {
  return variant === "naive" || subgroupSize === 8 || subgroupSize === 16;
}

/** The variant to use without measuring. */
export function chooseConv(capabilities: Capabilities): ConvVariant {
  return capabilities.software && supportsConv("subgroup", capabilities) ? "subgroup" : "naive";
}

const WORKGROUP = 64;
/** Result vectors per lane that still fit a CPU's registers and first cache well: measured on lavapipe. */
const LANE_SUMS = Number(globalThis.process?.env.LS ?? 64);
const MOST_TOGETHER = Number(globalThis.process?.env.MT ?? 4);

/** How a subgroup kernel spreads `channels` over its lanes. */
export interface Tile {
  readonly lanes: number;
  /** Rows (pixels or taps) that each lane gathers. */
  readonly perLane: number;
  /** Channels per lane, and elements of the vector that holds them when packed. */
  readonly width: number;
  readonly packedWidth: number;
  /** Packed vectors per row of the packed operand. */
  readonly slots: number;
  /** Workgroups along the channels. */
  readonly tiles: number;
}

/** Chooses the width that wastes fewest lanes on channels that do not exist. */
export function tileFor(channels: number, lanes: number): Tile {
  let width = 1;
  const cost = (w: number) => Math.ceil(channels / (lanes * w)) * w;
  for (const w of [2, 3, 4]) if (cost(w) <= cost(width)) width = w;
  return {
    lanes,
    perLane: Math.max(1, Math.floor(LANE_SUMS / lanes / width)),
    width,
    packedWidth: width === 3 ? 4 : width,
    slots: Math.ceil(channels / width),
    tiles: Math.ceil(channels / (lanes * width)),
  };
}

/** Rows along an axis of `length` that a subgroup kernel takes at once: its largest divisor that still fits the registers. */
export function togetherOf(length: number): number {
  for (let together = MOST_TOGETHER; together > 1; together--) if (length % together === 0) return together;
  return 1;
}

const PX = Number(globalThis.process?.env.PX ?? 16);
/** How gather_rows.wgsl cuts the result into pieces of rows. */
export function rowsTile(
  {
    batch,
    size,
    taps,
    divisor,
  }: { batch: number; size: readonly [number, number]; taps: number; divisor: readonly [number, number] },
  { scale, offset, step }: { scale: number; offset: number; step: number },
  tile: Tile,
) {
  const pieces = Math.ceil(size[1] / PX);
  const columns = Math.ceil(size[1] / pieces / divisor[1]) * divisor[1];
  const rows = Math.max(1, Math.min(batch * size[0], Math.floor(PX / columns)));
  // The leftmost tap of the leftmost pixel, in places of the input times the divisor.
  const leftmost = offset + Math.min(0, (taps - 1) * step);
  const first = Math.floor(leftmost / divisor[1]);
  const phase = leftmost - first * divisor[1];
  const last = Math.floor(((columns - 1) * scale + (taps - 1) * Math.abs(step) + phase) / divisor[1]);
  return {
    columns,
    rows,
    first,
    tilesX: Math.ceil(size[1] / columns),
    tilesY: Math.ceil((batch * size[0]) / rows),
    constants: {
      ROWS: rows,
      COLS: columns,
      TAPS: taps,
      SCALE: scale,
      DILATION: Math.abs(step),
      PHASE: phase,
      DIVISOR_X: divisor[1],
      DIVISOR_Y: divisor[0],
      FORWARD: step < 0 ? 0 : 1,
      BACKWARD: step < 0 ? 1 : 0,
      LOADS: Math.ceil((last + 1) / tile.lanes),
    },
  };
}

/** WGSL type of `width` values: a vector, or a scalar for one. */
export const wgslVector = (scalar: "f32" | "u32", width: number) => (width === 1 ? scalar : `vec${width}<${scalar}>`);

/** Constants that both subgroup kernels share. */
export function tileConstants(tile: Tile): Constants {
  return {
    LANES: tile.lanes,
    WIDTH: tile.width,
    Channels: wgslVector("f32", tile.width),
    Packed: wgslVector("f32", tile.packedWidth),
  };
}

/** The part "unpack" of both subgroup kernels. */
export function unpackPart({ width }: Tile): Parts {
  return {
    unpack: [
      "fn unpack(packed: Packed) -> Channels {",
      `  return packed${width === 3 ? ".xyz" : ""};`,
      "}",
      "",
      "fn component(value: Channels, i: u32) -> f32 {",
      `  return value${width === 1 ? "" : "[i]"};`,
      "}",
    ],
  };
}

/** How a convolution weight is stored: elements from one group, output and input channel to the next. */
export interface WeightStrides {
  readonly group: number;
  readonly out: number;
  readonly in: number;
}

/** Launches pack_weights.wgsl; the packed view comes first. */
export function packWeights(
  w: View,
  sizes: { groups: number; inChannels: number; outChannels: number; taps: number },
  strides: WeightStrides,
  tile: Tile,
): [View, Launch] {
  const { groups, inChannels, outChannels, taps } = sizes;
  const packed = scratch([groups, inChannels, taps, tile.slots, tile.packedWidth], "f32", "packed weights");
  const size = sizeOf(packed.shape);
  return [
    packed,
    {
      kernel: "conv2d pack weights",
      variant: "naive",
      shader: specialize(packWeightsSource, { WORKGROUP, WIDTH: tile.width, STRIDE: tile.packedWidth }),
      params: u32Params(groups, inChannels, outChannels, taps, tile.slots, strides.group, strides.out, strides.in),
      bindings: [
        { view: w, access: "read" },
        { view: packed, access: "write" },
      ],
      workgroups: grid(Math.ceil(size / WORKGROUP)),
      flops: 0,
    },
  ];
}

/** Launches pack_gradient.wgsl; the packed view comes first. */
export function packGradient(
  gradient: View,
  sizes: { groups: number; channels: number; plane: number; pixels: number },
  tile: Tile,
): [View, Launch] {
  const { groups, channels, plane, pixels } = sizes;
  const packed = scratch([groups, pixels, tile.slots, tile.packedWidth], "f32", "packed gradient");
  return [
    packed,
    {
      kernel: "conv2d pack gradient",
      variant: "naive",
      shader: specialize(packGradientSource, { WORKGROUP, WIDTH: tile.width, STRIDE: tile.packedWidth }),
      params: u32Params(groups, channels, plane, pixels, tile.slots),
      bindings: [
        { view: gradient, access: "read" },
        { view: packed, access: "write" },
      ],
      workgroups: grid(Math.ceil((groups * pixels * tile.slots) / WORKGROUP)),
      flops: 0,
    },
  ];
}
