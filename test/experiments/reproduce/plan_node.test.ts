import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { garments } from "../../../src/data/garments.ts";
import { DataError, UsageError } from "../../../src/errors.ts";
import { readMatrix, writeMatrix } from "../../../src/experiments/reproduce/matrix_file_node.ts";
import { planReproduction, type ReproductionRequest } from "../../../src/experiments/reproduce/plan_node.ts";
import { cnnConfigOf, rowStates } from "../../../src/experiments/reproduce/run_states_node.ts";
import { cnnConfig } from "../../../src/experiments/run_config.ts";
import { RunFolder } from "../../../src/experiments/run_folder_node.ts";
import { temporaryFolder } from "../temporary_folder.ts";
import { TINY_RUNS, TINY_SIZES, tinyRequest } from "./tiny.ts";

it("plans the runs and writes nothing", () => {
  const out = join(temporaryFolder(), "r");
  const { matrix, tasks, dataset } = planReproduction(tinyRequest(out));
  expect(tasks.map(({ run }) => run.key)).toEqual(TINY_RUNS);
  expect(matrix).toMatchObject({ preset: "smoke", sizes: TINY_SIZES, testImages: 10, failures: {} });
  expect(dataset.train.labels).toHaveLength(20);
  expect(rowStates(out, matrix).map(({ status }) => status)).toEqual(new Array(5).fill("missing"));
  expect(() => readMatrix(out)).toThrow(
    "no reproduction here (reproduce.json is missing); run `npx tailgrad reproduce",
  );
});

it("joins what later commands ask for, in one order whatever theirs", () => {
  const joined = [false, true].map((paperFirst) => {
    const out = temporaryFolder();
    const losses = paperFirst ? (["paper", "plain"] as const) : (["plain", "paper"] as const);
    for (const loss of losses) writeMatrix(out, planReproduction(tinyRequest(out, { loss, seeds: 2 })).matrix);
    return readMatrix(out);
  });
  expect(joined[0]).toEqual(joined[1]);
  const { rows, gans, commands } = joined[0]!;
  expect(gans, "shared by both losses").toHaveLength(2);
  expect(rows).toHaveLength(20);
  expect(rows.slice(0, 5).map(({ id }) => id)).toEqual([
    "original/none/plain/seed1",
    "original/none/plain/seed2",
    "original/none/paper/seed1",
    "original/none/paper/seed2",
    "2/3/none/plain/seed1",
  ]);
  expect(commands, "the same command, kept once").toHaveLength(1);
});

it.each<[string, Partial<ReproductionRequest>, string]>([
  ["another preset", { preset: "small" }, 'preset (there "smoke", now "small")'],
  [
    "other sizes",
    { sizes: { ...TINY_SIZES, cnn: { ...TINY_SIZES.cnn, epochs: 3 } } },
    "sizes.cnn.epochs (there 2, now 3)",
  ],
  [
    "other images",
    { data: { dataset: garments({ trainPerClass: 6, testPerClass: 1 }), origin: "t", files: [] } },
    "datasetSha256 (there ",
  ],
])("a folder with %s is refused by name", (_, more, message) => {
  const out = temporaryFolder();
  writeMatrix(out, planReproduction(tinyRequest(out)).matrix);
  const call = () => planReproduction(tinyRequest(out, more));
  expect(call).toThrow(UsageError);
  expect(call).toThrow(`${out}: holds a reproduction with other options: ${message}`);
});

it("a folder with other things, or with a run of other options in a row's place, is refused", () => {
  const other = temporaryFolder();
  writeFileSync(join(other, "thesis.tex"), "");
  expect(() => planReproduction(tinyRequest(other))).toThrow(
    'not a reproduction, it has no reproduce.json but "thesis.tex"; choose an empty or a new folder',
  );
  const out = temporaryFolder();
  const { matrix } = planReproduction(tinyRequest(out));
  writeMatrix(out, matrix);
  mkdirSync(join(out, "runs"));
  const row = matrix.rows[0]!;
  RunFolder.open(join(out, row.folder), cnnConfig, { ...cnnConfigOf(matrix, row), seed: 7 }).close();
  expect(() => planReproduction(tinyRequest(out))).toThrow("holds a run with other options: seed (there 7, now 1)");
  expect(rowStates(out, matrix)[0]).toMatchObject({ status: "damaged", problem: expect.stringContaining("seed") });
});

it.each([
  ["{", "not valid JSON"],
  ['{"format": 2}', "format"],
])("a damaged reproduce.json is refused: %s", (text, message) => {
  const out = temporaryFolder();
  writeFileSync(join(out, "reproduce.json"), text);
  expect(() => planReproduction(tinyRequest(out))).toThrow(DataError);
  expect(() => planReproduction(tinyRequest(out))).toThrow(message);
});

it("a matrix whose folders lead elsewhere, or whose GANs are lost, is refused", () => {
  const out = temporaryFolder();
  const { matrix } = planReproduction(tinyRequest(out));
  writeMatrix(out, { ...matrix, rows: [{ ...matrix.rows[0]!, folder: "runs/../../etc" }] });
  expect(() => readMatrix(out)).toThrow("rows.0.folder: must be a folder under runs/");
  writeMatrix(out, { ...matrix, gans: [] });
  expect(() => readMatrix(out)).toThrow("needs gan-small_mlp_cgan_leaky-2of3-seed1, which is not there: damaged");
});

it("states tell a run that began, failed or is damaged", () => {
  const out = temporaryFolder();
  const { matrix } = planReproduction(tinyRequest(out));
  const [original, none, down] = matrix.rows;
  mkdirSync(join(out, "runs"));
  RunFolder.open(join(out, original!.folder), cnnConfig, cnnConfigOf(matrix, original!)).close();
  RunFolder.open(join(out, none!.folder), cnnConfig, cnnConfigOf(matrix, none!)).close();
  writeFileSync(join(out, none!.folder, "result.json"), "[]");
  const gan = matrix.gans[0]!.key;
  const failed = { ...matrix, failures: { [down!.key]: "no luck", [gan]: "NaN" } };
  expect(rowStates(out, failed).map(({ status, problem }) => [status, problem])).toEqual([
    ["interrupted", undefined],
    ["damaged", expect.stringContaining("result.json")],
    ["failed", "no luck"],
    ["missing", undefined],
    ["failed", `${gan}: NaN`],
  ]);
  expect(readdirSync(out), "reads only").toEqual(["runs"]);
});
