import { checkHostArray } from "../autograd/arguments.ts";
import { DataError } from "../errors.ts";
import { showValue as show } from "./plain_text.ts";
import {
  dtypeRule,
  isSafetensorsDType,
  type SafetensorsDType,
  safetensorsDTypes,
  type TensorData,
} from "./safetensors_dtypes.ts";
import { findDuplicateKey } from "./strict_json.ts";

/*
 * The file (https://github.com/huggingface/safetensors): 8 bytes with the header's length as a little-endian u64, the
 * header as a JSON object {name: {dtype, shape, data_offsets: [begin, end]}, "__metadata__": {string: string}}, then the
 * tensors' bytes. Offsets count from the end of the header.
 */

/** One tensor of a file: row-major data with as many elements as the product of its shape. */
export interface StoredTensor {
  dtype: SafetensorsDType;
  shape: readonly number[];
  data: TensorData;
}

/** What a file holds. `metadata` has no prototype, so every name in it is only a name. */
export interface SafetensorsFile {
  tensors: Map<string, StoredTensor>;
  metadata: Record<string, string>;
}

interface Entry {
  name: string;
  dtype: SafetensorsDType;
  shape: number[];
  begin: number;
  end: number;
}

const lengthBytes = 8;
/** The format allows 100 MB, which take gigabytes to parse; 10,000 tensors need one megabyte. */
const maxHeaderBytes = 8 * 2 ** 20;
const metadataKey = "__metadata__";

/**
 * Reads a safetensors file and refuses whatever the format forbids: a header over 8 MiB or beyond the file, duplicate
 * keys, unknown element types, sizes that are not shape times element size, overlaps, holes, trailing bytes.
 *
 * @param bytes the whole file; the tensors are copies, so it may be dropped afterwards
 * @param name what error messages call the file
 * @throws DataError with file, tensor, values and rule
 */
export function readSafetensors(bytes: Uint8Array, name: string): SafetensorsFile {
  checkHostArray(name, "the file's bytes", bytes, Uint8Array);
  const { header, dataStart } = readHeader(bytes, name);
  const metadata: Record<string, string> = Object.create(null);
  const entries: Entry[] = [];
  for (const [key, value] of Object.entries(header)) {
    if (key === metadataKey) readMetadata(value, metadata, name);
    else entries.push(readEntry(key, value, name));
  }
  checkCoverage(entries, bytes.length - dataStart, name);

  const tensors = new Map<string, StoredTensor>();
  for (const { name: key, dtype, shape, begin, end } of entries) {
    // The copy also aligns: a typed array must start at a multiple of its element size.
    const own = new Uint8Array(end - begin);
    own.set(bytes.subarray(dataStart + begin, dataStart + end));
    tensors.set(key, { dtype, shape, data: dtypeRule(dtype).decode(own.buffer) });
  }
  return { tensors, metadata };
}

/**
 * A safetensors file of `tensors`: the same tensors and metadata give the same bytes, whatever order they come in. Wide
 * element types go first, then names in code-unit order, so that every tensor starts aligned to its element size.
 *
 * @throws DataError if a shape does not match its data, or a type is one that is only read (F16, BF16)
 */
export function writeSafetensors(
  tensors: Iterable<readonly [string, StoredTensor]>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  const sorted = [...tensors].sort(
    ([nameA, a], [nameB, b]) =>
      dtypeRule(b.dtype).sizeBytes - dtypeRule(a.dtype).sizeBytes ||
      safetensorsDTypes.indexOf(a.dtype) - safetensorsDTypes.indexOf(b.dtype) ||
      compareText(nameA, nameB),
  );
  // Joined by hand: an object would treat a tensor called "__proto__" as its prototype, and sort names like "12" first.
  const fields: string[] = [];
  const notes = Object.entries(metadata).sort(([a], [b]) => compareText(a, b));
  if (notes.length > 0) fields.push(`"${metadataKey}":{${notes.map(([key, note]) => field(key, note)).join(",")}}`);
  let end = 0;
  const seen = new Set<string>();
  for (const [name, { dtype, shape, data }] of sorted) {
    checkWritable(name, { dtype, shape, data }, seen);
    const begin = end;
    end += data.byteLength;
    fields.push(field(name, { dtype, shape, data_offsets: [begin, end] }));
  }

  const header = new TextEncoder().encode(`{${fields.join(",")}}`);
  const headerBytes = Math.ceil(header.length / 8) * 8;
  if (headerBytes > maxHeaderBytes) {
    throw new DataError(
      `safetensors: a header of ${headerBytes} bytes exceeds ${maxHeaderBytes}; write fewer tensors or less metadata`,
    );
  }
  const file = new Uint8Array(lengthBytes + headerBytes + end);
  new DataView(file.buffer).setBigUint64(0, BigInt(headerBytes), true);
  file.fill(0x20, lengthBytes, lengthBytes + headerBytes);
  file.set(header, lengthBytes);
  let at = lengthBytes + headerBytes;
  for (const [, { data }] of sorted) {
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return file;
}

function readHeader(bytes: Uint8Array, file: string): { header: object; dataStart: number } {
  if (bytes.length < lengthBytes) {
    throw refusal(file, `${bytes.length} bytes are no safetensors file, which starts with 8`);
  }
  const length = new DataView(bytes.buffer, bytes.byteOffset, lengthBytes).getBigUint64(0, true);
  if (length > BigInt(maxHeaderBytes)) {
    throw refusal(file, `header length ${length} exceeds ${maxHeaderBytes} bytes: not a safetensors file`);
  }
  const dataStart = lengthBytes + Number(length);
  if (dataStart > bytes.length) {
    throw refusal(file, `header of ${length} bytes exceeds the file's ${bytes.length}: truncated`);
  }
  let header: unknown;
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes.subarray(lengthBytes, dataStart));
    header = JSON.parse(text);
  } catch (cause) {
    throw refusal(file, `header is not valid UTF-8 JSON: corrupt`, { cause });
  }
  if (!text.startsWith("{") || !isObject(header)) {
    throw refusal(file, `header must start with "{" and be a JSON object`);
  }
  const twice = findDuplicateKey(text);
  if (twice !== undefined) {
    throw refusal(file, `header holds the key ${show(twice)} twice`);
  }
  return { header, dataStart };
}

function readMetadata(value: unknown, into: Record<string, string>, file: string): void {
  if (!isObject(value)) throw refusal(file, `${metadataKey} must be an object of strings`);
  for (const [key, note] of Object.entries(value)) {
    if (typeof note !== "string") {
      throw refusal(file, `${metadataKey} ${show(key)} is a ${typeof note}, must be a string`);
    }
    into[key] = note;
  }
}

function readEntry(name: string, value: unknown, file: string): Entry {
  const place = `${file}: tensor ${show(name)}`;
  if (!isObject(value)) throw refusal(place, `must be an object with dtype, shape and data_offsets`);
  const { dtype, shape, data_offsets: offsets } = value as Record<string, unknown>;
  if (!isSafetensorsDType(dtype)) {
    throw refusal(place, `dtype ${show(dtype)} is not one of ${safetensorsDTypes.join(" ")}`);
  }
  if (!isSizes(shape)) {
    throw refusal(place, `shape ${show(shape)} must be a list of whole numbers >= 0`);
  }
  const [begin, end] = isSizes(offsets) ? offsets : [];
  if (!isSizes(offsets) || offsets.length !== 2 || begin === undefined || end === undefined || begin > end) {
    throw refusal(place, `data_offsets ${show(offsets)} must be two whole numbers, 0 <= begin <= end`);
  }
  const sizeBytes = byteSize(shape, dtype);
  if (sizeBytes !== end - begin) {
    const want = `shape ${show(shape)} of ${dtype} takes ${sizeBytes} bytes`;
    throw refusal(place, `${want}, data_offsets [${begin}, ${end}] give ${end - begin}`);
  }
  return { name, dtype, shape, begin, end };
}

/** Tensors in the order of their offsets must start where the one before ended, and end with the file. */
function checkCoverage(entries: readonly Entry[], dataBytes: number, file: string): void {
  let covered = 0;
  for (const { name, begin, end } of [...entries].sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin !== covered) {
      const what = begin < covered ? "overlaps the tensor before it" : "leaves a hole before it";
      throw refusal(file, `tensor ${show(name)}: begins at byte ${begin}, must at ${covered}: ${what}`);
    }
    covered = end;
  }
  if (covered !== dataBytes) {
    const what = covered > dataBytes ? "truncated" : "trailing bytes";
    throw refusal(file, `tensors cover ${covered} bytes of data, the file holds ${dataBytes}: ${what}`);
  }
}

function checkWritable(name: string, { dtype, shape, data }: StoredTensor, seen: Set<string>): void {
  const place = `safetensors: tensor ${show(name)}`;
  if (name === metadataKey) throw new DataError(`${place}: the name is reserved; choose another`);
  if (seen.has(name)) throw new DataError(`${place}: comes twice; give each tensor its own name`);
  seen.add(name);
  const rule = dtypeRule(dtype);
  if (!rule.writable) throw new DataError(`${place}: ${dtype} is only read; write its float32 values as F32`);
  const sameType = rule.decode(new ArrayBuffer(0)).constructor === data.constructor;
  if (!sameType || !isSizes(shape) || byteSize(shape, dtype) !== data.byteLength) {
    const got = `${data.constructor.name} of ${data.length}`;
    throw new DataError(`${place}: shape ${show(shape)} of ${dtype} does not match data ${got}`);
  }
}

/** Bytes of a tensor; Infinity if they are more than a double counts exactly, which then equals no size. */
function byteSize(shape: readonly number[], dtype: SafetensorsDType): number {
  // Zero first: [2^53, 2^53, 0] is empty, not too large.
  if (shape.includes(0)) return 0;
  const sizeBytes = shape.reduce((product, size) => product * size, dtypeRule(dtype).sizeBytes);
  return Number.isSafeInteger(sizeBytes) ? sizeBytes : Number.POSITIVE_INFINITY;
}

/** Whole numbers of 0 or more; -0, which JSON can write, is none. */
function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0 && !Object.is(size, -0));
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function field(key: string, value: unknown): string {
  return `${JSON.stringify(key)}:${JSON.stringify(value)}`;
}

/** The error of a file that breaks the format: only another copy of it helps. */
function refusal(place: string, problem: string, options?: ErrorOptions): DataError {
  return new DataError(`${place}: ${problem}; fetch or write the file again`, options);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
