import assert from "node:assert/strict";
import { gunzipSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { encodeIdx, gunzip, isGzip, MAX_IMAGE_SIDE, readIdxImages, readIdxLabels } from "../../../src/data/idx.ts";
import { byteMutators, inside, type Mutator } from "../mutate.ts";
import type { Reader } from "../reader.ts";

/** The bound of these readers; the project's own would let a bomb of a gigabyte through. */
const MOST_BYTES = 1 << 20;
const CLASSES = 10;

const packed = (bytes: Uint8Array) => new Uint8Array(gzipSync(bytes, { level: 1 }));
const own = (input: Uint8Array) => new Uint8Array(input);

/** Small files, as they are or gzipped. */
function maybePacked(files: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> {
  return fc.tuple(files, fc.nat(4)).map(([file, packing]) => (packing === 0 ? packed(file) : file));
}

const images = fc
  .tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }), fc.nat(255))
  .map(([count, height, width, fill]) =>
    encodeIdx([count, height, width], new Uint8Array(count * height * width).fill(fill)),
  );
const labels = fc.uint8Array({ min: 0, max: CLASSES - 1, minLength: 1, maxLength: 40 }).map((data) => {
  return encodeIdx([data.length], new Uint8Array(data));
});

/** Now and then 64 MiB of zeros in 64 KiB, made once, instead of the input. */
let zeros: Uint8Array | undefined;
const bomb: Mutator = (input, rng) => {
  if (!rng.chance(0.01)) return input;
  zeros ??= new Uint8Array(gzipSync(new Uint8Array(64 << 20), { level: 9 }));
  return zeros;
};

/** Mutates the content of gzip and packs it again, or mutates the file. */
const mutators = [
  bomb,
  ...byteMutators,
  ...byteMutators,
  inside(
    byteMutators,
    (input) => {
      if (!isGzip(input)) return input;
      try {
        return gunzipSync(input, { maxOutputLength: MOST_BYTES });
      } catch {
        return undefined;
      }
    },
    (inner, input) => (isGzip(input) ? packed(inner) : inner),
  ),
];

export const idxImages: Reader = {
  name: "idx-images",
  names: "images.idx",
  seeds: maybePacked(images),
  mutators,
  open: () => ({
    async read(input) {
      const { count, height, width, data } = await readIdxImages(own(input), "images.idx", MOST_BYTES);
      assert.ok(count >= 1 && height >= 1 && width >= 1);
      assert.ok(height <= MAX_IMAGE_SIDE && width <= MAX_IMAGE_SIDE);
      sameBytes(encodeIdx([count, height, width], data), unpacked(input));
    },
    close() {},
  }),
};

export const idxLabels: Reader = {
  name: "idx-labels",
  names: "labels.idx",
  seeds: maybePacked(labels),
  mutators,
  open: () => ({
    async read(input) {
      const data = await readIdxLabels(own(input), "labels.idx", CLASSES, MOST_BYTES);
      assert.ok(data.length > 0 && data.every((label) => label < CLASSES));
      sameBytes(encodeIdx([data.length], data), unpacked(input));
    },
    close() {},
  }),
};

export const gzip: Reader = {
  name: "gzip",
  names: "file.gz",
  seeds: fc.oneof(images, labels, fc.uint8Array({ maxLength: 300 })).map(packed),
  mutators,
  open: () => ({
    async read(input) {
      const out = await gunzip(own(input), "file.gz", MOST_BYTES);
      assert.ok(out.length <= MOST_BYTES);
      sameBytes(out, gunzipSync(input));
    },
    close() {},
  }),
};

function unpacked(input: Uint8Array): Uint8Array {
  return isGzip(input) ? gunzipSync(input) : input;
}

function sameBytes(got: Uint8Array, want: Uint8Array): void {
  assert.equal(Buffer.compare(got, want), 0, "not the bytes of the file");
}
