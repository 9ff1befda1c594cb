/** What an element type of a safetensors file becomes in memory. */
export type TensorData =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigUint64Array;

interface DTypeRule {
  /** Bytes per element in the file. */
  readonly sizeBytes: number;
  /** The array for a file's bytes, which start at offset 0 of their own buffer. */
  readonly decode: (bytes: ArrayBuffer) => TensorData;
  /** Whether the writer takes it: not the half types, which are widened at reading. */
  readonly writable: boolean;
}

// Typed arrays use the machine's byte order, the file is little-endian: so is every machine that runs WebGPU.
const rules = {
  F64: { sizeBytes: 8, decode: (bytes) => new Float64Array(bytes), writable: true },
  I64: { sizeBytes: 8, decode: (bytes) => new BigInt64Array(bytes), writable: true },
  U64: { sizeBytes: 8, decode: (bytes) => new BigUint64Array(bytes), writable: true },
  F32: { sizeBytes: 4, decode: (bytes) => new Float32Array(bytes), writable: true },
  I32: { sizeBytes: 4, decode: (bytes) => new Int32Array(bytes), writable: true },
  U32: { sizeBytes: 4, decode: (bytes) => new Uint32Array(bytes), writable: true },
  F16: { sizeBytes: 2, decode: (bytes) => Float32Array.from(new Uint16Array(bytes), float16Value), writable: false },
  BF16: { sizeBytes: 2, decode: (bytes) => bfloat16Values(new Uint16Array(bytes)), writable: false },
  I16: { sizeBytes: 2, decode: (bytes) => new Int16Array(bytes), writable: true },
  U16: { sizeBytes: 2, decode: (bytes) => new Uint16Array(bytes), writable: true },
  I8: { sizeBytes: 1, decode: (bytes) => new Int8Array(bytes), writable: true },
  U8: { sizeBytes: 1, decode: (bytes) => new Uint8Array(bytes), writable: true },
  BOOL: { sizeBytes: 1, decode: (bytes) => new Uint8Array(bytes), writable: true },
} as const satisfies Record<string, DTypeRule>;

/** The element types of safetensors that are read; F16 and BF16 are widened exactly to float32. */
export type SafetensorsDType = keyof typeof rules;

/** Every type that is read, the widest first: the order in which the writer lays tensors out. */
export const safetensorsDTypes = Object.keys(rules) as readonly SafetensorsDType[];

/** Whether `name` is an element type that is read here. */
export function isSafetensorsDType(name: unknown): name is SafetensorsDType {
  return typeof name === "string" && Object.hasOwn(rules, name);
}

/** Size, decoder and writability of an element type. */
export function dtypeRule(dtype: SafetensorsDType): DTypeRule {
  return rules[dtype];
}

/** The number that the 16 bits of an IEEE 754 binary16 stand for: 1 sign, 5 exponent and 10 fraction bits. */
export function float16Value(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** A bfloat16 is the upper half of a float32. */
function bfloat16Values(halves: Uint16Array): Float32Array {
  const words = Uint32Array.from(halves, (half) => half << 16);
  return new Float32Array(words.buffer);
}
