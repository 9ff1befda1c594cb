import { decode, encode } from "fast-png";
import { DataError, ShapeError } from "../errors.ts";

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

/** A confusion matrix, a true class per row: white where all images of the class fall. */
export function confusionPicture(confusion: readonly (readonly number[])[]): GreyImage {
  const cells = confusion.flatMap((row) => {
    const total = row.reduce((sum, count) => sum + count, 0);
    return row.map((count) => (total > 0 ? Math.round((255 * count) / total) : 0));
  });
  const side = confusion.length;
  return imageGrid(Uint8Array.from(cells), { columns: 1, width: side, height: side, scale: 16, gap: 0 });
}

/** Pictures of one height beside each other, kept apart by the lines' grey. */
export function sideBySide(pictures: readonly GreyImage[], gap = 14): GreyImage {
  const height = Math.max(...pictures.map((picture) => picture.height));
  const width = pictures.reduce((total, picture) => total + picture.width + gap, -gap);
  const data = new Uint8Array(width * height).fill(gapGrey);
  let left = 0;
  for (const picture of pictures) {
    for (let y = 0; y < picture.height; y++) {
      data.set(picture.data.subarray(y * picture.width, (y + 1) * picture.width), y * width + left);
    }
    left += picture.width + gap;
  }
  return { width, height, data };
}

/** An 8-bit grey PNG; the same pixels give the same bytes. */
export function encodeGreyPng({ width, height, data }: GreyImage): Uint8Array {
  return encode({ width, height, data, channels: 1, depth: 8 });
}

/** A PNG's pixels. @throws DataError if it is damaged */
export function decodePng(png: Uint8Array): ReturnType<typeof decode> {
  try {
    return decode(png, { checkCrc: true });
  } catch (cause) {
    throw new DataError("this picture is no intact PNG: damaged; delete it and make it again", { cause });
  }
}

/**
 * The images of a grid that `imageGrid` laid out with its usual sizes and gap, whatever its scale, as bytes row by row.
 *
 * @throws DataError if the PNG is damaged, or no such grid
 */
export function readImageGrid(png: Uint8Array, columns: number): Uint8Array {
  const side = 28;
  const gap = 2;
  const { width, height, data, channels, depth } = decodePng(png);
  const scale = ((width + gap) / columns - gap) / side;
  const rows = (height + gap) / (side * scale + gap);
  if (channels !== 1 || depth !== 8 || ![scale, rows].every((size) => Number.isInteger(size) && size >= 1)) {
    throw new DataError(
      `this picture has ${width} x ${height} pixels: no grid of ${columns} images a row; make it again`,
    );
  }
  const images = new Uint8Array(columns * rows * side * side);
  for (let image = 0; image < columns * rows; image++) {
    const left = (image % columns) * (side * scale + gap);
    const top = Math.floor(image / columns) * (side * scale + gap);
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        images[(image * side + y) * side + x] = data[(top + y * scale) * width + left + x * scale]!;
      }
    }
  }
  return images;
}
