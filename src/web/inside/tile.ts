import type { PartRow } from "../../autograd/explain.ts";

/** A product of two matrices whose result is made tile by tile. */
export interface ProductTile {
  readonly kind: "product";
  readonly rows: number;
  readonly columns: number;
  readonly depth: number;
  /** What a row, a column and a step of the sum is. */
  readonly names: readonly [row: string, column: string, depth: string];
  /** Rows and columns that one workgroup makes. */
  readonly tile: readonly [number, number];
  readonly workgroups: number;
}

/** Elements in a row, of which each workgroup makes a run. */
export interface RunTile {
  readonly kind: "run";
  readonly elements: number;
  readonly workgroups: number;
}

export type Tile = ProductTile | RunTile;

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

/** What happens in a tile, in a sentence. */
export function tileText(tile: Tile): string {
  const { workgroups } = tile;
  if (tile.kind === "run") {
    const each = Math.max(1, Math.round(tile.elements / Math.max(1, workgroups)));
    return `${count(tile.elements, "element")} by ${count(workgroups, "workgroup")}: about ${each} each.`;
  }
  const [rows, columns] = tile.tile;
  const tiles = Math.ceil(tile.rows / rows) * Math.ceil(tile.columns / columns);
  const parts = Math.max(1, Math.round(workgroups / tiles));
  const cut = parts > 1 ? ` The sums are cut into ${parts} parts, added up by another dispatch.` : "";
  return (
    `A result of ${tile.rows} ${tile.names[0]} x ${tile.columns} ${tile.names[1]}. One workgroup makes ${rows} x ${columns} of it: ` +
    `for each number a sum of ${count(tile.depth, "product")}.${cut}`
  );
}

function count(n: number, what: string): string {
  return `${n.toLocaleString("en")} ${what}${n === 1 ? "" : "s"}`;
}
