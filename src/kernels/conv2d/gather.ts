import {
  type Binding,
  type Capabilities,
  type Choice,
  chosenVariant,
  grid,
  type Launch,
  likeView,
  type Parts,
  sizeOf,
  u32Params,
  type View,
} from "../../gpu/launch.ts";
import { specialize } from "../../gpu/specialize.ts";
import {
  type Epilogue,
  epilogueBindings,
  epilogueText,
  nameWith,
  withEpilogueFunctions,
  withEpilogueWords,
} from "../epilogue.ts";
import { laneConstants } from "../lanes.ts";
import naive from "./gather_naive.wgsl";
import quads from "./gather_quads.wgsl";
import rows from "./gather_rows.wgsl";
import tiled from "./gather_tiled.wgsl";
import { type ConvGeometry, convFlops, geometryKey } from "./geometry.ts";
import {
  componentPart,
  gpuVariants,
  hasSubgroups,
  packWeights,
  quadsPay,
  rowsTile,
  subgroupsPay,
  type Tile,
  tileConstants,
  tileFor,
  tileSize,
  unpackPart,
} from "./tiles.ts";

/** Rungs of the ladder, slowest first; "tiled" with the channels and pixels of a tile, "rows" with its pixels. */
export const CONV_VARIANTS = ["naive", "tiled 32", "tiled 64", "rows 14", "rows 28"] as const;
export type ConvRung = (typeof CONV_VARIANTS)[number];
/** A rung, or what stands beside the ladder: "quads", for the short sums that `quadsPay` names. */
export type ConvVariant = ConvRung | "quads";

const WORKGROUP = 64;
/** Whether a variant runs on an adapter at all. */
export function supportsConv(variant: ConvVariant, capabilities: Capabilities): boolean {
  return !(variant.startsWith("rows") || variant === "quads") || hasSubgroups(capabilities);
}

type Direction = "forward" | "backward";

/** Channels of a group, and pixels of all images, that a convolution makes. */
function resultOf(direction: Direction, geometry: ConvGeometry): { channels: number; pixels: number } {
  const { batch, imageChannels, featureChannels, imageSize, featureSize } = geometry;
  const [channels, size] = direction === "forward" ? [featureChannels, featureSize] : [imageChannels, imageSize];
  return { channels, pixels: batch * size[0] * size[1] };
}

/** Variants worth measuring on an adapter, first the one to take without. */
function candidates(direction: Direction, geometry: ConvGeometry, capabilities: Capabilities): ConvVariant[] {
  if (!capabilities.software) {
    const { channels, pixels } = resultOf(direction, geometry);
    return gpuVariants(channels, pixels, geometry.groups);
  }
  if (!subgroupsPay(geometry.kernel, capabilities)) return ["naive"];
  // On lavapipe, 28 pixels are faster by a fifth where there are many of them, and take twice as long to compile.
  const rungs: ConvVariant[] = ["rows 14", "rows 28"];
  return direction === "forward" && quadsPay(geometry) ? ["quads", ...rungs] : rungs;
}

function choose(
  direction: Direction,
  views: readonly [View, View, View],
  geometry: ConvGeometry,
  capabilities: Capabilities,
): ConvVariant {
  const [input, w, output] = views.map(likeView) as [View, View, View];
  const choice: Choice = {
    key: `conv2d ${direction} ${geometryKey(geometry)}`,
    variants: candidates(direction, geometry, capabilities),
    reference: "naive",
    flops: convFlops(geometry),
    launches: (variant) => convGather(direction, input, w, output, geometry, {}, capabilities, variant as ConvVariant),
  };
  return chosenVariant(choice, capabilities) as ConvVariant;
}

/** What happens to the result before it is stored. */
export interface Finish {
  /** bias[channels of the result], added to every pixel. */
  readonly bias?: View | undefined;
  readonly epilogue?: Epilogue | undefined;
}

/**
 * Launches the convolution from the image side to the feature side ("forward"), or from the feature side back to the
 * image side ("backward": the input gradient, and the transposed convolution). Weights are stored
 * [groups * featureChannels, imageChannels, kh, kw] in both directions.
 */
export function convGather(
  direction: Direction,
  input: View,
  w: View,
  output: View,
  geometry: ConvGeometry,
  finish: Finish,
  capabilities: Capabilities,
  variant: ConvVariant = choose(direction, [input, w, output], geometry, capabilities),
): Launch[] {
  const size = sizeOf(output.shape);
  if (size === 0) return [];
  const { batch, groups, imageChannels, featureChannels, kernel, stride, padding, dilation } = geometry;
  const forward = direction === "forward";
  const [inChannels, inSize] = forward ? [imageChannels, geometry.imageSize] : [featureChannels, geometry.featureSize];
  const [outChannels, outSize] = forward
    ? [featureChannels, geometry.featureSize]
    : [imageChannels, geometry.imageSize];
  const taps = kernel[0] * kernel[1];
  const strides = { group: featureChannels * imageChannels * taps, out: taps, in: imageChannels * taps };
  if (forward) [strides.out, strides.in] = [strides.in, strides.out];
  const rule = forward
    ? [...stride, -padding[0], -padding[1], ...dilation]
    : [1, 1, ...padding, -dilation[0], -dilation[1]];
  const divisor = forward ? ([1, 1] as const) : stride;
  const head = [batch, groups, inChannels, outChannels, ...inSize, ...outSize, ...kernel, ...rule];
  const common = {
    kernel: nameWith(`conv2d ${direction}`, finish.epilogue),
    flops: convFlops(geometry),
    joins: "nothing",
  } as const;
  if (variant === "naive") {
    return [
      {
        ...common,
        variant,
        shader: withEpilogueFunctions(
          specialize(naive, { WORKGROUP }, finishParts(finish, undefined)),
          finish.epilogue,
          "scalar",
        ),
        params: withEpilogueWords(
          u32Params(...head, ...divisor, strides.group, strides.out, strides.in),
          finish.epilogue,
        ),
        bindings: bindingsOf(input, w, output, finish),
        workgroups: grid(Math.ceil(size / WORKGROUP)),
      },
    ];
  }
  if (variant === "tiled 32" || variant === "tiled 64") {
    const size = tileSize(variant);
    const channelTiles = Math.ceil(outChannels / size);
    const pixelTiles = Math.ceil(resultOf(direction, geometry).pixels / size);
    const constants = {
      SIDE: size / 4,
      KERNEL_Y: kernel[0],
      KERNEL_X: kernel[1],
      DIVISOR_Y: divisor[0],
      DIVISOR_X: divisor[1],
    };
    return [
      {
        ...common,
        variant: `tiled ${size}x${size}`,
        shader: withEpilogueFunctions(
          specialize(tiled, constants, finishParts(finish, undefined)),
          finish.epilogue,
          "scalar",
        ),
        params: withEpilogueWords(
          u32Params(...head, strides.group, strides.out, strides.in, channelTiles, pixelTiles, 4, size / 4),
          finish.epilogue,
        ),
        bindings: bindingsOf(input, w, output, finish),
        workgroups: grid(channelTiles * pixelTiles * groups),
      },
    ];
  }
  if (variant === "quads") {
    const lanes = capabilities.subgroupSize;
    const tiles = Math.ceil(size / outChannels / groups / 4 / lanes);
    const constants = {
      ...laneConstants(lanes),
      CHANNELS: inChannels,
      KERNEL_Y: kernel[0],
      KERNEL_X: kernel[1],
      SCALE: stride[1],
      DILATION: dilation[1],
    };
    const parts = finishParts(finish, undefined, "vector");
    return [
      {
        ...common,
        variant: `subgroup 4 pixels x${lanes}`,
        shader: withEpilogueFunctions(specialize(quads, constants, parts), finish.epilogue, "vector"),
        params: withEpilogueWords(u32Params(...head, size / outChannels / groups / 4, tiles), finish.epilogue),
        bindings: bindingsOf(input, w, output, finish),
        workgroups: grid(tiles * groups),
      },
    ];
  }
  const tile = tileFor(outChannels, capabilities.subgroupSize);
  const [packed, pack] = packWeights(w, { groups, inChannels, outChannels, taps }, strides, tile);
  const [scale, offset, step] = [rule[1]!, rule[3]!, rule[5]!];
  const pieces = rowsTile(
    batch,
    outSize,
    { taps: kernel[1], scale, offset, step, divisor },
    tile.lanes,
    Number(variant.split(" ")[1]),
  );
  return [
    pack,
    {
      ...common,
      variant: `subgroup ${pieces.rows}x${pieces.columns}x${tile.lanes * tile.width}`,
      shader: withEpilogueFunctions(
        specialize(
          rows,
          { ...tileConstants(tile), ...pieces.constants },
          { ...unpackPart(tile), ...componentPart(tile), ...finishParts(finish, tile) },
        ),
        finish.epilogue,
        "scalar",
      ),
      params: withEpilogueWords(
        u32Params(...head, pieces.tilesX, pieces.tilesY, tile.tiles, tile.slots, pieces.first, pieces.columns),
        finish.epilogue,
      ),
      bindings: bindingsOf(input, packed, output, finish),
      workgroups: grid(pieces.tilesX * pieces.tilesY * tile.tiles * groups),
    },
  ];
}

function bindingsOf(input: View, w: View, output: View, { bias, epilogue }: Finish): Binding[] {
  const bindings: Binding[] = [
    { view: input, access: "read" },
    { view: w, access: "read" },
    { view: output, access: "write" },
  ];
  if (bias) bindings.push({ view: bias, access: "read" });
  return [...bindings, ...epilogueBindings(epilogue)];
}

/**
 * The parts "bindings", "fields" and "finish" of all files; `tile` is absent for those that have one channel at a time. With the form
 * "vector" four pixels are stored at once.
 */
function finishParts({ bias, epilogue }: Finish, tile: Tile | undefined, form: "scalar" | "vector" = "scalar"): Parts {
  const width = tile?.width ?? 1;
  const at = (j: number) => `bias[min(channel + ${j}u, params.groups * params.out_channels - 1u)]`;
  const values = Array.from({ length: width }, (_, j) => at(j)).join(", ");
  const bindings = [
    "@group(0) @binding(1) var<storage, read> input: array<f32>;",
    `@group(0) @binding(2) var<storage, read> w: array<${tile ? "Packed" : "f32"}>;`,
    `@group(0) @binding(3) var<storage, read_write> output: array<${form === "vector" ? "vec4<f32>" : "f32"}>;`,
  ];
  if (bias) bindings.push("@group(0) @binding(4) var<storage, read> bias: array<f32>;");
  const text = epilogueText(epilogue, form, bindings.length + 1);
  return {
    bindings: [...bindings, ...text.bindings],
    fields: text.field,
    finish: [
      ...text.lines,
      "",
      "fn biased(sum: Channels, channel: u32) -> Channels {",
      `  return ${bias ? `sum + Channels(${values})` : "sum"};`,
      "}",
    ],
  };
}
