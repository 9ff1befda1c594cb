import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readJsonFile } from "../../src/experiments/json_file_node.ts";
import { classMetrics } from "../../src/experiments/metrics.ts";
import { cnnRunSummary } from "../../src/experiments/run_result.ts";
import { temporaryFolder } from "./temporary_folder.ts";

function resultWith(confusion: number[][], figures = {}): string {
  const file = join(temporaryFolder(), "result.json");
  const samples = confusion.flat().reduce((total, count) => total + count, 0);
  const evaluation = {
    ...classMetrics([
      [3, 1],
      [2, 4],
    ]),
    loss: 1,
    confusion,
    samples,
    ...figures,
  };
  const common = { out: "run", steps: 1, stepsPerEpoch: 1, seconds: 1, weights: "cnn.safetensors", started: "new" };
  writeFileSync(file, JSON.stringify({ ...common, evaluation, trainCounts: { real: [5, 5], synthetic: [0, 0] } }));
  return file;
}

const read = (file: string) => readJsonFile(file, cnnRunSummary);

it("reads what follows from its counts, and nothing else", () => {
  expect(
    read(
      resultWith([
        [3, 1],
        [2, 4],
      ]),
    )?.evaluation.accuracy,
  ).toBe(0.7);
  expect(() =>
    read(
      resultWith([
        [4, 0],
        [2, 4],
      ]),
    ),
  ).toThrow(/result\.json: .*do not follow from its confusion counts/);
});

it("names the file and the count where one is no count, even if all add up to the samples", () => {
  for (const [odd, other] of [
    [-13, 43],
    [0.5, 4],
    [2 ** 60, 4],
  ] as const) {
    expect(
      () =>
        read(
          resultWith([
            [other, odd],
            [2, 4],
          ]),
        ),
      `${odd}`,
    ).toThrow(/result\.json: evaluation\.confusion\.0\.1/);
  }
});
