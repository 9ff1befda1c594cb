import {
  type Capabilities,
  type Constants,
  FULL_GPU,
  grid,
  type Launch,
  scratch,
  sizeOf,
  u32Params,
  type View,
} from "../../gpu/launch.ts";
import { specialize } from "../../gpu/specialize.ts";
import { laneConstants } from "../lanes.ts";
import type { ConvGeometry } from "./geometry.ts";
import packWeightsSource from "./pack_weights.wgsl";

/** Whether the rungs for CPU drivers run on an adapter: they want subgroups of 4 (SwiftShader), 8 or 16. */
export function hasSubgroups({ subgroupSize }: Capabilities): boolean {
  return [4, 8, 16].includes(subgroupSize);
}

/** Taps that a kernel may have for the rungs for CPU drivers on subgroups of four: SwiftShader takes gigabytes to compile more. */
const MOST_TAPS_OF_FOUR = 9;

/** Whether the rungs for CPU drivers are worth compiling for a kernel of this height and width. */
export function subgroupsPay([height, width]: readonly [number, number], capabilities: Capabilities): boolean {
  return hasSubgroups(capabilities) && (capabilities.subgroupSize > 4 || height * width <= MOST_TAPS_OF_FOUR);
}

/** Values that a lane of gather_quads.wgsl may keep: what four pixels see, and a channel's weights. */
const MOST_VALUES_OF_FOUR = 64;
const MOST_WEIGHTS = 16;

/** Whether a forward pass has sums so short, and rows of whole fours, that gather_quads.wgsl makes it best (and can). */
export function quadsPay({ imageChannels, featureSize, kernel, stride, dilation }: ConvGeometry): boolean {
  const span = 3 * stride[1] + (kernel[1] - 1) * dilation[1] + 1;
  const rows = imageChannels * kernel[0];
  const fits = rows * kernel[1] <= MOST_WEIGHTS && rows * span <= MOST_VALUES_OF_FOUR;
  return imageChannels > 0 && featureSize[1] % 4 === 0 && fits;
}

/** Rows or columns below which most of a tile for GPUs would lie empty. */
const NARROW = 4;
/** Multiply-adds that larger tiles may waste on what does not exist, relative to the smaller ones'. */
const MOST_WASTE = 1.2;

export type TiledVariant = "tiled 32" | "tiled 64";

/** The size of a variant's tiles. */
export const tileSize = (variant: TiledVariant): 32 | 64 => (variant === "tiled 32" ? 32 : 64);

/**
 * Rungs for GPUs, first the one to take without measuring, for so many results of `rows` x `columns`. Large tiles load less; small ones
 * leave less of themselves empty, and fill the chip where there is little work. A result's sum can be cut into `parts`. The naive rung
 * is there for few rows or columns, and for drivers on which the others fail.
 */
export function gpuVariants(rows: number, columns: number, results: number, parts = 1): ("naive" | TiledVariant)[] {
  if (Math.min(rows, columns) < NARROW) return ["naive", "tiled 32", "tiled 64"];
  const tiles = (size: number) => Math.ceil(rows / size) * Math.ceil(columns / size);
  const fills = tiles(64) * results * parts >= FULL_GPU;
  const large = fills && tiles(64) * 4 <= tiles(32) * MOST_WASTE;
  return large ? ["tiled 64", "tiled 32", "naive"] : ["tiled 32", "tiled 64", "naive"];
}

const WORKGROUP = 64;
/** Result vectors per lane of the weight gradient that still fit a CPU's registers and first cache well: measured on lavapipe. */
export const LANE_SUMS = 96;

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

/** Pixels of a row of `length` that the weight gradient takes at once: as many as a vector holds and the length is a multiple of. */
export function togetherOf(length: number): 1 | 2 | 4 {
  return length % 4 === 0 ? 4 : length % 2 === 0 ? 2 : 1;
}

/** How gather_rows.wgsl cuts the result into pieces of rows. */
export interface RowsTile {
  /** Pixels of a piece, and pieces of a tile. */
  readonly columns: number;
  readonly rows: number;
  /** Workgroups along a row, and along the rows of all images. */
  readonly tilesX: number;
  readonly tilesY: number;
  /** Place along x of the first value that the leftmost piece loads. */
  readonly first: number;
  readonly constants: Constants;
}

/** Along x, pixel x of the result reads, by its first and last tap, places (x * scale + offset + tap * step) / divisor. */
export interface RowRule {
  readonly taps: number;
  readonly scale: number;
  readonly offset: number;
  readonly step: number;
  readonly divisor: readonly [number, number];
}

/** Cuts `batch` images of `size` into pieces of rows, equally long, with about `pixels` of them in a tile. */
export function rowsTile(
  batch: number,
  [height, width]: readonly [number, number],
  { taps, scale, offset, step, divisor }: RowRule,
  lanes: number,
  pixels: number,
): RowsTile {
  const columns = Math.ceil(width / Math.ceil(width / pixels) / divisor[1]) * divisor[1];
  const rows = Math.max(1, Math.min(batch * height, Math.floor(pixels / columns)));
  const leftmost = offset + Math.min(0, (taps - 1) * step);
  const first = Math.floor(leftmost / divisor[1]);
  const phase = leftmost - first * divisor[1];
  const last = Math.floor(((columns - 1) * scale + (taps - 1) * Math.abs(step) + phase) / divisor[1]);
  return {
    columns,
    rows,
    first,
    tilesX: Math.ceil(width / columns),
    tilesY: Math.ceil((batch * height) / rows),
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
      LOADS: Math.ceil((last + 1) / lanes),
    },
  };
}

/** WGSL type of `width` values: a vector, or a scalar for one. */
export const wgslVector = (scalar: "f32" | "u32", width: number) => (width === 1 ? scalar : `vec${width}<${scalar}>`);

/** Constants that both subgroup kernels share. */
export function tileConstants(tile: Tile): Constants {
  return {
    ...laneConstants(tile.lanes),
    WIDTH: tile.width,
    Channels: wgslVector("f32", tile.width),
    Packed: wgslVector("f32", tile.packedWidth),
  };
}

/** The part "component" of the subgroup kernels. */
export function componentPart({ width }: Tile): { readonly component: readonly string[] } {
  return {
    component: ["fn component(value: Channels, i: u32) -> f32 {", `  return value${width === 1 ? "" : "[i]"};`, "}"],
  };
}

/** The part "unpack" of gather_rows.wgsl. */
export function unpackPart({ width }: Tile): { readonly unpack: readonly string[] } {
  return {
    unpack: ["fn unpack(packed: Packed) -> Channels {", `  return packed${width === 3 ? ".xyz" : ""};`, "}"],
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
