import { readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { decode } from "fast-png";
import { describe, expect, it, vi } from "vitest";
import { DataError } from "../../../src/errors.ts";
import { linesChart, seriesLook } from "../../../src/experiments/report/charts.ts";
import { type Report, words } from "../../../src/experiments/report/document.ts";
import { renderPage } from "../../../src/experiments/report/page.ts";
import { writeReport } from "../../../src/experiments/report/write_node.ts";
import { systemError, withFaultDuring } from "../failing_fs.ts";
import { temporaryFolder } from "../temporary_folder.ts";

vi.mock("node:fs", async (original) => (await import("../failing_fs.ts")).failingFs(await original()));

const look = seriesLook(0);
const chart = linesChart(
  "rising",
  [
    {
      points: [
        [0, 1],
        [1, 2],
      ],
      look,
    },
  ],
  { xLabel: "x", yLabel: "y" },
);
const png = Uint8Array.of(1, 2, 3);
const report: Report = {
  title: "t",
  subtitle: "s",
  facts: [],
  sections: [
    {
      title: "All kinds",
      parts: [
        { kind: "table", name: "table-1", title: "T", columns: [{ title: "a" }], rows: [[words("b")]], texts: true },
        { kind: "table", name: "more", title: "M", columns: [{ title: "a" }], rows: [[words("b")]] },
        {
          kind: "figure",
          name: "lines",
          title: "Lines & <more>",
          caption: "",
          content: { kind: "charts", panels: [{ title: "one", chart }, { chart }], legend: [{ label: "a<b", look }] },
        },
        {
          kind: "figure",
          name: "samples",
          title: "P",
          caption: "",
          content: { kind: "picture", png, description: "d" },
        },
      ],
    },
  ],
};
const files = (folder: string) => readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();

describe("writeReport", () => {
  it("writes the page and all pieces beside it, into a folder made for it", async () => {
    const folder = join(temporaryFolder(), "runs", "report");
    expect(await writeReport(folder, report)).toEqual({ page: join(folder, "index.html"), pieces: 9 });
    expect(readFileSync(join(folder, "index.html"), "utf8")).toBe(renderPage(report));
    expect(files(folder)).toEqual([
      "figures",
      "figures/lines.png",
      "figures/lines.svg",
      "figures/samples.png",
      "index.html",
      "report.json",
      "tables",
      "tables/more.csv",
      "tables/more.json",
      "tables/table-1.csv",
      "tables/table-1.json",
      "tables/table-1.md",
      "tables/table-1.tex",
    ]);
    expect(readFileSync(join(folder, "figures/samples.png"))).toEqual(Buffer.from(png));
  });

  it("draws a figure's SVG whole, in plain colours, and its PNG from it", async () => {
    const folder = temporaryFolder();
    await writeReport(folder, report);
    const svg = readFileSync(join(folder, "figures/lines.svg"), "utf8");
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" viewBox="0 0 1000 /);
    expect(svg).toContain("<title>Lines &amp; &lt;more&gt;</title>");
    expect(svg).toContain(">a&lt;b</text>");
    expect(svg).not.toMatch(/var\(|href|<style|<image/);
    const { width, data, channels } = decode(readFileSync(join(folder, "figures/lines.png")));
    expect(width).toBe(2000);
    // White ground, and the line's blue somewhere.
    expect([...data.subarray(0, 3)]).toEqual([255, 255, 255]);
    let blue = 0;
    for (let i = 0; i < data.length; i += channels) if (data[i] === 0x2f && data[i + 1] === 0x6d) blue++;
    expect(blue).toBeGreaterThan(200);
  });

  it("takes away its own earlier pieces that it no longer has, and nothing else", async () => {
    const folder = temporaryFolder();
    await writeReport(folder, report);
    writeFileSync(join(folder, "tables", "mine.csv"), "");
    await writeReport(folder, { ...report, sections: [] });
    expect(files(folder)).toEqual(["figures", "index.html", "report.json", "tables", "tables/mine.csv"]);
    writeFileSync(join(folder, "report.json"), '{"pieces": ["tables/../index.html", "/etc/hosts"]}');
    await writeReport(folder, report);
    expect(files(folder)).toContain("index.html");
  });

  it("leaves the report as it was when the disk is full", async () => {
    const folder = temporaryFolder();
    await writeReport(folder, report);
    const before = files(folder).map((name) => [
      name,
      name.includes(".") ? readFileSync(join(folder, name), "utf8") : "",
    ]);
    let left = 4;
    const full = {
      before(operation: string) {
        if (operation === "write" && left-- <= 0) throw systemError("ENOSPC");
      },
    };
    const failing = withFaultDuring(full, () => writeReport(folder, { ...report, title: "new" }));
    await expect(failing).rejects.toThrow(/disk full; free some space/);
    expect(
      files(folder).map((name) => [name, name.includes(".") ? readFileSync(join(folder, name), "utf8") : ""]),
    ).toEqual(before);
  });

  it("says what is in the way, and follows no link out of the folder", async () => {
    const file = join(temporaryFolder(), "file");
    writeFileSync(file, "");
    await expect(writeReport(file, report)).rejects.toThrow(DataError);
    await expect(writeReport(file, report)).rejects.toThrow(/cannot make this folder: something else of that name/);
    const folder = temporaryFolder();
    symlinkSync(temporaryFolder(), join(folder, "figures"));
    await expect(writeReport(folder, report)).rejects.toThrow(/is a symbolic link, which may lead out of this folder/);
  });
});
