/**
 * The IDX format of MNIST and Fashion-MNIST, raw or gzipped: two zero bytes, a type byte (0x08: unsigned bytes), the
 * number of dimensions, each dimension as a big-endian u32, then the items. Source: yann.lecun.com/exdb/mnist.
 */
import { checkHostArray } from "../autograd/arguments.ts";
import { DataError } from "../errors.ts";
import { labelError } from "./dataset.ts";

/** Largest decompressed file accepted unless told otherwise: 1 GiB, twenty times Fashion-MNIST's training images. */
export const MAX_IDX_BYTES = 2 ** 30;
/** Largest picture side accepted. */
export const MAX_IMAGE_SIDE = 4096;

const UNSIGNED_BYTE = 0x08;
const MAX_DIMENSIONS = 8;
const TYPE_NAMES: Readonly<Record<number, string>> = {
  8: "u8",
  9: "i8",
  11: "i16",
  12: "i32",
  13: "f32",
  14: "f64",
};

/** An array of bytes with its shape. */
export interface IdxArray {
  shape: number[];
  data: Uint8Array<ArrayBuffer>;
}

/** N grey pictures as N x H x W bytes. */
export interface IdxImages {
  count: number;
  height: number;
  width: number;
  data: Uint8Array<ArrayBuffer>;
}

/** True if the bytes begin as gzip does (1f 8b). An IDX file begins with two zeros, so the two cannot be confused. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes.length >= 2 && bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/**
 * Decompresses one gzip member, refusing to make more than `maxBytes`. Throws DataError, naming `name`, on a truncated
 * or corrupt stream, on bytes after its end, and beyond the bound.
 */
export async function gunzip(
  bytes: Uint8Array<ArrayBuffer>,
  name: string,
  maxBytes = MAX_IDX_BYTES,
): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let total = 0;
  const { readable, writable } = new DecompressionStream("gzip");
  const writer = writable.getWriter();
  // What is wrong with the data is learnt from the reader.
  for (const written of [writer.write(bytes), writer.close()]) written.catch(() => undefined);
  const reader = readable.getReader();
  for (;;) {
    let part: ReadableStreamReadResult<Uint8Array>;
    try {
      part = await reader.read();
    } catch (cause) {
      throw new DataError(`${name}: truncated or corrupt gzip data after ${total} bytes; fetch the file again`, {
        cause,
      });
    }
    if (part.done) break;
    total += part.value.length;
    if (total > maxBytes) {
      await reader.cancel().catch(() => undefined);
      throw new DataError(`${name}: decompresses to more than the ${maxBytes} bytes allowed; this is no such data set`);
    }
    chunks.push(part.value);
  }
  // Browsers refuse bytes after the member, Node ignores them; the length in the trailer tells in both.
  const trailer = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(bytes.length - 4, true);
  if (trailer !== total % 2 ** 32) {
    throw new DataError(
      `${name}: gzip data holds ${total} bytes but the file ends with length ${trailer}; ` +
        "there are bytes after the end, so fetch the file again or unpack it with gunzip",
    );
  }
  const out = new Uint8Array(total);
  let offset = 0;
  for (const chunk of chunks) {
    out.set(chunk, offset);
    offset += chunk.length;
  }
  return out;
}

/** The raw IDX bytes of a file that may be gzipped, bounded by `maxBytes`. */
export async function unpackIdx(
  bytes: Uint8Array<ArrayBuffer>,
  name: string,
  maxBytes = MAX_IDX_BYTES,
): Promise<Uint8Array<ArrayBuffer>> {
  checkHostArray(name, "the file's bytes", bytes, Uint8Array);
  if (isGzip(bytes)) return gunzip(bytes, name, maxBytes);
  if (bytes.length > maxBytes) throw new DataError(`${name}: ${bytes.length} bytes, more than the ${maxBytes} allowed`);
  return bytes;
}

/** Parses raw IDX bytes of unsigned bytes; `data` is a view, not a copy. Throws DataError on any rule broken. */
export function parseIdx(bytes: Uint8Array<ArrayBuffer>, name: string): IdxArray {
  if (bytes.length < 4)
    throw new DataError(`${name}: ${bytes.length} bytes, too few for an IDX header; fetch it again`);
  const [zero0, zero1] = bytes;
  const type = bytes[2]!;
  const rank = bytes[3]!;
  if (zero0 !== 0 || zero1 !== 0 || !(type in TYPE_NAMES)) {
    const magic = Array.from(bytes.subarray(0, 4), (b) => b.toString(16).padStart(2, "0")).join(" ");
    throw new DataError(
      `${name}: begins with ${magic}, but IDX begins with 00 00 08 and the number of dimensions; ${wayOut}`,
    );
  }
  if (type !== UNSIGNED_BYTE) {
    throw new DataError(`${name}: holds ${TYPE_NAMES[type]} items, but images and labels must be u8; convert the file`);
  }
  if (rank < 1 || rank > MAX_DIMENSIONS) {
    throw new DataError(`${name}: ${rank} dimensions, but there must be 1..${MAX_DIMENSIONS}; ${wayOut}`);
  }
  const header = 4 + 4 * rank;
  if (bytes.length < header) {
    throw new DataError(
      `${name}: ${bytes.length} bytes, but ${rank} dimensions need a header of ${header}; fetch it again`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, header);
  const shape = Array.from({ length: rank }, (_, i) => view.getUint32(4 + 4 * i));
  // Doubles: a product too large to be exact is too large for any file as well.
  const want = shape.reduce((product, size) => product * size, 1);
  const have = bytes.length - header;
  if (have !== want) {
    const what = have < want ? `${want - have} bytes are missing` : `${have - want} bytes too many`;
    throw new DataError(
      `${name}: shape ${shape.join("x")} needs ${want} bytes after the header, the file has ${have} (${what}); ` +
        "it is truncated or damaged, so fetch it again",
    );
  }
  return { shape, data: bytes.subarray(header) };
}

const wayOut = "check that this is the file its name says";

/**
 * Reads an image file, raw or gzipped: 3 dimensions, none empty, sides up to MAX_IMAGE_SIDE.
 * Throws DataError naming the file.
 */
export async function readIdxImages(
  bytes: Uint8Array<ArrayBuffer>,
  name: string,
  maxBytes = MAX_IDX_BYTES,
): Promise<IdxImages> {
  return imagesFromIdx(parseIdx(await unpackIdx(bytes, name, maxBytes), name), name);
}

/**
 * Reads a label file, raw or gzipped: 1 dimension, not empty, labels below `classes` (256: any).
 * Throws DataError naming the file.
 */
export async function readIdxLabels(
  bytes: Uint8Array<ArrayBuffer>,
  name: string,
  classes = 256,
  maxBytes = MAX_IDX_BYTES,
): Promise<Uint8Array<ArrayBuffer>> {
  return labelsFromIdx(parseIdx(await unpackIdx(bytes, name, maxBytes), name), name, classes);
}

/** Checks that a parsed array is a stack of pictures. */
export function imagesFromIdx({ shape, data }: IdxArray, name: string): IdxImages {
  const [count, height, width] = shape;
  if (shape.length !== 3 || count === undefined || height === undefined || width === undefined) {
    throw new DataError(
      `${name}: shape ${shape.join("x")}, but images need 3 dimensions (count x height x width); ` +
        `${shape.length === 1 ? "this looks like a label file" : wayOut}`,
    );
  }
  if (count < 1 || height < 1 || width < 1 || height > MAX_IMAGE_SIDE || width > MAX_IMAGE_SIDE) {
    throw new DataError(
      `${name}: shape ${shape.join("x")}, but there must be at least one image, with sides of 1..${MAX_IMAGE_SIDE}; ${wayOut}`,
    );
  }
  return { count, height, width, data };
}

/** Checks that a parsed array is a list of labels below `classes`. */
export function labelsFromIdx({ shape, data }: IdxArray, name: string, classes = 256): Uint8Array<ArrayBuffer> {
  if (shape.length !== 1) {
    throw new DataError(
      `${name}: shape ${shape.join("x")}, but labels need 1 dimension; ` +
        `${shape.length === 3 ? "this looks like an image file" : wayOut}`,
    );
  }
  if (data.length === 0) throw new DataError(`${name}: no labels, but there must be at least one; ${wayOut}`);
  const wrong = data.findIndex((label) => label >= classes);
  if (wrong >= 0) throw labelError(name, wrong, data[wrong]!, classes);
  return data;
}

/** Raw IDX bytes of unsigned bytes with this shape; throws DataError if the data does not fill it. */
export function encodeIdx(shape: readonly number[], data: Uint8Array): Uint8Array<ArrayBuffer> {
  const want = shape.reduce((product, size) => product * size, 1);
  if (shape.length < 1 || shape.length > MAX_DIMENSIONS || want !== data.length) {
    throw new DataError(
      `encodeIdx: ${data.length} bytes do not fill shape ${shape.join("x") || "()"} of ${want} bytes`,
    );
  }
  const header = 4 + 4 * shape.length;
  const out = new Uint8Array(header + data.length);
  const view = new DataView(out.buffer);
  view.setUint8(2, UNSIGNED_BYTE);
  view.setUint8(3, shape.length);
  shape.forEach((size, i) => {
    view.setUint32(4 + 4 * i, size);
  });
  out.set(data, header);
  return out;
}
