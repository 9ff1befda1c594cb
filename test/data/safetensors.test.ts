import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readSafetensors, type StoredTensor, writeSafetensors } from "../../src/data/safetensors.ts";
import { float16Value } from "../../src/data/safetensors_dtypes.ts";
import { DataError } from "../../src/errors.ts";

/** A file of this header text and data, valid or not. */
function fileOf(header: string, data: Uint8Array = new Uint8Array(0)): Uint8Array {
  const text = new TextEncoder().encode(header);
  const file = new Uint8Array(8 + text.length + data.length);
  new DataView(file.buffer).setBigUint64(0, BigInt(text.length), true);
  file.set(text, 8);
  file.set(data, 8 + text.length);
  return file;
}

function refusal(file: Uint8Array): string {
  try {
    readSafetensors(file, "x.safetensors");
  } catch (error) {
    expect(error).toBeInstanceOf(DataError);
    const { message } = error as DataError;
    expect(message).toMatch(/^x\.safetensors: /);
    expect(message).not.toContain("\n");
    expect(message).toMatch(/; fetch or write the file again$/);
    return message;
  }
  throw new Error("was accepted");
}

const f32 = (name: string, begin: number, end: number, shape: number[] = [(end - begin) / 4]) =>
  `${JSON.stringify(name)}:{"dtype":"F32","shape":${JSON.stringify(shape)},"data_offsets":[${begin},${end}]}`;

describe("readSafetensors", () => {
  it("reads the example of the format", () => {
    const data = new Uint8Array(new Float32Array([1, 2, 3, -4]).buffer);
    const header = `{"__metadata__":{"format":"pt"},${f32("layers.0.weight", 0, 16, [2, 2])}}  `;
    const { tensors, metadata } = readSafetensors(fileOf(header, data), "x");
    expect(tensors.get("layers.0.weight")).toEqual({
      dtype: "F32",
      shape: [2, 2],
      data: new Float32Array([1, 2, 3, -4]),
    });
    expect({ ...metadata }).toEqual({ format: "pt" });
  });

  it("reads from an unaligned view into a larger buffer", () => {
    const file = fileOf(`{${f32("a", 0, 4)}}`, new Uint8Array(new Float32Array([7]).buffer));
    const shifted = new Uint8Array(file.length + 5);
    shifted.set(file, 3);
    const { tensors } = readSafetensors(shifted.subarray(3, 3 + file.length), "x");
    expect(tensors.get("a")?.data).toEqual(new Float32Array([7]));
  });

  it("takes tensors in any header order, scalars and empty tensors", () => {
    const header = `{${f32("b", 4, 8, [])},${f32("empty", 4, 4, [0, 9])},${f32("a", 0, 4)}}`;
    const data = new Uint8Array(new Float32Array([1, 2]).buffer);
    const { tensors } = readSafetensors(fileOf(header, data), "x");
    expect(tensors.get("a")?.data[0]).toBe(1);
    expect(tensors.get("b")).toEqual({ dtype: "F32", shape: [], data: new Float32Array([2]) });
    expect(tensors.get("empty")?.data.length).toBe(0);
  });

  it("reads int64 counters as bigint, as PyTorch writes num_batches_tracked", () => {
    const data = new Uint8Array(new BigInt64Array([7200n]).buffer);
    const file = fileOf('{"n":{"dtype":"I64","shape":[],"data_offsets":[0,8]}}', data);
    expect(readSafetensors(file, "x").tensors.get("n")?.data).toEqual(new BigInt64Array([7200n]));
  });

  it("widens F16 and BF16 exactly", () => {
    const halves = new Uint8Array(new Uint16Array([0x3c00, 0xc000, 0x7bff, 0x0001, 0x7c00, 0x3fc0]).buffer);
    const header =
      '{"h":{"dtype":"F16","shape":[5],"data_offsets":[0,10]},"b":{"dtype":"BF16","shape":[1],"data_offsets":[10,12]}}';
    const { tensors } = readSafetensors(fileOf(header, halves), "x");
    expect(tensors.get("h")?.data).toEqual(new Float32Array([1, -2, 65504, 2 ** -24, Number.POSITIVE_INFINITY]));
    expect(tensors.get("b")?.data).toEqual(new Float32Array([1.5]));
    expect(float16Value(0x7e00)).toBeNaN();
    expect(float16Value(0x8000)).toBe(-0);
  });

  it("treats __proto__ and constructor as mere names", () => {
    const data = new Uint8Array(8);
    const header = `{"__metadata__":{"__proto__":"a","constructor":"b"},${f32("__proto__", 0, 4)},${f32("constructor", 4, 8)}}`;
    const { tensors, metadata } = readSafetensors(fileOf(header, data), "x");
    expect([...tensors.keys()]).toEqual(["__proto__", "constructor"]);
    expect(Object.entries(metadata)).toEqual([
      ["__proto__", "a"],
      ["constructor", "b"],
    ]);
    expect(({} as Record<string, unknown>).a).toBeUndefined();
  });

  const eight = new Uint8Array(8);
  it.each<[string, Uint8Array, RegExp]>([
    ["an empty file", new Uint8Array(0), /0 bytes are no safetensors file/],
    ["seven bytes", new Uint8Array(7), /7 bytes/],
    ["no header", new Uint8Array(8), /not valid UTF-8 JSON/],
    ["a huge header length", new Uint8Array(16).fill(255), /header length 18446744073709551615 exceeds 8388608/],
    ["a header one byte too long", fileOf(" ".repeat(8 * 2 ** 20 + 1)), /header length 8388609 exceeds 8388608 bytes/],
    ["a header beyond the file", fileOf("{}").subarray(0, 9), /header of 2 bytes exceeds the file's 9: truncated/],
    ["a header that is no JSON", fileOf("{nope}"), /not valid UTF-8 JSON/],
    ["bytes that are no UTF-8", fileOf("{}").fill(0xff, 8), /not valid UTF-8 JSON/],
    ["a list", fileOf("[]"), /must start with "\{"/],
    ["null", fileOf("null"), /must start with "\{"/],
    ["leading space", fileOf(" {}"), /must start with "\{"/],
    ["a byte-order mark", fileOf("\ufeff{}"), /not valid UTF-8 JSON/],
    ["a name twice", fileOf(`{${f32("a", 0, 4)},${f32("a", 4, 8)}}`, eight), /holds the key "a" twice/],
    ["a field twice", fileOf('{"a":{"dtype":"F32","dtype":"F32"}}'), /holds the key "dtype" twice/],
    [
      "an unknown dtype",
      fileOf('{"a":{"dtype":"F4","shape":[],"data_offsets":[0,4]}}', eight),
      /"a": dtype "F4" is not/,
    ],
    ["a dtype of Object's", fileOf('{"a":{"dtype":"toString"}}'), /dtype "toString"/],
    ["no dtype", fileOf('{"a":{}}'), /dtype undefined/],
    ["a tensor that is a number", fileOf('{"a":3}'), /"a": must be an object/],
    ["a negative size", fileOf('{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}', eight), /shape \[-1\]/],
    ["a negative zero as size", fileOf('{"a":{"dtype":"F32","shape":[-0],"data_offsets":[0,0]}}'), /whole numbers/],
    ["a fractional size", fileOf('{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,6]}}', eight), /shape \[1.5\]/],
    ["a size beyond 2^53", fileOf('{"a":{"dtype":"F32","shape":[9007199254740993],"data_offsets":[0,4]}}'), /shape/],
    ["a product beyond 2^53", fileOf(`{${f32("a", 0, 4, [2 ** 40, 2 ** 40])}}`, eight), /takes Infinity bytes/],
    ["a size that wraps at 2^32", fileOf(`{${f32("a", 0, 4, [2 ** 16 + 1, 2 ** 16])}}`, eight), /takes 17180131328/],
    ["a string as shape", fileOf('{"a":{"dtype":"F32","shape":"1","data_offsets":[0,4]}}', eight), /shape "1"/],
    [
      "three offsets",
      fileOf('{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}', eight),
      /data_offsets \[0,4,8\]/,
    ],
    ["no offsets", fileOf('{"a":{"dtype":"F32","shape":[1]}}', eight), /data_offsets undefined/],
    ["offsets backwards", fileOf('{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}', eight), /\[4,0\]/],
    [
      "a wrong size",
      fileOf(`{${f32("a", 0, 8, [3])}}`, eight),
      /\[3\] of F32 takes 12 bytes, data_offsets \[0, 8\] give 8/,
    ],
    [
      "an overlap",
      fileOf(`{${f32("a", 0, 8)},${f32("b", 4, 8)}}`, eight),
      /"b": begins at byte 4, must at 8: overlaps/,
    ],
    ["a hole", fileOf(`{${f32("a", 4, 8)}}`, eight), /"a": begins at byte 4, must at 0: leaves a hole/],
    ["an empty tensor inside another", fileOf(`{${f32("a", 0, 8)},${f32("e", 4, 4)}}`, eight), /"e": begins at byte 4/],
    [
      "missing data",
      fileOf(`{${f32("a", 0, 8)}}`, new Uint8Array(7)),
      /cover 8 bytes of data, the file holds 7: truncated/,
    ],
    ["trailing bytes", fileOf(`{${f32("a", 0, 4)}}`, eight), /cover 4 bytes of data, the file holds 8: trailing/],
    ["metadata that is a list", fileOf('{"__metadata__":["a"]}'), /__metadata__ must be an object/],
    ["metadata that is a number", fileOf('{"__metadata__":{"a":1}}'), /__metadata__ "a" is a number/],
  ])("refuses %s", (_, file, message) => expect(refusal(file)).toMatch(message));

  it("refuses what is nested ten thousand deep like anything else", () => {
    const deep = `${"[".repeat(20_000)}${"]".repeat(20_000)}`;
    expect(refusal(fileOf(`{"a":{"dtype":"F32","shape":${deep},"data_offsets":[0,4]}}`, eight))).toMatch(
      /"a": shape a value nested too deep to show must be a list/,
    );
    expect(refusal(fileOf(`{"a":{"dtype":${deep}}}`))).toMatch(/dtype a value nested too deep to show is not one of/);
  });

  it("keeps messages to one line, without what steers a terminal", () => {
    const name = "\u009b31m\u2028\u202e\u007f";
    expect(refusal(fileOf(`{"${name}":3}`))).toContain(String.raw`tensor "\u009b31m\u2028\u202e\u007f": must be`);
  });

  it("keeps messages short whatever the file holds", () => {
    const ones = new Array(5000).fill(1).join();
    expect(refusal(fileOf(`{"a":{"dtype":"F32","shape":[${ones}],"data_offsets":[0,8]}}`, eight)).length).toBeLessThan(
      400,
    );
    expect(refusal(fileOf(`{"${"n\\n".repeat(5000)}":{"dtype":"${"d".repeat(5000)}"}}`)).length).toBeLessThan(400);
  });
});

const arrays: fc.Arbitrary<Pick<StoredTensor, "dtype" | "data">> = fc.oneof(
  fc.float32Array().map((data) => ({ dtype: "F32" as const, data: data as Float32Array })),
  fc.float64Array().map((data) => ({ dtype: "F64" as const, data: data as Float64Array })),
  fc.bigInt64Array().map((data) => ({ dtype: "I64" as const, data: data as BigInt64Array })),
  fc.int32Array().map((data) => ({ dtype: "I32" as const, data: data as Int32Array })),
  fc.uint32Array().map((data) => ({ dtype: "U32" as const, data: data as Uint32Array })),
  fc.int16Array().map((data) => ({ dtype: "I16" as const, data: data as Int16Array })),
  fc.uint8Array().map((data) => ({ dtype: "U8" as const, data: data as Uint8Array })),
  fc.uint8Array({ max: 1 }).map((data) => ({ dtype: "BOOL" as const, data: data as Uint8Array })),
);
const names = fc.oneof(fc.string(), fc.string({ unit: "binary" }), fc.constantFrom("__proto__", "12", "constructor"));
const files = fc.record({
  tensors: fc.uniqueArray(
    fc.tuple(
      names.filter((name) => name !== "__metadata__"),
      arrays.map((tensor): StoredTensor => ({ ...tensor, shape: [tensor.data.length, 1] })),
    ),
    { selector: ([name]) => name, maxLength: 8 },
  ),
  metadata: fc.dictionary(names, fc.string()),
});

describe("writeSafetensors", () => {
  it("gives back what was written", () => {
    fc.assert(
      fc.property(files, ({ tensors, metadata }) => {
        const read = readSafetensors(writeSafetensors(tensors, metadata), "x");
        expect(read.tensors).toEqual(new Map(tensors));
        expect(new Map(Object.entries(read.metadata))).toEqual(new Map(Object.entries(metadata)));
      }),
    );
  });

  it("gives the same bytes whatever the order, with an aligned header and aligned data", () => {
    fc.assert(
      fc.property(files, ({ tensors, metadata }) => {
        const bytes = writeSafetensors(tensors, metadata);
        const reversed = Object.fromEntries(Object.entries(metadata).reverse());
        expect(writeSafetensors([...tensors].reverse(), reversed)).toEqual(bytes);
        const headerBytes = Number(new DataView(bytes.buffer).getBigUint64(0, true));
        expect(headerBytes % 8).toBe(0);
        const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + headerBytes)));
        for (const [name, { data }] of tensors) {
          expect(header[name].data_offsets[0] % data.BYTES_PER_ELEMENT).toBe(0);
        }
      }),
    );
  });

  it("writes the bytes it always wrote", () => {
    const bytes = writeSafetensors([["w", { dtype: "F32", shape: [1], data: new Float32Array([1]) }]], { a: "b" });
    const header = '{"__metadata__":{"a":"b"},"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}';
    expect(bytes).toEqual(fileOf(header.padEnd(Math.ceil(header.length / 8) * 8), new Uint8Array([0, 0, 128, 63])));
  });

  it("never lets a damaged file pass as another shape of it, nor throw anything but DataError", () => {
    const bytes = writeSafetensors(
      [
        ["w", { dtype: "F32", shape: [2, 2], data: new Float32Array([1, 2, 3, 4]) }],
        ["n", { dtype: "I64", shape: [], data: new BigInt64Array([5n]) }],
      ],
      { step: "9" },
    );
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const damaged = bytes.slice();
        damaged[at] = (damaged[at] ?? 0) ^ flip;
        try {
          const { tensors } = readSafetensors(damaged, "x");
          let total = 0;
          for (const { data } of tensors.values()) total += data.length;
          expect(total).toBeLessThanOrEqual(24);
        } catch (error) {
          expect(error).toBeInstanceOf(DataError);
        }
      }),
      { numRuns: 2000 },
    );
    for (let length = 0; length < bytes.length; length++) {
      expect(() => readSafetensors(bytes.subarray(0, length), "x")).toThrow(DataError);
    }
  });

  const one = new Float32Array(1);
  it.each<[string, [string, StoredTensor][], RegExp]>([
    [
      "a shape of another size",
      [["a", { dtype: "F32", shape: [2], data: one }]],
      /"a": shape \[2\] of F32 does not match/,
    ],
    [
      "another array type",
      [["a", { dtype: "I32", shape: [1], data: one }]],
      /I32 does not match data Float32Array of 1/,
    ],
    [
      "half types",
      [["a", { dtype: "F16", shape: [1], data: one }]],
      /F16 is only read; write its float32 values as F32/,
    ],
    ["the reserved name", [["__metadata__", { dtype: "F32", shape: [1], data: one }]], /reserved/],
    [
      "a name twice",
      [
        ["a", { dtype: "F32", shape: [1], data: one }],
        ["a", { dtype: "F32", shape: [1], data: one }],
      ],
      /"a": comes twice/,
    ],
  ])("refuses %s", (_, tensors, message) => {
    expect(() => writeSafetensors(tensors)).toThrow(DataError);
    expect(() => writeSafetensors(tensors)).toThrow(message);
  });
});
