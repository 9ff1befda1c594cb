import {
  type Binding,
  type Capabilities,
  type Choice,
  chosenVariant,
  FULL_GPU,
  grid,
  type Launch,
  likeView,
  scratch,
  sizeOf,
  u32Params,
  type View,
} from "../../gpu/launch.ts";
import { specialize } from "../../gpu/specialize.ts";
import { laneConstants } from "../lanes.ts";
import { reduce } from "../reduce/reduce.ts";
import { type ConvGeometry, convFlops, geometryKey } from "./geometry.ts";
import {
  componentPart,
  gpuVariants,
  hasSubgroups,
  LANE_SUMS,
  subgroupsPay,
  type Tile,
  tileFor,
  tileSize,
  togetherOf,
  wgslVector,
} from "./tiles.ts";
import naive from "./weight_gradient_naive.wgsl";
import subgroup from "./weight_gradient_subgroup.wgsl";
import tiled from "./weight_gradient_tiled.wgsl";

/** Rungs of the ladder, slowest first; "tiled" with the channels and taps of a tile. */
export const WEIGHT_GRADIENT_VARIANTS = ["naive", "tiled 32", "tiled 64", "subgroup"] as const;
export type WeightGradientVariant = (typeof WEIGHT_GRADIENT_VARIANTS)[number];

/** Whether an adapter can run a variant. */
export function supportsWeightGradient(variant: WeightGradientVariant, capabilities: Capabilities): boolean {
  return variant !== "subgroup" || hasSubgroups(capabilities);
}

const WORKGROUP = 64;
/** Workgroups that fill an adapter; the pixels of the batch are cut into parts until there are as many. */
const ENOUGH_WORKGROUPS = { software: 16, gpu: 2 * FULL_GPU } as const;
/** Longest sum in one part, in pixels: bounds both rounding and the time of one workgroup. */
const MOST_PIXELS = 16_384;
/** Shortest sum in one part of the rungs for GPUs, which cut the pixels anywhere, in pixels. */
const LEAST_PIXELS = 256;

/** Variants worth measuring on an adapter, first the one to take without. */
function candidates(geometry: ConvGeometry, capabilities: Capabilities): WeightGradientVariant[] {
  if (capabilities.software) return [subgroupsPay(geometry.kernel, capabilities) ? "subgroup" : "naive"];
  const { featureChannels, groups } = geometry;
  return gpuVariants(featureChannels, tapsOf(geometry), groups, Math.ceil(pixelsOf(geometry) / LEAST_PIXELS));
}

/** Weights of an output channel, and pixels of the batch. */
const tapsOf = ({ imageChannels, kernel }: ConvGeometry) => imageChannels * kernel[0] * kernel[1];
const pixelsOf = ({ batch, featureSize }: ConvGeometry) => batch * featureSize[0] * featureSize[1];

function choose(
  views: readonly [View, View, View],
  geometry: ConvGeometry,
  capabilities: Capabilities,
): WeightGradientVariant {
  const [image, feature, dw] = views.map(likeView) as [View, View, View];
  const choice: Choice = {
    key: `conv2d weight gradient ${geometryKey(geometry)}`,
    variants: candidates(geometry, capabilities),
    reference: "naive",
    flops: convFlops(geometry),
    launches: (variant) =>
      convWeightGradient(image, feature, dw, geometry, capabilities, variant as WeightGradientVariant),
  };
  return chosenVariant(choice, capabilities) as WeightGradientVariant;
}

/**
 * Launches dw[o, c, i, j] = sum over batch and pixels of feature[n, o, y, x] * image[n, c, y*s - p + i*d, ...], the
 * weight gradient of conv2d (feature = arriving gradient) and of convTranspose2d (image = arriving gradient). The pixels
 * are cut into parts whose results are added in a fixed order.
 */
export function convWeightGradient(
  image: View,
  feature: View,
  dw: View,
  geometry: ConvGeometry,
  capabilities: Capabilities,
  variant: WeightGradientVariant = choose([image, feature, dw], geometry, capabilities),
): Launch[] {
  const size = sizeOf(dw.shape);
  if (size === 0) return [];
  const { batch, groups, imageChannels, featureChannels, imageSize, featureSize, kernel, stride, padding, dilation } =
    geometry;
  const head = [batch, groups, imageChannels, featureChannels, ...imageSize, ...featureSize, ...kernel, ...stride];
  head.push(...padding, ...dilation);
  const partsOf = (workgroups: number, whole: boolean) => cut(geometry, workgroups, whole, capabilities);
  const targetOf = (parts: number) => (parts > 1 ? scratch([parts, size], "f32", "weight gradient parts") : dw);
  const common = { kernel: "conv2d weight gradient", flops: convFlops(geometry), joins: "nothing" } as const;
  const bindings = (gradient: View, target: View): Binding[] => [
    { view: image, access: "read" },
    { view: gradient, access: "read" },
    { view: target, access: "write" },
  ];
  const launches: Launch[] = [];
  let target: View;
  if (variant === "naive") {
    const { parts, each } = partsOf(Math.ceil(size / WORKGROUP), true);
    target = targetOf(parts);
    launches.push({
      ...common,
      variant,
      shader: specialize(naive, { WORKGROUP }),
      params: u32Params(...head, parts, each),
      bindings: bindings(feature, target),
      workgroups: grid(Math.ceil((size * parts) / WORKGROUP)),
    });
  } else if (variant === "subgroup") {
    const tile = tileFor(featureChannels, capabilities.subgroupSize);
    const together = togetherOf(featureSize[1]);
    const runs = runsOf(tile, kernel[1], stride[1], dilation[1], together);
    const taps = tile.lanes * runs.RUNS * runs.RUN;
    const tapTiles = Math.ceil(tapsOf(geometry) / taps);
    const workgroups = tapTiles * tile.tiles * groups;
    const { parts, each } = partsOf(workgroups, true);
    target = targetOf(parts);
    launches.push({
      ...common,
      variant: `subgroup ${taps}x${tile.lanes * tile.width}`,
      shader: specialize(
        subgroup,
        {
          ...laneConstants(tile.lanes),
          WIDTH: tile.width,
          Channels: wgslVector("f32", tile.width),
          Pixels: wgslVector("f32", together),
          TOGETHER: together,
          ...runs,
        },
        { ...componentPart(tile), turn: turned(tile.width, together) },
      ),
      params: u32Params(...head, tapTiles, tile.tiles, parts, each, taps),
      bindings: bindings(feature, target),
      workgroups: grid(workgroups * parts),
    });
  } else {
    const side = tileSize(variant);
    const tiles = [Math.ceil(tapsOf(geometry) / side), Math.ceil(featureChannels / side)] as const;
    const workgroups = tiles[0] * tiles[1] * groups;
    const { parts, each } = partsOf(workgroups, false);
    target = targetOf(parts);
    launches.push({
      ...common,
      variant: `tiled ${side}x${side}`,
      shader: specialize(tiled, { SIDE: side / 4 }),
      params: u32Params(...head, ...tiles, parts, each, 4, side / 4),
      bindings: bindings(feature, target),
      workgroups: grid(workgroups * parts),
    });
  }
  if (target !== dw) launches.push(...reduce("sum", target, [0], { ...dw, shape: [1, size] }, capabilities));
  return launches;
}

/**
 * Result vectors per lane up to which the weight gradient takes runs of taps: still faster, by a third at 5 x 5, than fewer taps one by
 * one. Measured with 8 lanes; drivers with 4 (SwiftShader) compile no more than without runs.
 */
const RUN_SUMS = 160;

/**
 * The taps that a lane of the subgroup kernel gathers. Those of a kernel row make a run, where the lane's sums allow it and the run's
 * values are fewer than those of its taps one by one.
 */
function runsOf(tile: Tile, width: number, stride: number, dilation: number, together: number) {
  const { lanes, perLane } = tile;
  const span = (together - 1) * stride + (width - 1) * dilation + 1;
  const most = lanes > 4 ? RUN_SUMS : LANE_SUMS;
  const inRuns = lanes * tile.width * width <= most && span < together * width;
  const rule = { STRIDE: stride, DILATION: dilation };
  return inRuns
    ? { RUNS: Math.max(1, Math.floor(perLane / width)), RUN: width, STEP: 1, ...rule }
    : { RUNS: perLane, RUN: 1, STEP: stride, ...rule };
}

/** Cuts the batch into parts when `workgroups` do not fill the adapter: `each` is a part's images where they stay whole, else its pixels. */
function cut(
  geometry: ConvGeometry,
  workgroups: number,
  wholeImages: boolean,
  { software }: Capabilities,
): { parts: number; each: number } {
  const pixels = pixelsOf(geometry);
  const enough = software ? ENOUGH_WORKGROUPS.software : ENOUGH_WORKGROUPS.gpu;
  const wanted = Math.max(Math.ceil(enough / workgroups), Math.ceil(pixels / MOST_PIXELS));
  const length = wholeImages ? geometry.batch : pixels;
  const each = Math.max(wholeImages ? 1 : LEAST_PIXELS, Math.ceil(length / wanted));
  return { parts: Math.max(1, Math.ceil(length / each)), each };
}

/** The part "turn": from pixels of a channel to channels of a pixel. */
function turned(width: number, together: number): string[] {
  const of = (j: number, t: number) => `rows[${j}]${together === 1 ? "" : `[${t}]`}`;
  return Array.from({ length: together }, (_, t) => {
    const values = Array.from({ length: width }, (_, j) => of(j, t));
    return `gradients[${t}] = Channels(${values.join(", ")});`;
  });
}
