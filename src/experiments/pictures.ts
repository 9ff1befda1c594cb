import { encode } from "fast-png";
import { ShapeError } from "../errors.ts";

/** How images are laid out in a grid; sizes in pixels. */
export interface GridOptions {
  /** Images per row, e.g. samples per class when each row is a class. */
  columns: number;
  /** Side lengths of one image. Default 28 x 28. */
  width?: number;
  height?: number;
  /** Each pixel becomes a square of this side. Default 3. */
  scale?: number;
  /** Lines between the images, not scaled. Default 2. */
  gap?: number;
}

/** Grey pixels, row by row. */
export interface GreyImage {
  width: number;
  height: number;
  data: Uint8Array;
}

/** Grey value of the lines between images: told apart from the black ground and from white garments. */
const gapGrey = 96;

/**
 * Lays `images` (count x height x width bytes, 0 black to 255 white) out in rows of `columns`, enlarged by repeating pixels.
 * An incomplete last row is filled with the lines' grey. There is no outer line, so N rows are each 1/N of the height but
 * for a pixel.
 *
 * @throws ShapeError if the sizes do not fit
 */
export function imageGrid(images: Uint8Array, options: GridOptions): GreyImage {
  const { columns, width = 28, height = 28, scale = 3, gap = 2 } = options;
  const count = images.length / (width * height);
  if (!Number.isSafeInteger(count) || count === 0) {
    throw new ShapeError(
      `image grid: ${images.length} bytes are no whole number of ${width} x ${height} images; pass count x height x width`,
    );
  }
  for (const [name, size] of Object.entries({ columns, width, height, scale })) {
    if (!Number.isSafeInteger(size) || size < 1) throw new ShapeError(`image grid: ${name} ${size} must be 1 or more`);
  }
  const rows = Math.ceil(count / columns);
  const grid = {
    width: columns * (width * scale + gap) - gap,
    height: rows * (height * scale + gap) - gap,
  };
  const data = new Uint8Array(grid.width * grid.height).fill(gapGrey);
  for (let image = 0; image < count; image++) {
    const left = (image % columns) * (width * scale + gap);
    const top = Math.floor(image / columns) * (height * scale + gap);
    for (let y = 0; y < height * scale; y++) {
      const source = (image * height + Math.floor(y / scale)) * width;
      const target = (top + y) * grid.width + left;
      for (let x = 0; x < width * scale; x++) data[target + x] = images[source + Math.floor(x / scale)]!;
    }
  }
  return { ...grid, data };
}

/** An 8-bit grey PNG; the same pixels give the same bytes. */
export function encodeGreyPng({ width, height, data }: GreyImage): Uint8Array {
  return encode({ width, height, data, channels: 1, depth: 8 });
}
