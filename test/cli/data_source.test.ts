import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { chooseData } from "../../src/cli/data_source.ts";
import { readCnnRun, readGanRun } from "../../src/cli/run_origin.ts";
import { openTerminal } from "../../src/cli/terminal.ts";
import { writeInvocation } from "../../src/experiments/invocation_node.ts";
import type { GanConfig } from "../../src/experiments/run_config.ts";
import { temporaryFolder } from "../experiments/temporary_folder.ts";
import { CaughtStream, run } from "./support.ts";

/** The folder of a GAN's run on `mine` from /data/mine. */
function ganRun(): string {
  const folder = temporaryFolder();
  const config: GanConfig = {
    kind: "gan",
    gan: "small_mlp_cgan_leaky",
    beta1: 0.9,
    dataset: "mine",
    datasetSha256: "0".repeat(64),
    imbalance: "1/2",
    batchSize: 8,
    learningRate: 2e-4,
    seed: 1,
  };
  writeFileSync(join(folder, "config.json"), JSON.stringify(config));
  writeInvocation(folder, { dataset: "mine", dataDir: "/data/mine", adapter: "a", command: "c" });
  return folder;
}

function choose(flags: Parameters<typeof chooseData>[1], folder?: string) {
  const stderr = new CaughtStream();
  const terminal = openTerminal({ stdout: new CaughtStream(), stderr });
  const choice = chooseData(terminal, flags, folder === undefined ? undefined : readGanRun("--gan-run", folder));
  return { choice, text: stderr.text };
}

test("without a run the garments are taken, and folders are made absolute", () => {
  expect(choose({})).toEqual({ choice: { dataset: "garments" }, text: "" });
  expect(choose({ dataset: "x", dataDir: "a" }).choice).toEqual({ dataset: "x", dataDir: resolve("a") });
});

test("a run says which data and where, on stderr", () => {
  const folder = ganRun();
  expect(choose({}, folder)).toEqual({
    choice: { dataset: "mine", dataDir: resolve("/data/mine") },
    text: `data: mine from ${resolve("/data/mine")}, as in --gan-run ${folder}\n`,
  });
});

test("explicit options win; all of them given, nothing is said", () => {
  const folder = ganRun();
  expect(choose({ dataDir: "/moved" }, folder).choice).toEqual({ dataset: "mine", dataDir: resolve("/moved") });
  expect(choose({ dataset: "mine", dataDir: "/moved" }, folder).text).toBe("");
});

test("another data set than the run's is a contradiction", async () => {
  const folder = ganRun();
  expect(() => choose({ dataset: "mnist" }, folder)).toThrow(
    `--dataset mnist contradicts --gan-run ${folder}, a run on mine; leave --dataset out or name another run`,
  );
  const { code, stderr } = await run("train", "cnn", "--gan-run", folder, "--dataset", "mnist");
  expect(code).toBe(2);
  expect(stderr).toMatch(/^error: --dataset mnist contradicts [^\n]*\n$/);
});

test("another generator than the run's is a contradiction", async () => {
  const folder = ganRun();
  const { code, stderr } = await run("train", "cnn", "--rebalance", "mlp_cgan_relu", "--gan-run", folder);
  expect(code).toBe(2);
  expect(stderr).toContain(
    `contradicts --gan-run ${folder}, a run of small_mlp_cgan_leaky; take --rebalance small_mlp`,
  );
});

test("a run of the other kind is refused by name", async () => {
  const folder = ganRun();
  expect(() => readCnnRun("--run", folder)).toThrow("holds a GAN's run, not a classifier's");
  expect((await run("evaluate", folder)).stderr).toContain("holds a GAN's run, not a classifier's");
});

test("a run folder that will not do is refused before anything is loaded", async () => {
  const folder = ganRun();
  const cnn = await run("train", "cnn", "--dataset", "mine", "--data-dir", "nowhere", "--out", folder);
  expect(cnn.code).toBe(2);
  expect(cnn.stderr).toBe(
    `error: ${folder}: holds a GAN's run, not a classifier's; choose another folder; see \`npx tailgrad train cnn --help\`\n`,
  );
  const gan = await run(...["train", "gan", "--data-dir", "nowhere", "--dataset", "other", "--out", folder]);
  expect(gan.code).toBe(2);
  expect(gan.stderr).toContain("holds a run with other options: ");
  expect(gan.stderr).toContain('dataset (there "mine", now "other")');
  expect(gan.stderr).not.toContain("datasetSha256");
  const file = join(folder, "config.json");
  const onFile = await run("train", "cnn", "--out", file);
  expect(onFile.code).toBe(2);
  expect(onFile.stderr).toMatch(/^error: [^\n]*config\.json: cannot make this folder: something else of that name/);
});

test("a GAN does not go on in a classifier's folder", async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "config.json"), JSON.stringify({ kind: "cnn" }));
  const { code, stderr } = await run("train", "gan", "--out", folder);
  expect(code).toBe(2);
  expect(stderr).toBe(
    `error: ${folder}: holds a classifier's run, not a GAN's; choose another folder; see \`npx tailgrad train gan --help\`\n`,
  );
});

test("a damaged config.json is one line, exit 2", async () => {
  const folder = ganRun();
  writeFileSync(join(folder, "config.json"), '{"kind": "gan"');
  const { code, stderr } = await run("generate", folder);
  expect(code).toBe(2);
  expect(stderr).toMatch(/^error: [^\n]*config\.json: not valid JSON[^\n]*\n$/);
});

test("a long tail drawn with another seed is warned of", async () => {
  const folder = ganRun();
  const { stderr } = await run("train", "cnn", "--gan-run", folder, "--seed", "2", "--data-dir", "nowhere");
  expect(stderr).toContain(`warning: --gan-run ${folder} drew its long tail with seed 1, this run with 2`);
  expect(stderr).toContain(`imbalance: 1/2, as in --gan-run ${folder}`);
});
