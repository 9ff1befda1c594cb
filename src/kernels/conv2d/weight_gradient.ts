import { type Capabilities, grid, type Launch, scratch, sizeOf, u32Params, type View } from "../../gpu/launch.ts";
import { specialize } from "../../gpu/specialize.ts";
import { reduce } from "../reduce/reduce.ts";
import { type ConvGeometry, convFlops } from "./geometry.ts";
import { hasSubgroups, packGradient, tileConstants, tileFor, togetherOf, unpackPart } from "./tiles.ts";
import naive from "./weight_gradient_naive.wgsl";
import subgroup from "./weight_gradient_subgroup.wgsl";

/** Rungs of the ladder, slowest first. */
export const WEIGHT_GRADIENT_VARIANTS = ["naive", "subgroup"] as const;
export type WeightGradientVariant = (typeof WEIGHT_GRADIENT_VARIANTS)[number];

const WORKGROUP = 64;
/** Workgroups that fill an adapter; the batch is cut into parts until there are as many. */
const ENOUGH_WORKGROUPS = { software: 16, gpu: 256 } as const;
/** Longest sum in one part, in pixels: bounds both rounding and the time of one workgroup. */
const MOST_PIXELS = 16_384;

/**
 * Launches dw[o, c, i, j] = sum over batch and pixels of feature[n, o, y, x] * image[n, c, y*s - p + i*d, ...], the
 * weight gradient of conv2d (feature = arriving gradient) and of convTranspose2d (image = arriving gradient). The batch is
 * cut into parts whose results are added in a fixed order.
 */
export function convWeightGradient(
  image: View,
  feature: View,
  dw: View,
  geometry: ConvGeometry,
  capabilities: Capabilities,
  variant: WeightGradientVariant = capabilities.software && hasSubgroups(capabilities) ? "subgroup" : "naive",
): Launch[] {
  const size = sizeOf(dw.shape);
  if (size === 0) return [];
  const { batch, groups, imageChannels, featureChannels, imageSize, featureSize, kernel, stride, padding, dilation } =
    geometry;
  const plane = featureSize[0] * featureSize[1];
  const tile = tileFor(featureChannels, capabilities.subgroupSize || 8);
  const taps = tile.lanes * tile.perLane;
  const tapTiles = Math.ceil((imageChannels * kernel[0] * kernel[1]) / taps);
  const workgroups = variant === "naive" ? Math.ceil(size / WORKGROUP) : tapTiles * tile.tiles * groups;
  const enough = capabilities.software ? ENOUGH_WORKGROUPS.software : ENOUGH_WORKGROUPS.gpu;
  const wanted = Math.max(Math.ceil(enough / workgroups), Math.ceil((batch * plane) / MOST_PIXELS));
  const partImages = Math.max(1, Math.ceil(batch / wanted));
  const parts = Math.max(1, Math.ceil(batch / partImages));
  const target = parts > 1 ? scratch([parts, size], "f32", "weight gradient parts") : dw;
  const head = [batch, groups, imageChannels, featureChannels, ...imageSize, ...featureSize, ...kernel, ...stride];
  head.push(...padding, ...dilation);
  const common = { kernel: "conv2d weight gradient", flops: convFlops(geometry), product: "alone" } as const;
  const launches: Launch[] = [];
  if (variant === "naive") {
    launches.push({
      ...common,
      variant,
      shader: specialize(naive, { WORKGROUP }),
      params: u32Params(...head, parts, partImages),
      bindings: [
        { view: image, access: "read" },
        { view: feature, access: "read" },
        { view: target, access: "write" },
      ],
      workgroups: grid(Math.ceil((size * parts) / WORKGROUP)),
    });
  } else {
    const [packed, pack] = packGradient(
      feature,
      { groups, channels: featureChannels, plane, pixels: batch * plane },
      tile,
    );
    launches.push(pack, {
      ...common,
      variant: `subgroup ${taps}x${tile.lanes * tile.width}`,
      shader: specialize(
        subgroup,
        { ...tileConstants(tile), TAPS_PER_LANE: tile.perLane, TOGETHER: togetherOf(featureSize[1]) },
        unpackPart(tile),
      ),
      params: u32Params(...head, tapTiles, tile.tiles, tile.slots, parts, partImages, taps),
      bindings: [
        { view: image, access: "read" },
        { view: packed, access: "read" },
        { view: target, access: "write" },
      ],
      workgroups: grid(workgroups * parts),
    });
  }
  if (parts > 1) launches.push(...reduce("sum", target, [0], { ...dw, shape: [1, size] }, capabilities));
  return launches;
}
