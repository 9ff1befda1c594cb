import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { encodeIdx, gunzip, isGzip, parseIdx, readIdxImages, readIdxLabels } from "../../src/data/idx.ts";
import { DataError } from "../../src/errors.ts";

const bytes = (...values: number[]) => Uint8Array.from(values);
const gz = (data: Uint8Array) => new Uint8Array(gzipSync(data));
const pictures = encodeIdx(
  [2, 3, 5],
  Uint8Array.from({ length: 30 }, (_, i) => i),
);
const labels = encodeIdx([4], bytes(0, 9, 3, 1));

describe("idx", () => {
  it("writes the header of the format and reads it back, raw and gzipped", async () => {
    expect([...labels.subarray(0, 8)]).toEqual([0, 0, 8, 1, 0, 0, 0, 4]);
    for (const file of [pictures, gz(pictures)]) {
      const read = await readIdxImages(file, "a");
      expect([read.count, read.height, read.width]).toEqual([2, 3, 5]);
      expect([...read.data]).toEqual(Array.from({ length: 30 }, (_, i) => i));
    }
    expect([...(await readIdxLabels(gz(labels), "b", 10))]).toEqual([0, 9, 3, 1]);
    expect(isGzip(gz(labels))).toBe(true);
    expect(isGzip(labels)).toBe(false);
  });

  it("reads a view into a larger buffer", () => {
    const wide = new Uint8Array(labels.length + 7);
    wide.set(labels, 7);
    expect([...parseIdx(wide.subarray(7), "v").data]).toEqual([0, 9, 3, 1]);
  });

  it.each([
    ["empty", bytes(), /f: 0 bytes, too few/],
    ["magic", bytes(0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 0), /f: begins with 89 50 4e 47/],
    ["unknown type", bytes(0, 0, 7, 1, 0, 0, 0, 0), /begins with 00 00 07 01/],
    ["floats", bytes(0, 0, 13, 1, 0, 0, 0, 0), /holds f32 items, but images and labels must be u8/],
    ["no dimension", bytes(0, 0, 8, 0), /0 dimensions/],
    ["many dimensions", bytes(0, 0, 8, 200), /200 dimensions/],
    ["short header", bytes(0, 0, 8, 3, 0, 0), /need a header of 16/],
    [
      "truncated",
      pictures.subarray(0, 40),
      /2x3x5 needs 30 bytes after the header, the file has 24 \(6 bytes are missing\)/,
    ],
    ["trailing", Uint8Array.from([...labels, 1]), /1 bytes too many/],
    ["absurd", bytes(0, 0, 8, 3, ...new Array<number>(12).fill(255)), /4294967295x4294967295x4294967295 needs/],
  ])("refuses %s", (_, file, message) => {
    expect(() => parseIdx(file, "f")).toThrow(DataError);
    expect(() => parseIdx(file, "f")).toThrow(message);
  });

  it("tells images from labels", async () => {
    await expect(readIdxImages(labels, "x")).rejects.toThrow(/x: shape 4, .*looks like a label file/);
    await expect(readIdxLabels(pictures, "y")).rejects.toThrow(/y: shape 2x3x5, .*looks like an image file/);
    await expect(readIdxLabels(labels, "z", 9)).rejects.toThrow("z: label 9 at position 1, but labels must be 0..8");
    await expect(readIdxImages(encodeIdx([0, 28, 28], bytes()), "e")).rejects.toThrow(/at least one image/);
    await expect(readIdxImages(encodeIdx([1, 1, 5000], new Uint8Array(5000)), "w")).rejects.toThrow(
      /sides of 1\.\.4096/,
    );
    await expect(readIdxLabels(encodeIdx([0], bytes()), "n")).rejects.toThrow(/no labels/);
  });

  it("refuses gzip that is cut, damaged, continued or too large", async () => {
    const packed = gz(pictures);
    for (const size of [3, 12, packed.length - 9, packed.length - 1]) {
      await expect(gunzip(packed.slice(0, size), "cut.gz")).rejects.toThrow(/cut\.gz: truncated or corrupt gzip/);
    }
    const damaged = packed.slice();
    damaged[15]! ^= 0xff;
    await expect(gunzip(damaged, "bad.gz")).rejects.toThrow(DataError);
    const checksum = packed.slice();
    checksum[packed.length - 6]! ^= 1;
    await expect(gunzip(checksum, "crc.gz")).rejects.toThrow(DataError);
    await expect(gunzip(Uint8Array.from([...packed, 5, 6, 7, 8]), "long.gz")).rejects.toThrow(DataError);
    await expect(gunzip(gz(new Uint8Array(5_000_000)), "bomb.gz", 100_000)).rejects.toThrow(
      /more than the 100000 bytes/,
    );
    await expect(readIdxLabels(labels, "raw", 10, 5)).rejects.toThrow(/more than the 5 allowed/);
  });

  it("takes no memory on a header's word", async () => {
    const claims = bytes(0, 0, 8, 3, 0x80, 0, 0, 0, 0, 0, 0, 28, 0, 0, 0, 28);
    const before = process.memoryUsage().arrayBuffers;
    await expect(readIdxImages(claims, "claims.idx")).rejects.toThrow(/2147483648x28x28 needs 1683627180032 bytes/);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1e6);
  });

  it("stops a bomb at the bound", async () => {
    const bomb = gz(new Uint8Array(64 << 20));
    const before = process.memoryUsage().arrayBuffers;
    await expect(gunzip(bomb, "bomb.gz", 1 << 20)).rejects.toThrow(/bomb\.gz: decompresses to more than the 1048576/);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8 << 20);
  });

  it("encodes only what fills the shape", () => {
    expect(() => encodeIdx([2, 2], bytes(1, 2, 3))).toThrow(/3 bytes do not fill shape 2x2/);
    expect(() => encodeIdx([], bytes(1))).toThrow(DataError);
  });
});
