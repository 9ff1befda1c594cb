import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { classCounts } from "../../src/data/dataset.ts";
import { encodeIdx } from "../../src/data/idx.ts";
import { IDX_PARTS, type IdxPart, KNOWN_DATASETS } from "../../src/data/idx_catalog.ts";
import { readIdxFolder } from "../../src/data/idx_folder_node.ts";
import { loadDataset } from "../../src/data/load_node.ts";
import { DataError } from "../../src/errors.ts";

let folder = "";
const write = (name: string, data: Uint8Array) => writeFile(join(folder, name), data);
const images = (n: number, side = 4) => encodeIdx([n, side, side], new Uint8Array(n * side * side).fill(7));
const labels = (...values: number[]) => encodeIdx([values.length], Uint8Array.from(values));

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tailgrad-idx-"));
  await write("train-images-idx3-ubyte.gz", gzipSync(images(5)));
  await write("train-labels-idx1-ubyte", labels(0, 1, 2, 2, 0));
  await write("t10k-images.idx3-ubyte", images(2));
  await write("t10k-labels-idx1-ubyte.gz", gzipSync(labels(2, 1)));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe("readIdxFolder", () => {
  it("reads raw, gzipped and dotted names side by side", async () => {
    const { dataset, files } = await readIdxFolder(folder, "mine");
    expect(dataset).toMatchObject({ name: "mine", classes: 3, classNames: ["0", "1", "2"], height: 4, width: 4 });
    expect([...dataset.train.labels]).toEqual([0, 1, 2, 2, 0]);
    expect(dataset.test.images).toHaveLength(32);
    expect(files.map((file) => file.part)).toEqual(["trainImages", "trainLabels", "testImages", "testLabels"]);
    expect(files[0]).not.toHaveProperty("verified");
  });

  it("refuses other files under a known name, and takes them under another", async () => {
    const load = (name: string) => loadDataset(name, { dataDir: folder });
    await expect(load("fashion-mnist")).rejects.toThrow(DataError);
    await expect(load("fashion-mnist")).rejects.toThrow(
      /train-images-idx3-ubyte\.gz: sha256 of the content is [0-9a-f]{12}\.\.\., but that of fashion-mnist is c59f468a2f67\.\.\.; fetch the file again, or give another --dataset name/,
    );
    await expect(load("mnist")).rejects.toThrow(/but that of mnist is ba891046e650\.\.\.;/);
    expect(await load("mine")).toMatchObject({ origin: folder, dataset: { name: "mine", classes: 3 } });
  });

  it.each(IDX_PARTS)("checks the published checksum of all four files: %s", async (part) => {
    const { files } = await readIdxFolder(folder, "mine");
    const published = Object.fromEntries(files.map((file) => [file.part, file.sha256])) as Record<IdxPart, string>;
    const known = { ...KNOWN_DATASETS.get("mnist")!, name: "toy", sha256: published };
    const read = await readIdxFolder(folder, "toy", known);
    expect(read.files.map(({ verified }) => verified)).toEqual([true, true, true, true]);
    const other = { ...known, sha256: { ...published, [part]: "0".repeat(64) } };
    const { path } = files.find((file) => file.part === part)!;
    await expect(readIdxFolder(folder, "toy", other)).rejects.toThrow(
      `${path}: sha256 of the content is ${published[part].slice(0, 12)}..., but that of toy is 000000000000...`,
    );
  });

  it("says which files are missing and what was found", async () => {
    await rm(join(folder, "t10k-images.idx3-ubyte"));
    await write("notes.txt", new Uint8Array(1));
    const message = await readIdxFolder(folder, "mine").catch((error: Error) => error.message);
    expect(message).toMatch(/1 of the 4 IDX files missing: t10k-images-idx3-ubyte\[\.gz\]; it has notes\.txt, /);
    await expect(readIdxFolder(join(folder, "no"), "x")).rejects.toThrow(
      /cannot be listed \(ENOENT\); give --data-dir/,
    );
    await mkdir(join(folder, "empty"));
    await expect(readIdxFolder(join(folder, "empty"), "x")).rejects.toThrow(/4 of the 4 .* has nothing/);
  });

  it.skipIf(process.platform === "win32")("refuses a pipe instead of waiting for it", async () => {
    await rm(join(folder, "train-labels-idx1-ubyte"));
    execFileSync("mkfifo", [join(folder, "train-labels-idx1-ubyte")]);
    await expect(readIdxFolder(folder, "x")).rejects.toThrow(/train-labels-idx1-ubyte: not a regular file; give/);
  });

  it.skipIf(process.platform === "win32")("keeps what files are called to one line", async () => {
    await rm(join(folder, "t10k-images.idx3-ubyte"));
    await write("a\nb\u001b[2J", new Uint8Array(1));
    await expect(readIdxFolder(folder, "mine")).rejects.toThrow(/^[^\p{Cc}]* it has a b\[2J, [^\p{Cc}]*$/u);
  });

  it("names the file that is wrong", async () => {
    await write("t10k-labels-idx1-ubyte.gz", gzipSync(labels(2, 3)));
    await expect(readIdxFolder(folder, "x")).rejects.toThrow(
      /t10k-labels-idx1-ubyte\.gz: label 3 at position 1.*0\.\.2/,
    );
    await write("t10k-labels-idx1-ubyte.gz", gzipSync(labels(2, 1, 1)));
    await expect(readIdxFolder(folder, "x")).rejects.toThrow(/2 images, but .*t10k-labels.* has 3 labels/);
    await write("t10k-labels-idx1-ubyte.gz", gzipSync(labels(2, 1)));
    await write("t10k-images.idx3-ubyte", images(2, 5));
    await expect(readIdxFolder(folder, "x")).rejects.toThrow(/training images are 4x4 but test images 5x5/);
    await write("t10k-images.idx3-ubyte", labels(1));
    await expect(readIdxFolder(folder, "x")).rejects.toThrow(/t10k-images\.idx3-ubyte: shape 1.*label file/);
    await rm(join(folder, "t10k-images.idx3-ubyte"));
    await mkdir(join(folder, "t10k-images-idx3-ubyte"));
    await expect(readIdxFolder(folder, "x")).rejects.toThrow(/not a regular file|EISDIR/);
  });
});

const REAL = join(import.meta.dirname, "../../../shared/fashion-mnist");
if (!existsSync(REAL)) console.warn(`SKIPPED fashion-mnist on disk: ${REAL} is absent`);

describe.skipIf(!existsSync(REAL))("fashion-mnist on disk", () => {
  it("has the four published checksums and 6000 and 1000 pictures per class", async () => {
    const { dataset, files } = await loadDataset("fashion-mnist", { dataDir: REAL });
    expect(files.map((file) => file.verified)).toEqual([true, true, true, true]);
    expect(classCounts(dataset.train.labels, 10)).toEqual(new Array(10).fill(6000));
    expect(classCounts(dataset.test.labels, 10)).toEqual(new Array(10).fill(1000));
    expect(dataset.train.images).toHaveLength(60_000 * 784);
  });
});
