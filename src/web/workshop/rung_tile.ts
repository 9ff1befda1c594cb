import { tileFor } from "../../kernels/conv2d/tiles.ts";
import type { ProductTile } from "../parts/tile.ts";
import type { LadderName } from "./ladders.ts";
import { TIMED_SIZES } from "./timed_sizes.ts";

/** How a rung shares out the work that it is timed on. `lanes` are the invocations of a subgroup. */
export function rungTile(ladder: LadderName, variant: string, software: boolean, lanes: number): ProductTile {
  const sizes = TIMED_SIZES[software ? "software" : "gpu"];
  if (ladder === "matmul") {
    const size = sizes.matmul;
    const names = ["rows of A", "columns of B", "terms of the sum"] as const;
    return product(size, size, size, names, matmulTile(variant, lanes));
  }
  const pixels = sizes.conv2d * 28 * 28;
  if (ladder === "conv2d-weights") {
    const names = ["channels", "input channels x taps", "pixels of all images"] as const;
    return product(32, 32 * 9, pixels, names, weightsTile(variant, lanes));
  }
  const names = ["channels", "pixels of all images", "input channels x taps"] as const;
  return product(32, pixels, 32 * 9, names, convTile(variant, lanes));
}

/** Elements in a row that a workgroup of the naive rungs makes. */
const NAIVE = [1, 64] as const;

function matmulTile(variant: string, lanes: number): readonly [number, number] {
  if (variant === "naive") return NAIVE;
  const size = Number(variant.split(" ")[1]);
  // 64 invocations, each with a block of its own, one beside the other.
  if (variant.startsWith("registers")) return [size, 64 * size];
  return variant.startsWith("subgroup") ? [size, 4 * lanes] : [size, size];
}

function convTile(variant: string, lanes: number): readonly [number, number] {
  if (variant === "naive") return NAIVE;
  const size = Number(variant.split(" ")[1]);
  return variant.startsWith("tiled") ? [size, size] : [4 * lanes, size];
}

function weightsTile(variant: string, lanes: number): readonly [number, number] {
  if (variant === "naive") return NAIVE;
  const size = Number(variant.split(" ")[1]);
  const { width, perLane } = tileFor(32, lanes);
  return variant.startsWith("tiled") ? [size, size] : [lanes * width, lanes * perLane];
}

function product(
  rows: number,
  columns: number,
  depth: number,
  names: ProductTile["names"],
  [height, width]: readonly [number, number],
): ProductTile {
  const tile = [Math.min(rows, height), Math.min(columns, width)] as const;
  const workgroups = Math.ceil(rows / tile[0]) * Math.ceil(columns / tile[1]);
  return { kind: "product", rows, columns, depth, names, tile, workgroups };
}
