/**
 * Events as TensorBoard reads them: protocol buffers in TFRecords. Sources: tensorboard/compat/proto/event.proto and
 * summary.proto, and tensorflow/core/lib/io/record_writer.h.
 */
import crc32c from "crc-32/crc32c.js";
import protobuf from "protobufjs/light.js";

/** Of each message the fields that are written here, by their published numbers. */
const root = protobuf.Root.fromJSON({
  nested: {
    Event: {
      oneofs: { what: { oneof: ["fileVersion", "summary", "sessionLog"] } },
      fields: {
        wallTime: { type: "double", id: 1 },
        step: { type: "int64", id: 2 },
        fileVersion: { type: "string", id: 3 },
        summary: { type: "Summary", id: 5 },
        sessionLog: { type: "SessionLog", id: 7 },
      },
    },
    Summary: {
      fields: { value: { rule: "repeated", type: "Value", id: 1 } },
      nested: {
        Value: {
          oneofs: { value: { oneof: ["simpleValue", "image"] } },
          fields: {
            tag: { type: "string", id: 1 },
            simpleValue: { type: "float", id: 2 },
            image: { type: "Image", id: 4 },
          },
        },
        Image: {
          fields: {
            height: { type: "int32", id: 1 },
            width: { type: "int32", id: 2 },
            colorspace: { type: "int32", id: 3 },
            encodedImageString: { type: "bytes", id: 4 },
          },
        },
      },
    },
    SessionLog: {
      fields: { status: { type: "SessionStatus", id: 1 } },
      nested: { SessionStatus: { values: { STATUS_UNSPECIFIED: 0, START: 1, STOP: 2, CHECKPOINT: 3 } } },
    },
  },
});
const eventType = root.lookupType("Event");

/** A PNG as a summary holds it; colorspace 1 is grey. */
export interface SummaryImage {
  readonly height: number;
  readonly width: number;
  readonly colorspace: 1;
  readonly encodedImageString: Uint8Array;
}

/** One named value of a summary. */
export type SummaryValue =
  | { readonly tag: string; readonly simpleValue: number }
  | { readonly tag: string; readonly image: SummaryImage };

/** What one record holds, besides when. */
export type EventContent =
  | { readonly fileVersion: "brain.Event:2" }
  | { readonly step: number; readonly summary: { readonly value: readonly SummaryValue[] } }
  /** Everything of this step and later that an earlier file holds is void. */
  | { readonly step: number; readonly sessionLog: { readonly status: 1 } };

/** An event as a TFRecord: length, its checksum, the bytes, their checksum. */
export function encodeRecord(wallTime: number, content: EventContent): Uint8Array {
  const data = eventType.encode({ wallTime, ...content }).finish();
  const record = new Uint8Array(data.length + 16);
  const view = new DataView(record.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, maskedCrc32c(record.subarray(0, 8)), true);
  record.set(data, 12);
  view.setUint32(12 + data.length, maskedCrc32c(data), true);
  return record;
}

/** CRC-32C, rotated and shifted so that a checksum of bytes that hold checksums stays a good one. */
export function maskedCrc32c(bytes: Uint8Array): number {
  const crc = crc32c.buf(bytes) >>> 0;
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}
