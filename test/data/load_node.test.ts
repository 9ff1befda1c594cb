import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { encodeIdx } from "../../src/data/idx.ts";
import { IDX_PARTS, IDX_STEMS, type IdxPart, KNOWN_DATASETS, type KnownDataset } from "../../src/data/idx_catalog.ts";
import { sha256 } from "../../src/data/idx_folder_node.ts";
import { datasetCacheDir, fetchDataset, loadDataset } from "../../src/data/load_node.ts";
import { DataError, UsageError } from "../../src/errors.ts";

const RAW: Record<IdxPart, Uint8Array> = {
  trainImages: encodeIdx(
    [3, 2, 2],
    Uint8Array.from({ length: 12 }, (_, i) => i),
  ),
  trainLabels: encodeIdx([3], Uint8Array.of(0, 1, 1)),
  testImages: encodeIdx([1, 2, 2], new Uint8Array(4)),
  testLabels: encodeIdx([1], Uint8Array.of(1)),
};
const perPart = <T>(f: (part: IdxPart) => T) =>
  Object.fromEntries(IDX_PARTS.map((part) => [part, f(part)])) as Record<IdxPart, T>;
const toy: KnownDataset = {
  name: "toy",
  classNames: ["a", "b"],
  sha256: perPart((part) => sha256(RAW[part])),
  sizeBytes: perPart((part) => RAW[part].length),
  mirrors: ["https://mirror.invalid/"],
};

let server: Server;
let mirror = "";
let requests: string[] = [];
let cacheDir = "";

beforeAll(async () => {
  cacheDir = await mkdtemp(join(tmpdir(), "tailgrad-cache-"));
  server = createServer((request, response) => {
    requests.push(request.url ?? "");
    const part = IDX_PARTS.find((p) => request.url === `/data/${IDX_STEMS[p]}.gz`);
    if (part) response.end(gzipSync(RAW[part]));
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  mirror = `http://127.0.0.1:${(server.address() as AddressInfo).port}/data`;
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await rm(cacheDir, { recursive: true, force: true });
});

describe("fetchDataset", () => {
  it("is refused offline with an empty cache", async () => {
    await expect(fetchDataset(toy, { cacheDir, offline: true, mirrors: [mirror] })).rejects.toThrow(
      /train-images-idx3-ubyte\.gz: not in the cache, and --offline forbids/,
    );
    expect(requests).toEqual([]);
  });

  it("fetches four files once, then works offline, and mends a damaged file", async () => {
    const files: string[] = [];
    const options = { cacheDir, mirrors: [mirror], onProgress: ({ file }: { file: string }) => void files.push(file) };
    const folder = await fetchDataset(toy, options);
    expect(folder).toBe(datasetCacheDir("toy", cacheDir));
    expect(requests).toHaveLength(4);
    expect(new Set(files).size).toBe(4);
    await fetchDataset(toy, { cacheDir, offline: true });
    await writeFile(join(folder, "t10k-labels-idx1-ubyte.gz"), gzipSync(encodeIdx([1], Uint8Array.of(0))));
    await expect(fetchDataset(toy, { cacheDir, offline: true })).rejects.toThrow(/damaged in the cache/);
    requests = [];
    await fetchDataset(toy, options);
    expect(requests).toEqual(["/data/t10k-labels-idx1-ubyte.gz"]);
  });

  it("does not keep a file with another content", async () => {
    const other = { ...toy, name: "other", sha256: { ...toy.sha256, trainImages: "0".repeat(64) } };
    await expect(fetchDataset(other, { cacheDir, mirrors: [mirror] })).rejects.toThrow(
      /sha256 of the content is .*, but other has 000000000000/,
    );
    await expect(fetchDataset(other, { cacheDir, offline: true })).rejects.toThrow(/not in the cache/);
  });
});

describe("loadDataset", () => {
  it("draws the garments", async () => {
    const { dataset, origin, files } = await loadDataset("garments", {
      garments: { trainPerClass: 2, testPerClass: 1 },
    });
    expect([dataset.train.labels.length, dataset.test.labels.length, origin, files.length]).toEqual([
      20,
      10,
      "embedded",
      0,
    ]);
  });

  it("refuses unknown names, garments from a folder, and absent data offline", async () => {
    await expect(loadDataset("cifar")).rejects.toThrow(UsageError);
    await expect(loadDataset("cifar")).rejects.toThrow(/"cifar" is not one of garments, fashion-mnist, mnist/);
    await expect(loadDataset("garments", { dataDir: "." })).rejects.toThrow(UsageError);
    await expect(loadDataset("mnist", { cacheDir, offline: true })).rejects.toThrow(DataError);
  });

  it("has https mirrors and full checksums for every known data set", () => {
    for (const known of KNOWN_DATASETS.values()) {
      expect(known.mirrors.length).toBeGreaterThan(1);
      for (const url of known.mirrors) expect(url).toMatch(/^https:\/\/.*\/$/);
      for (const part of IDX_PARTS) expect(known.sha256[part]).toMatch(/^[0-9a-f]{64}$/);
    }
  });
});
