import { truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
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

test("data info as text says that files of another name have no known checksum", async () => {
  const folder = writeIdxFolder(temporaryFolder());
  const { code, stdout } = await run("data", "info", "--dataset", "mine", "--data-dir", folder);
  expect(code).toBe(0);
  expect(stdout).toContain("200 training, 30 test, 28x28");
  expect(stdout.match(/no known checksum/g)).toHaveLength(4);
});

test.each(["fashion-mnist", "mnist"])(
  "files that are not the published ones are refused as %s, exit 2",
  async (name) => {
    const folder = writeIdxFolder(temporaryFolder());
    for (const command of [
      ["data", "info"],
      ["train", "cnn"],
    ]) {
      const { code, stdout, stderr } = await run(...command, "--dataset", name, "--data-dir", folder);
      expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
      expect(stderr).toMatch(/^error: [^\n]+\n$/);
      expect(stderr).toContain(`train-images-idx3-ubyte: sha256 of the content is `);
      expect(stderr).toContain("or give another --dataset name to use these files as they are");
    }
  },
);

test("data fetch takes the data set as an argument or as an option, but not two of them", async () => {
  vi.stubEnv("XDG_CACHE_HOME", temporaryFolder());
  onTestFinished(() => void vi.unstubAllEnvs());
  for (const words of [["mnist"], ["--dataset", "mnist"], ["mnist", "--dataset", "mnist"]]) {
    const { code, stderr } = await run("data", "fetch", "--offline", ...words);
    expect(code).toBe(2);
    expect(stderr).toMatch(/[\\/]mnist[\\/]train-images-idx3-ubyte\.gz: not in the cache, and --offline forbids/);
  }
  expect((await run("data", "fetch", "--offline")).stderr).toContain("fashion-mnist");
  const { code, stderr } = await run("data", "fetch", "mnist", "--dataset", "fashion-mnist");
  expect(code).toBe(2);
  expect(stderr).toBe(
    "error: data fetch: got two data sets, mnist and --dataset fashion-mnist; give one; see `npx tailgrad data fetch --help`\n",
  );
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
