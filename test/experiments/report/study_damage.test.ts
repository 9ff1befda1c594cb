import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { DataError } from "../../../src/errors.ts";
import { renderPage } from "../../../src/experiments/report/page.ts";
import { readStudy } from "../../../src/experiments/report/study_node.ts";
import { studyReport } from "../../../src/experiments/report/study_report.ts";
import { writeStudyFolder } from "../../support/study_folder.ts";
import { temporaryFolder } from "../temporary_folder.ts";

const rest = { synthetic: [], command: "npx tailgrad report runs/x", generatedAt: "2025-01-01" };

describe("a reproduction's folder that is not whole", () => {
  it("shows a result whose figures are not those of its counts as damaged", () => {
    const out = temporaryFolder();
    const { rows } = writeStudyFolder(out, { experiments: [1], gans: [], seeds: { plain: 1 } });
    const file = join(out, rows[0]!.folder, "result.json");
    const result = JSON.parse(readFileSync(file, "utf8"));
    for (const change of [{ accuracy: 0.99 }, { recall: [] }, { confusion: [[1, 2]] }, { samples: 7 }]) {
      writeFileSync(file, JSON.stringify({ ...result, evaluation: { ...result.evaluation, ...change } }));
      const [row] = readStudy(out).rows;
      expect([row!.status, row!.problem]).toEqual(["damaged", expect.stringMatching(/evaluation: its figures do not/)]);
    }
    writeFileSync(file, JSON.stringify(result));
    expect(readStudy(out).rows[0]!.status).toBe("finished");
  });

  it("shows finished runs whose weights are cut or missing as damaged, and those that saw other weights", () => {
    const out = temporaryFolder();
    const { gans, rows } = writeStudyFolder(out, { experiments: [3], gans: ["mlp_cgan_relu"], seeds: { plain: 1 } });
    const file = join(out, gans[0]!.folder, "generator.safetensors");
    const whole = readFileSync(file);
    expect(readStudy(out).problems).toEqual([]);
    for (const [problem, damage] of [
      ["no whole safetensors file: damaged", () => writeFileSync(file, whole.subarray(0, -2))],
      ["missing", () => rmSync(file)],
    ] as const) {
      damage();
      const [gan] = readStudy(out).gans;
      expect([gan!.status, gan!.samples]).toEqual(["damaged", undefined]);
      expect(gan!.problem).toBe(
        `${file}: ${problem}, though its run is finished; the command that trained this run writes it anew from the run's checkpoint`,
      );
    }
    const other = Buffer.from(whole);
    other[other.length - 1]! ^= 1;
    writeFileSync(file, other);
    const row = rows.find(({ gan }) => gan !== null)!;
    expect(readStudy(out).problems).toEqual([
      expect.stringMatching(`^${row.key}: trained on images of other weights than ${gans[0]!.key} has now `),
    ]);
  });

  it("says of a finished run with a damaged picture that it is not read, not that it is not finished", () => {
    const titles = (problems: string[]) => {
      const out = temporaryFolder();
      writeStudyFolder(out, { experiments: [1], gans: [], seeds: { plain: 1 } });
      return studyReport({ ...readStudy(out), ...rest, problems }).sections.map(({ title }) => title);
    };
    expect(titles([])[0]).toBe("Table 1");
    expect(titles(["x: damaged"]).slice(0, 2)).toEqual(["Not read or not measured", "Table 1"]);
  });

  it("is refused by name where it holds no reproduction", () => {
    const empty = temporaryFolder();
    expect(() => readStudy(join(empty, "nothing"))).toThrow(
      /no such folder; make it with `npx tailgrad reproduce --out/,
    );
    expect(() => readStudy(empty)).toThrow(/no reproduction here .*run `npx tailgrad reproduce --out/);
    const single = temporaryFolder();
    writeFileSync(join(single, "config.json"), "{}");
    expect(() => readStudy(single)).toThrow(/holds a single run, not a reproduction/);
    const damaged = temporaryFolder();
    writeFileSync(join(damaged, "reproduce.json"), "{");
    expect(() => readStudy(damaged)).toThrow(DataError);
  });

  it("may have no pictures and no run at all", () => {
    const bare = temporaryFolder();
    mkdirSync(bare, { recursive: true });
    const { rows } = writeStudyFolder(bare, { seeds: { plain: 1 } });
    rmSync(join(bare, "runs"), { recursive: true });
    rmSync(join(bare, "pictures"), { recursive: true });
    const files = readStudy(bare);
    expect(files.rows.every(({ status }) => status === "missing")).toBe(true);
    const report = studyReport({ ...files, ...rest });
    expect(report.sections.map(({ title }) => title)).toEqual(["Not finished", "Table 1", "Runs"]);
    expect(renderPage(report)).toContain(`0 of ${rows.length} classifiers`);
  });
});
