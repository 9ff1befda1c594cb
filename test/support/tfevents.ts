/** Reads TensorBoard's event files by the published record and message formats, with nothing of what writes them. */
import assert from "node:assert/strict";

export interface ReadEvent {
  wallTime: number;
  step: number;
  fileVersion?: string;
  scalars: Record<string, number>;
  images: Record<string, { height: number; width: number; colorspace: number; png: Uint8Array }>;
  /** Of a SessionLog. */
  status?: number;
}

/** CRC-32C bit by bit: polynomial 0x1EDC6F41 reflected. */
export function crc32c(bytes: Uint8Array): number {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0x82f63b78 : 0);
  }
  return ~crc >>> 0;
}

function unmask(masked: number): number {
  const rotated = (masked - 0xa282ead8) >>> 0;
  return ((rotated >>> 17) | (rotated << 15)) >>> 0;
}

/** The payloads of a file of TFRecords; fails at a wrong checksum or a torn record. */
export function records(bytes: Uint8Array): Uint8Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const size = Number(view.getBigUint64(at, true));
    assert.equal(unmask(view.getUint32(at + 8, true)), crc32c(bytes.subarray(at, at + 8)), "checksum of a length");
    const data = bytes.subarray(at + 12, at + 12 + size);
    assert.equal(data.length, size, "a whole record");
    assert.equal(unmask(view.getUint32(at + 12 + size, true)), crc32c(data), "checksum of a record");
    found.push(data);
    at += 16 + size;
  }
  return found;
}

type Field = { number: number; value: number | bigint | Uint8Array };

/** The fields of a message: varints as bigint, doubles and floats as number, the rest as bytes. */
function fields(bytes: Uint8Array): Field[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++]!;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const found: Field[] = [];
  while (at < bytes.length) {
    const key = Number(varint());
    const number = key >> 3;
    const wire = key & 7;
    if (wire === 0) found.push({ number, value: varint() });
    else if (wire === 1) {
      found.push({ number, value: view.getFloat64(at, true) });
      at += 8;
    } else if (wire === 5) {
      found.push({ number, value: view.getFloat32(at, true) });
      at += 4;
    } else {
      assert.equal(wire, 2, "wire type");
      const size = Number(varint());
      found.push({ number, value: bytes.subarray(at, at + size) });
      at += size;
    }
  }
  return found;
}

const text = (value: Field["value"]) => new TextDecoder().decode(value as Uint8Array);

/** The events of a file. */
export function readEvents(file: Uint8Array): ReadEvent[] {
  return records(file).map((record) => {
    const event: ReadEvent = { wallTime: Number.NaN, step: 0, scalars: {}, images: {} };
    for (const { number, value } of fields(record)) {
      if (number === 1) event.wallTime = value as number;
      else if (number === 2) event.step = Number(value);
      else if (number === 3) event.fileVersion = text(value);
      else if (number === 5) readSummary(event, value as Uint8Array);
      else if (number === 7)
        event.status = Number(fields(value as Uint8Array).find((field) => field.number === 1)?.value);
      else assert.fail(`field ${number} of an event`);
    }
    return event;
  });
}

function readSummary(event: ReadEvent, bytes: Uint8Array): void {
  for (const { number, value } of fields(bytes)) {
    assert.equal(number, 1, "field of a summary");
    const parts = new Map(fields(value as Uint8Array).map((field) => [field.number, field.value]));
    const tag = text(parts.get(1)!);
    if (parts.has(2)) event.scalars[tag] = parts.get(2) as number;
    if (!parts.has(4)) continue;
    const image = new Map(fields(parts.get(4) as Uint8Array).map((field) => [field.number, field.value]));
    const [height, width, colorspace] = [1, 2, 3].map((field) => Number(image.get(field)));
    event.images[tag] = { height: height!, width: width!, colorspace: colorspace!, png: image.get(4) as Uint8Array };
  }
}
