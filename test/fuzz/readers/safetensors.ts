import assert from "node:assert/strict";
import fc from "fast-check";
import { readSafetensors, type StoredTensor, writeSafetensors } from "../../../src/data/safetensors.ts";
import { dtypeRule, type SafetensorsDType, safetensorsDTypes } from "../../../src/data/safetensors_dtypes.ts";
import { byteMutators, inside } from "../mutate.ts";
import { jsonMutators } from "../mutate_json.ts";
import type { Reader } from "../reader.ts";

const LENGTH_BYTES = 8;
const FILE = "weights.safetensors";

const name = fc.oneof(
  fc.stringMatching(/^[a-z]{1,8}(\.[a-z0-9]{1,6}){0,2}$/),
  fc.constantFrom("__proto__", "constructor", "12", "", "\ud83d\ude00", "\ud800", "\u2028", "\u009b", "\0"),
  fc.string({ maxLength: 8 }),
);
const tensor = fc
  .tuple(fc.constantFrom(...safetensorsDTypes), fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 3 }))
  .map(([dtype, shape]) => zeros(dtype, shape));
const content = fc.record({
  tensors: fc.uniqueArray(fc.tuple(name, tensor), { selector: ([key]) => key, maxLength: 5 }),
  metadata: fc.dictionary(name, fc.string({ maxLength: 12 }), { maxKeys: 3 }),
});

export const safetensors: Reader = {
  name: "safetensors",
  names: FILE,
  seeds: content.map(({ tensors, metadata }) =>
    writeSafetensors(
      tensors.filter(([key, { dtype }]) => key !== "__metadata__" && dtypeRule(dtype).writable),
      metadata,
    ),
  ),
  mutators: [
    ...byteMutators,
    // The header as JSON, its length kept right; and its bytes.
    ...new Array(14).fill(inside(jsonMutators, headerOf, withHeader)),
    ...new Array(3).fill(inside(byteMutators, headerOf, withHeader)),
  ],
  open: () => ({ read: readBack, close() {} }),
};

function zeros(dtype: SafetensorsDType, shape: readonly number[]): StoredTensor {
  const { sizeBytes, decode } = dtypeRule(dtype);
  const items = shape.reduce((product, size) => product * size, 1);
  return { dtype, shape, data: decode(new ArrayBuffer(sizeBytes * items)) };
}

function headerOf(file: Uint8Array): Uint8Array | undefined {
  if (file.length < LENGTH_BYTES) return undefined;
  const length = new DataView(file.buffer, file.byteOffset).getBigUint64(0, true);
  return length <= BigInt(file.length - LENGTH_BYTES)
    ? file.subarray(LENGTH_BYTES, LENGTH_BYTES + Number(length))
    : undefined;
}

function withHeader(header: Uint8Array, file: Uint8Array): Uint8Array {
  const rest = file.subarray(LENGTH_BYTES + (headerOf(file)?.length ?? 0));
  const out = new Uint8Array(LENGTH_BYTES + header.length + rest.length);
  new DataView(out.buffer).setBigUint64(0, BigInt(header.length), true);
  out.set(header, LENGTH_BYTES);
  out.set(rest, LENGTH_BYTES + header.length);
  return out;
}

function readBack(file: Uint8Array): void {
  const { tensors, metadata } = readSafetensors(file, FILE);
  let bytes = 0;
  const writable: [string, StoredTensor][] = [];
  for (const [key, stored] of tensors) {
    const { sizeBytes, writable: own } = dtypeRule(stored.dtype);
    const items = stored.shape.reduce((product, size) => product * size, 1);
    assert.equal(stored.data.length, items, "as many items as the shape says");
    bytes += items * sizeBytes;
    if (own) writable.push([key, stored]);
  }
  // No overlap, no hole, nothing trailing: the tensors' bytes are the file's.
  assert.equal(LENGTH_BYTES + (headerOf(file)?.length ?? 0) + bytes, file.length, "tensors fill the file");
  assert.equal(Object.getPrototypeOf(metadata), null);
  assert.ok(Object.values(metadata).every((note) => typeof note === "string"));

  const written = writeSafetensors(writable, metadata);
  const again = readSafetensors(written, FILE);
  assert.deepEqual([...again.tensors.keys()].sort(), writable.map(([key]) => key).sort());
  for (const [key, stored] of writable) assert.deepEqual(again.tensors.get(key), stored);
  assert.deepEqual(Object.entries(again.metadata).sort(), Object.entries(metadata).sort());
  assert.deepEqual(writeSafetensors(again.tensors, again.metadata), written);
}
