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
