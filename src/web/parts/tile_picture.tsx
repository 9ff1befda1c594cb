import { type ProductTile, type Tile, tileText } from "./tile.ts";

const SIDE = 120;
const STRIP = 64;
const GAP = 10;

/** How a result is shared out among workgroups: the tile of one of them, and what it reads. */
export function TilePicture({ tile }: { readonly tile: Tile }) {
  const text = tileText(tile);
  return (
    <figure class="tile-picture">
      {tile.kind === "product" ? <Product tile={tile} label={text} /> : <Run label={text} />}
      <figcaption>{text}</figcaption>
    </figure>
  );
}

/** The result with its tiles, the first matrix to its left and the second above it. */
function Product({ tile, label }: { readonly tile: ProductTile; readonly label: string }) {
  // Sides by the root of the sizes: a matrix a thousand times as wide as high must still be seen.
  const ratio = Math.sqrt(tile.rows / tile.columns);
  const width = Math.max(56, Math.min(SIDE, SIDE / ratio));
  const height = Math.max(56, Math.min(SIDE, SIDE * ratio));
  const columns = Math.min(12, Math.ceil(tile.columns / tile.tile[1]));
  const rows = Math.min(12, Math.ceil(tile.rows / tile.tile[0]));
  const [cell, line] = [width / columns, height / rows];
  const [left, top] = [STRIP + GAP + 40, STRIP + GAP + 14];
  const at = { column: Math.floor(columns / 2), row: Math.floor(rows / 3) };
  const more = columns < Math.ceil(tile.columns / tile.tile[1]) || rows < Math.ceil(tile.rows / tile.tile[0]);
  return (
    <svg viewBox={`0 0 ${left + width + 8} ${top + height + 18}`} role="img" aria-label={label}>
      <rect class="matrix" x={left - GAP - STRIP} y={top} width={STRIP} height={height} />
      <rect class="used" x={left - GAP - STRIP} y={top + at.row * line} width={STRIP} height={line} />
      <rect class="matrix" x={left} y={top - GAP - STRIP} width={width} height={STRIP} />
      <rect class="used" x={left + at.column * cell} y={top - GAP - STRIP} width={cell} height={STRIP} />
      <rect class="matrix" x={left} y={top} width={width} height={height} />
      {Array.from({ length: columns - 1 }, (_, i) => (
        <line key={`c${i}`} x1={left + (i + 1) * cell} x2={left + (i + 1) * cell} y1={top} y2={top + height} />
      ))}
      {Array.from({ length: rows - 1 }, (_, i) => (
        <line key={`r${i}`} x1={left} x2={left + width} y1={top + (i + 1) * line} y2={top + (i + 1) * line} />
      ))}
      <rect class="made" x={left + at.column * cell} y={top + at.row * line} width={cell} height={line} />
      <text x={left - GAP - STRIP / 2} y={top - 5} text-anchor="middle">
        {tile.depth}
      </text>
      <text x={left + width / 2} y="10" text-anchor="middle">
        {tile.columns}
      </text>
      <text x={left - GAP - STRIP - 4} y={top + height / 2 + 4} text-anchor="end">
        {tile.rows}
      </text>
      {more && (
        <text x={left + width} y={top + height + 13} text-anchor="end">
          (more tiles than drawn)
        </text>
      )}
    </svg>
  );
}

/** A row of elements, cut into runs. */
function Run({ label }: { readonly label: string }) {
  return (
    <svg viewBox="0 0 220 44" role="img" aria-label={label}>
      {[0, 1, 2, 3, 4].map((i) => (
        <rect key={i} class={i === 1 ? "made" : "matrix"} x={4 + i * 42} y="8" width="40" height="22" />
      ))}
    </svg>
  );
}
