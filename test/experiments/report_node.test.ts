import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { DataError } from "../../src/errors.ts";
import { renderReport } from "../../src/experiments/report.ts";
import type { ReportData } from "../../src/experiments/report_data.ts";
import { writeReport } from "../../src/experiments/report_node.ts";
import { temporaryFolder } from "./temporary_folder.ts";

const data: ReportData = {
  title: "t",
  subtitle: "s",
  adapter: { description: "a", software: true },
  command: "c",
  generatedAt: "g",
  rows: [],
  classNames: [],
  distributions: [],
  grids: [],
  curves: [],
  notes: [],
};

describe("writeReport", () => {
  it("writes index.html and nothing else, into a folder made for it", () => {
    const folder = join(temporaryFolder(), "runs", "report");
    const path = writeReport(folder, data);
    expect(path).toBe(join(folder, "index.html"));
    expect(readFileSync(path, "utf8")).toBe(renderReport(data));
    expect(readdirSync(folder)).toEqual(["index.html"]);
  });

  it("says what is in the way", () => {
    const file = join(temporaryFolder(), "file");
    writeFileSync(file, "");
    expect(() => writeReport(file, data)).toThrow(DataError);
    expect(() => writeReport(file, data)).toThrow(/cannot make this folder: is there already as another kind of file/);
  });
});
