import type { PartRow } from "../../autograd/explain.ts";
import type { Tile } from "../parts/tile.ts";

/** Invocations of a workgroup where a kernel has no tiles. */
const WORKGROUP = 64;

/** How a part's result is shared out among its workgroups, read from its shapes and its variant's name. */
export function tileOf(part: PartRow): Tile {
  const workgroups = part.workgroups.reduce((product, size) => product * size, 1);
  const written = part.bindings.find(({ access }) => access !== "read");
  const shape = written?.shape ?? [];
  const elements = shape.reduce((product, size) => product * size, 1);
  const product = productOf(part, shape);
  if (!product) return { kind: "run", elements, workgroups };
  const { rows, columns, names } = product;
  const depth = Math.round(part.flops / 2 / Math.max(1, rows * columns));
  return { kind: "product", rows, columns, depth, names, tile: tileSize(part, rows, columns), workgroups };
}

function productOf({ kernel, flops }: PartRow, shape: readonly number[]) {
  if (flops === 0) return undefined;
  if (kernel.startsWith("matmul")) {
    const columns = shape.at(-1) ?? 1;
    const rows = shape.reduce((product, size) => product * size, 1) / Math.max(1, columns);
    return { rows, columns, names: ["rows of A", "columns of B", "terms of the sum"] as const };
  }
  const [first = 1, second = 1, height = 1, width = 1] = shape;
  if (kernel.startsWith("conv2d weight gradient")) {
    const names = ["output channels", "input channels x taps", "pixels of all images"] as const;
    return { rows: first, columns: second * height * width, names };
  }
  if (kernel.startsWith("conv2d") && kernel !== "conv2d pack weights") {
    const names = ["channels", "pixels of all images", "input channels x taps"] as const;
    return { rows: second, columns: first * height * width, names };
  }
  return undefined;
}

/** Rows and columns of a workgroup's tile. */
function tileSize({ kernel, variant }: PartRow, rows: number, columns: number): [number, number] {
  const sizes = (/(\d+(?:x\d+)+)/.exec(variant)?.[1] ?? "").split("x").map(Number);
  const within = (r: number, c: number): [number, number] => [Math.min(r, rows), Math.min(c, columns)];
  // A piece of rows of pixels times channels, as gather_rows.wgsl names its tiles.
  if (sizes.length === 3) return within(sizes[2]!, sizes[0]! * sizes[1]!);
  if (sizes.length === 2) {
    // The weight gradient for subgroups names taps first.
    const swapped = kernel.startsWith("conv2d weight gradient") && variant.startsWith("subgroup");
    return swapped ? within(sizes[1]!, sizes[0]!) : within(sizes[0]!, sizes[1]!);
  }
  return within(1, WORKGROUP);
}
