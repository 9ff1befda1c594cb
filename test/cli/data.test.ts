import { truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../experiments/temporary_folder.ts";
import { run, writeIdxFolder } from "./support.ts";

test("data info --json gives sizes, counts, the long tail and checksums; stdout holds nothing else", async () => {
  const folder = writeIdxFolder(temporaryFolder());
  const { code, stdout, stderr } = await run(
    ...["data", "info", "--dataset", "mine", "--data-dir", folder, "--imbalance", "1/2", "--json"],
  );
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const info = JSON.parse(stdout);
  expect(info).toMatchObject({
    dataset: "mine",
    origin: folder,
    height: 28,
    classes: 10,
    trainImages: 200,
    testImages: 30,
    imbalance: "1/2",
  });
  expect(info.perClass.map((row: { longTail: number }) => row.longTail)).toEqual([20, 10, 5, 3, 2, 1, 1, 1, 1, 1]);
  expect(info.longTailImages).toBe(45);
  expect(info.files).toHaveLength(4);
});

test("data info as text says whether the checksums are the published ones, and warns if not", async () => {
  const folder = writeIdxFolder(temporaryFolder());
  const { code, stdout, stderr } = await run("data", "info", "--dataset", "fashion-mnist", "--data-dir", folder);
  expect(code).toBe(0);
  expect(stdout).toContain("200 training, 30 test, 28x28");
  expect(stdout.match(/NOT the published checksum/g)).toHaveLength(4);
  expect(stderr.match(/^warning: .*not the file that fashion-mnist was published with/gm)).toHaveLength(4);
});

test("a truncated file is one line with the file's name, exit 2", async () => {
  const folder = writeIdxFolder(temporaryFolder());
  const file = join(folder, "train-images-idx3-ubyte");
  truncateSync(file, 1000);
  const { code, stdout, stderr } = await run("data", "info", "--dataset", "mine", "--data-dir", folder);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toMatch(/^error: [^\n]+\n$/);
  expect(stderr).toContain(file);
});

test("a data set that the networks do not fit is refused before a device is opened", async () => {
  const folder = writeIdxFolder(temporaryFolder());
  const labels = Buffer.alloc(8 + 200);
  labels.writeUInt32BE(0x801);
  labels.writeUInt32BE(200, 4);
  writeFileSync(join(folder, "train-labels-idx1-ubyte"), labels);
  const tests = Buffer.alloc(8 + 30);
  tests.writeUInt32BE(0x801);
  tests.writeUInt32BE(30, 4);
  writeFileSync(join(folder, "t10k-labels-idx1-ubyte"), tests);
  const { code, stderr } = await run("train", "cnn", "--dataset", "mine", "--data-dir", folder);
  expect(code).toBe(2);
  expect(stderr).toContain("has 1 classes of 28x28 images, but the networks take 10 classes of 28x28");
});
