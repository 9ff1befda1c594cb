import type { Rng } from "../../src/kernels/random/philox.ts";

/** Makes a hostile input from one that is right; `other` is a second one of the same kind. */
export type Mutator = (input: Uint8Array, rng: Rng, other: Uint8Array) => Uint8Array;

/** No input is longer: what is tried should be tried fast. */
export const MOST_BYTES = 1 << 17;

const INTERESTING_BYTES = [0, 1, 0x1f, 0x20, 0x22, 0x5c, 0x7b, 0x7d, 0x7f, 0x80, 0x8b, 0xff];
const INTERESTING_INTEGERS = [
  0n,
  1n,
  0x7fn,
  0x80n,
  0xffn,
  0x7fffn,
  0x8000n,
  0xffffn,
  0x7fff_ffffn,
  0x8000_0000n,
  0xffff_ffffn,
  0x80_0000n,
  0x80_0001n,
  0x1f_ffff_ffff_ffffn,
  0x20_0000_0000_0000n,
  0x7fff_ffff_ffff_ffffn,
  0xffff_ffff_ffff_ffffn,
];
/** Headers lie in the first bytes. */
const HEADER_BYTES = 32;

/** One of several. */
export function pick<T>(rng: Rng, from: readonly T[]): T {
  return from[rng.integer(from.length)]!;
}

/** Puts `bytes` in the place of `input[from..to)`. */
export function replaced(input: Uint8Array, from: number, to: number, bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(Math.min(MOST_BYTES, from + bytes.length + input.length - to));
  const put = (part: Uint8Array, at: number) => {
    if (at < out.length) out.set(part.subarray(0, out.length - at), at);
  };
  put(input.subarray(0, from), 0);
  put(bytes, from);
  put(input.subarray(to), from + bytes.length);
  return out;
}

/** A range of at most `most` bytes. */
function range(input: Uint8Array, rng: Rng, most = 64): [number, number] {
  const from = rng.integer(input.length + 1);
  return [from, Math.min(input.length, from + rng.integer(most) + 1)];
}

function edited(input: Uint8Array, edit: (copy: Uint8Array) => void): Uint8Array {
  const copy = input.slice();
  if (copy.length > 0) edit(copy);
  return copy;
}

const flipBit: Mutator = (input, rng) =>
  edited(input, (copy) => {
    copy[rng.integer(copy.length)]! ^= 1 << rng.integer(8);
  });

const setByte: Mutator = (input, rng) =>
  edited(input, (copy) => {
    copy[rng.integer(copy.length)] = rng.chance(0.5) ? pick(rng, INTERESTING_BYTES) : rng.integer(256);
  });

const setHeaderByte: Mutator = (input, rng) =>
  edited(input, (copy) => {
    copy[rng.integer(Math.min(HEADER_BYTES, copy.length))] = pick(rng, INTERESTING_BYTES);
  });

const setInteger: Mutator = (input, rng) =>
  edited(input, (copy) => {
    const view = new DataView(copy.buffer);
    const size = pick(rng, [2, 4, 4, 8]);
    if (copy.length < size) return;
    // Headers align their integers; elsewhere any place will do.
    const header = rng.chance(0.75);
    const at = header
      ? Math.min(copy.length - size, 4 * rng.integer(HEADER_BYTES / 4))
      : rng.integer(copy.length - size + 1);
    const value = pick(rng, INTERESTING_INTEGERS);
    const little = rng.chance(0.5);
    if (size === 2) view.setUint16(at, Number(value & 0xffffn), little);
    else if (size === 4) view.setUint32(at, Number(value & 0xffff_ffffn), little);
    else view.setBigUint64(at, value, little);
  });

const truncate: Mutator = (input, rng) => input.slice(0, rng.integer(input.length + 1));

const remove: Mutator = (input, rng) => replaced(input, ...range(input, rng), new Uint8Array(0));

const insert: Mutator = (input, rng) => {
  const at = rng.integer(input.length + 1);
  const bytes = Uint8Array.from({ length: 1 + rng.integer(16) }, () => rng.integer(256));
  return replaced(input, at, at, bytes);
};

const duplicate: Mutator = (input, rng) => {
  const [from, to] = range(input, rng, 256);
  const at = rng.chance(0.5) ? to : rng.integer(input.length + 1);
  return replaced(input, at, at, input.subarray(from, to));
};

const splice: Mutator = (input, rng, other) =>
  replaced(input, rng.integer(input.length + 1), input.length, other.subarray(rng.integer(other.length + 1)));

const longRun: Mutator = (input, rng) => {
  const at = rng.integer(input.length + 1);
  const length = rng.chance(0.05) ? 1 + rng.integer(60_000) : 1 + rng.integer(300);
  return replaced(input, at, at, new Uint8Array(length).fill(pick(rng, INTERESTING_BYTES)));
};

/** Mutations that know nothing of the format. */
export const byteMutators: readonly Mutator[] = [
  flipBit,
  setByte,
  setHeaderByte,
  setInteger,
  truncate,
  remove,
  insert,
  duplicate,
  splice,
  longRun,
];

/** Mutates what `unwrap` takes out of an input and wraps it again: headers whose length fits, gzip that is intact. */
export function inside(
  mutators: readonly Mutator[],
  unwrap: (input: Uint8Array) => Uint8Array | undefined,
  wrap: (inner: Uint8Array, input: Uint8Array) => Uint8Array,
): Mutator {
  return (input, rng, other) => {
    const inner = unwrap(input);
    if (inner === undefined) return input;
    return wrap(pick(rng, mutators)(inner, rng, unwrap(other) ?? inner), input);
  };
}

/** Mutates all but the first byte, which says what the rest is. */
export function afterFirst(mutators: readonly Mutator[]): Mutator {
  return inside(
    mutators,
    (input) => input.subarray(1),
    (inner, input) => withFirst(input[0] ?? 0, inner),
  );
}

/** `bytes` after one more. */
export function withFirst(first: number, bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(1 + bytes.length);
  out[0] = first;
  out.set(bytes, 1);
  return out;
}
