import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, expect, it } from "vitest";
import { readSafetensors, writeSafetensors } from "../../src/data/safetensors.ts";
import { STREAMS } from "../../src/experiments/batch_trainer.ts";
import { classMetrics } from "../../src/experiments/metrics.ts";
import { encodeGreyPng } from "../../src/experiments/pictures.ts";
import { Rng } from "../../src/kernels/random/philox.ts";
import { Cnn } from "../../src/models/cnn.ts";
import { Generator } from "../../src/models/generators.ts";
import { readState } from "../../src/models/state_dict.ts";
import { close, describeInBrowser, expectQuiet, LONG_MS } from "./page.ts";

const folder = mkdtempSync(join(tmpdir(), "tailgrad-keep-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const CONFIG = {
  kind: "cnn",
  rebalance: "none",
  loss: "plain",
  dataset: "garments",
  datasetSha256: "0".repeat(64),
  imbalance: "1/2",
  batchSize: 32,
  learningRate: 5e-4,
  seed: 1,
};

async function saved(page: Page, name: string): Promise<Buffer> {
  const coming = page.waitForEvent("download");
  await page.getByRole("button", { name: `Save ${name}` }).click();
  return readFileSync(await (await coming).path());
}

async function load(page: Page, path: string): Promise<void> {
  await page.locator('input[accept=".safetensors"]').setInputFiles(path);
  await page.getByRole("status").filter({ hasText: "now in the training" }).waitFor();
}

describeInBrowser("keep and share", ({ open }) => {
  it(
    "weights come out as they went in: byte for byte the command's files",
    async () => {
      // As `tailgrad train` writes them, of weights that the page cannot have made itself.
      const write = async (name: string, model: Generator | Cnn) => {
        const bytes = writeSafetensors(await readState(model.state()));
        const path = join(folder, name);
        writeFileSync(path, bytes);
        return { path, bytes: Buffer.from(bytes) };
      };
      const generator = await write(
        "generator.safetensors",
        new Generator("mlp_cgan_relu", new Rng(99, STREAMS.model)),
      );
      const cnn = await write("cnn.safetensors", new Cnn(new Rng(98, STREAMS.model)));

      const { page, watch } = await open("keep?batch=4");
      await load(page, generator.path);
      expect(page.url()).toContain("gan=mlp_cgan_relu");
      expect((await saved(page, "Generator")).equals(generator.bytes)).toBe(true);
      const discriminator = readSafetensors(await saved(page, "Discriminator"), "discriminator");
      expect(discriminator.tensors.get("hidden_layer1.0.weight")?.shape).toEqual([1024, 794]);

      // Loading a classifier ends the GAN's phase; here without a generator's images, which would take long.
      await page.evaluate(() => {
        location.hash = "keep?batch=4&fill=none";
      });
      await load(page, cnn.path);
      expect((await saved(page, "Classifier")).equals(cnn.bytes)).toBe(true);
      expectQuiet(watch);
      await close(page);
    },
    LONG_MS,
  );

  it(
    "a damaged or strange file is refused by name, with the reason",
    async () => {
      const { page } = await open("keep");
      const path = join(folder, "broken.safetensors");
      writeFileSync(path, Uint8Array.of(1, 2, 3));
      await page.locator('input[accept=".safetensors"]').setInputFiles(path);
      await page
        .getByRole("alert")
        .filter({ hasText: "broken.safetensors: 3 bytes are no safetensors file" })
        .waitFor();
      await page.getByRole("link", { name: "Train", exact: true }).click();
      await page.locator(".settings select").first().selectOption("fashion-mnist");
      await page.locator('.drop-zone input[type="file"]').setInputFiles(path);
      await page.getByRole("alert").filter({ hasText: "dropped files: 4 of the 4 IDX files missing" }).waitFor();
      await page.getByRole("button", { name: "Fetch from this site" }).click();
      await page.getByRole("alert").filter({ hasText: "not beside this page" }).waitFor();
      await close(page);
    },
    LONG_MS,
  );

  it(
    "a dropped run folder opens as its report, in a frame of its own",
    async () => {
      const run = join(folder, "my-run");
      mkdirSync(run);
      writeRun(run);
      const { page, watch } = await open("keep");
      await page.locator('input[type="file"][multiple]').setInputFiles(run);
      const report = page.frameLocator("iframe.report");
      await report.getByRole("heading", { name: "my-run", level: 1 }).waitFor();
      await report.getByRole("heading", { name: "Recall per class", exact: true }).first().waitFor();
      expect(await report.locator("svg").count()).toBeGreaterThan(2);
      // Its style came through: the report's text is not the browser's serif.
      expect(await report.locator("body").evaluate((body) => getComputedStyle(body).fontFamily)).not.toMatch(/^Times/);
      const coming = page.waitForEvent("download");
      await page.getByRole("button", { name: "Save the report" }).click();
      expect(readFileSync(await (await coming).path(), "utf8")).toContain("<h1>my-run</h1>");
      expectQuiet(watch);

      const refused = async (words: string) => {
        await page.locator('input[type="file"][multiple]').setInputFiles(run);
        await page.getByRole("alert").filter({ hasText: words }).waitFor();
      };
      const picture = encodeGreyPng({ width: 28, height: 28, data: new Uint8Array(28 * 28) });
      mkdirSync(join(run, "pictures"));
      writeFileSync(join(run, "pictures/samples.png"), picture.subarray(0, 40));
      await refused("my-run/pictures/samples.png: this picture is no intact PNG");
      writeFileSync(join(run, "pictures/samples.png"), picture);
      await page.locator('input[type="file"][multiple]').setInputFiles(run);
      await report.getByRole("heading", { name: "Images made by my-run" }).waitFor();
      // In the words of the command's own readers.
      writeFileSync(join(run, "config.json"), JSON.stringify({ ...CONFIG, seed: -1 }));
      await refused("my-run/config.json: seed: Too small: expected number to be >=0");
      await close(page);
    },
    LONG_MS,
  );
});

/** A finished classifier's run, as `tailgrad train cnn` leaves it. */
function writeRun(run: string): void {
  const share = Array.from({ length: 10 }, (_, c) => 1 - c / 10);
  const confusion = share.map((_, c) => share.map((__, d) => (c === d ? 10 : 1)));
  const evaluation = {
    ...classMetrics(confusion),
    headRecall: 0.9,
    middleRecall: 0.5,
    tailRecall: 0.2,
    loss: 1.2,
    confusion,
    samples: 190,
  };
  const counts = share.map((_, c) => 2 ** (9 - c));
  const result = {
    out: "runs/my-run",
    steps: 2,
    stepsPerEpoch: 2,
    seconds: 1,
    weights: "cnn.safetensors",
    evaluation,
    trainCounts: { real: counts, synthetic: counts.map(() => 0) },
  };
  writeFileSync(join(run, "config.json"), JSON.stringify(CONFIG));
  writeFileSync(join(run, "result.json"), JSON.stringify(result));
  writeFileSync(join(run, "metrics.jsonl"), '{"step":1,"epoch":0.5,"loss":2.3}\n{"step":2,"epoch":1,"loss":2.1}\n');
}
