import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { MidwayState } from "../../../src/experiments/midway/states_node.ts";
import { PAPER_ROWS, paperCurves, paperResult } from "../../../src/experiments/paper/paper.ts";
import type { Table } from "../../../src/experiments/report/document.ts";
import { renderPage } from "../../../src/experiments/report/page.ts";
import { lossTable, twinsOf } from "../../../src/experiments/report/parts/dead_classes.ts";
import { pairedParts, seedsSentence } from "../../../src/experiments/report/parts/paired_tests.ts";
import { studyFacts } from "../../../src/experiments/report/parts/runs.ts";
import { table1 } from "../../../src/experiments/report/parts/table1.ts";
import { groupsOf, type Study } from "../../../src/experiments/report/study.ts";
import { readStudy } from "../../../src/experiments/report/study_node.ts";
import { studyReport } from "../../../src/experiments/report/study_report.ts";
import { reportStyle } from "../../../src/experiments/report/style.ts";
import { jsonRows, latexText, markdownText } from "../../../src/experiments/report/table_text.ts";
import { checkMarkup } from "../../fuzz/markup.ts";
import { writeStudyFolder } from "../../support/study_folder.ts";
import { temporaryFolder } from "../temporary_folder.ts";

const folder = mkdtempSync(join(tmpdir(), "tailgrad-study-"));
const rest = { synthetic: [], command: "npx tailgrad report runs/x", generatedAt: "2025-01-01" };
let study: Study;
let page: string;
const rowOf = (table: Table, setting: string, rebalancing: string) =>
  jsonRows(table).find((row) => row["Data set"] === setting && row.Rebalancing === rebalancing)!;

beforeAll(() => {
  const { rows, gans } = writeStudyFolder(folder);
  const pathOf = (id: string) => join(folder, rows.find((row) => row.id === id)!.folder);
  rmSync(join(pathOf("high_unbalanced/upsampled/plain/seed2"), "result.json"));
  writeFileSync(join(pathOf("high_unbalanced/downsampled/plain/seed2"), "result.json"), '{"out": "x');
  rmSync(pathOf("high_unbalanced/none/paper/seed1"), { recursive: true });
  writeFileSync(join(folder, gans[0]!.folder, "pictures", "samples.png"), "no picture");
  study = { ...readStudy(folder), ...rest };
  page = renderPage(studyReport(study));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("a reproduction's folder", () => {
  it("is read run by run, whatever state each is in", () => {
    const states = study.rows.filter(({ status }) => status !== "finished").map(({ run, status }) => [run.id, status]);
    expect(states).toEqual([
      ["high_unbalanced/none/paper/seed1", "missing"],
      ["high_unbalanced/downsampled/plain/seed2", "damaged"],
      ["high_unbalanced/upsampled/plain/seed2", "interrupted"],
    ]);
    expect(study.problems).toEqual([expect.stringMatching(/^gan-.*: this picture is no intact PNG: damaged/)]);
    const { run, curve } = study.rows[0]!;
    expect(curve).toHaveLength(run.epochs + 1);
    expect(study.gans[0]!.losses.length).toBeGreaterThan(50);
  });

  it("tells each curve's axis in the picture's own title", () => {
    const figures = studyReport(study)
      .sections.flatMap(({ parts }) => parts)
      .filter((part) => part.kind === "figure" && /^(curves|gan-training)-/.test(part.name));
    expect(figures.length).toBeGreaterThan(9);
    for (const figure of figures) {
      expect("title" in figure && figure.title).toMatch(/ by (epoch|step|share of the training, %)/);
    }
  });

  it("shows the samples of every GAN, those of further seeds folded", () => {
    const section = studyReport(study).sections.find(({ title }) => title === "Samples")!;
    const shown = section.parts.flatMap((part) => ("name" in part ? [part.name] : []));
    // The first GAN's first seed has a damaged grid, so its second stands for it.
    expect(shown).toEqual([
      "beside-high_unbalanced",
      "samples-gan-mlp_cgan_relu-high_unbalanced-seed2",
      "samples-gan-small_mlp_cgan_leaky-high_unbalanced-seed1",
      "samples-real",
    ]);
    const fold = section.parts.find((part) => part.kind === "fold")!;
    expect(fold.title).toBe("Samples of seed 2");
    expect(fold.parts).toMatchObject([{ name: "samples-gan-small_mlp_cgan_leaky-high_unbalanced-seed2" }]);
    expect(page).toContain('<details><summary>Samples of seed 2</summary><div class="figures"><figure>');
  });

  it("folds many problems away, so that they do not stand before Table 1", () => {
    const problems = Array.from({ length: 60 }, (_, i) => `gan-${i}: its images could not be judged`);
    const { parts } = studyReport({ ...study, problems }).sections[1]!;
    expect(parts).toMatchObject([
      { kind: "text", text: "60 files or images could not be read or measured." },
      { kind: "fold", title: "All 60, one by one", parts: [{ kind: "list", items: problems }] },
    ]);
    expect(studyReport({ ...study, problems: problems.slice(0, 6) }).sections[1]!.parts).toMatchObject([
      { kind: "list", items: problems.slice(0, 6) },
    ]);
  });

  it("counts the midway report's rows among what is finished and what took time", () => {
    const facts = (states: MidwayState[]) => {
      const all = studyFacts({ ...study, midway: { states, classNames: [] } });
      return ["Finished", "Time"].map((term) => all.find((fact) => fact.term === term)!.text);
    };
    const state = { run: {}, path: "x", status: "interrupted" } as MidwayState;
    const done = { ...state, status: "finished", summary: { seconds: 360_000 } } as MidwayState;
    expect(facts([])[0]).toMatch(/ GANs$/);
    expect(facts([])[1]).not.toMatch(/^10\d h/);
    expect(facts([state, done])[0]).toMatch(/ GANs; 1 of 2 rows of the midway report$/);
    expect(facts([state, done])[1]).toMatch(/^10\d h/);
  });
});

describe("Table 1", () => {
  it("has the mean and deviation of the finished seeds, the paper's figure and the difference", () => {
    const table = table1(study, "plain");
    const runs = study.rows.filter(({ run }) => run.id.startsWith("high_unbalanced/none/plain/"));
    const [a, b] = runs.map(({ summary }) => summary!.evaluation.accuracy) as [number, number];
    const row = rowOf(table, "high_unbalanced", "none");
    expect(row.Seeds).toBe(2);
    expect(row.Accuracy).toBeCloseTo((a + b) / 2, 12);
    expect(row["Accuracy, standard deviation"]).toBeCloseTo(Math.abs(a - b) / Math.SQRT2, 12);
    expect(row["Accuracy, paper"]).toBe(0.476);
    expect(row["Accuracy, difference"]).toBeCloseTo((a + b) / 2 - 0.476, 12);
    // Losses of another kind are not set side by side.
    expect(row).not.toHaveProperty("Loss, paper");
    expect(rowOf(table1(study, "paper"), "original", "none")["Loss, paper"]).toBe(1.54);
  });

  it("marks differences beyond two in a hundred, and seeds that are not finished", () => {
    const table = table1(study, "plain");
    for (const row of table.rows) {
      const difference = row.find((_, i) => table.columns[i]!.title === "Accuracy, difference")!;
      const value = difference.value ?? 0;
      expect(difference.mark).toBe(value > 0.02 ? "above" : value < -0.02 ? "below" : undefined);
      expect(difference.text.slice(-2)).toMatch(
        value > 0.02 ? / \u2191/ : value < -0.02 ? / \u2193/ : /^[^\u2191\u2193]*$/,
      );
    }
    for (const text of [
      markdownText(table),
      latexText(table).replaceAll(/\$.(up|down)arrow\$/g, (_, to) => (to === "up" ? "\u2191" : "\u2193")),
    ]) {
      expect(text).toContain(
        "Differences of more than 0.02 are set in bold, with \u2191 where ours is above the paper's and \u2193 where it is below.",
      );
    }
    const texts = table.rows.map((row) => [row[1]!.text, row[2]!.text]);
    expect(texts).toContainEqual(["upsampled", "1 of 2"]);
    expect(texts).toContainEqual(["downsampled", "1 of 2"]);
  });

  it("has dashes, and nothing else, where no run is finished", () => {
    const row = rowOf(table1(study, "paper"), "high_unbalanced", "none");
    expect(row).toMatchObject({ Seeds: 0, Loss: null, Accuracy: null, "Accuracy, difference": null });
    expect(row["Accuracy, paper"]).toBe(0.476);
  });
});

describe("the paper's figures", () => {
  it("are its fifteen rows, and curves that end where Table 1 says", () => {
    expect(PAPER_ROWS).toHaveLength(15);
    for (const { setting, rebalancing, loss, accuracy, f1 } of PAPER_ROWS) {
      const [curve] = paperCurves(setting, rebalancing);
      expect(curve!.accuracy).toHaveLength(31);
      expect(curve!.loss.at(-1)).toBeCloseTo(loss, 2);
      expect(curve!.accuracy.at(-1)! - accuracy).toBeLessThan(6e-4);
      expect(curve!.f1.at(-1)! - f1).toBeLessThan(6e-4);
    }
    expect(paperCurves("high_unbalanced", "none").map(({ accuracy }) => accuracy.at(-1))).toEqual([0.4764, 0.1]);
    expect(paperCurves("0.6", "none")).toEqual([]);
    expect(paperResult("low_unbalanced", "dccgan_leaky")).toBeUndefined();
  });
});

describe("comparisons", () => {
  const high = (loss: "plain" | "paper") => groupsOf(study, loss, ({ run }) => run.setting === "high_unbalanced");

  it("give two seeds differences without p, and say why", () => {
    const groups = high("plain");
    expect(seedsSentence(groups)).toMatch(/^2 seeds were run: too few for a test/);
    const parts = pairedParts("p", "h", groups) as Table[];
    expect(parts.map(({ name }) => name)).toEqual([
      "p-accuracy",
      "p-accuracy-pairs",
      "p-tail-recall",
      "p-tail-recall-pairs",
    ]);
    expect(parts[1]!.columns.map(({ title }) => title)).toEqual(["Rebalancing", "less", "Seeds", "Difference"]);
    // Pairs of the three that have both seeds.
    expect(parts[1]!.rows).toHaveLength(3);
    expect(pairedParts("p", "h", high("paper"))).toEqual([]);
    expect(seedsSentence(high("paper"))).toMatch(/^One seed was run/);
  });

  it("give three seeds a p, corrected for the number of pairs", () => {
    const values = [
      [0.8, 0.81, 0.83],
      [0.7, 0.72, 0.72],
      [0.69, 0.73, 0.71],
    ];
    const [one] = high("plain");
    const groups = values.map((own, i) => ({
      ...one!,
      label: `g${i}`,
      runs: own.map((accuracy, seed) => ({ ...one!.runs[0]!, accuracy, seed })),
    }));
    const list = jsonRows(pairedParts("p", "h", groups)[1] as Table);
    expect(list[0]).toMatchObject({ Rebalancing: "g0", less: "g1", Seeds: 3 });
    expect(list[0]!.Difference).toBeCloseTo(0.1, 12);
    // t = 0.1 / (0.01 / sqrt 3) = 17.32, 2 degrees of freedom: p = 1 - t / sqrt(t^2 + 2).
    const p = 1 - Math.sqrt(300 / 302);
    expect(list[0]!.p).toBeCloseTo(p, 9);
    expect(list[0]!["p corrected"]).toBeCloseTo(3 * p, 9);
  });

  it("set both losses beside each other where both were run on a seed", () => {
    const twins = twinsOf(groupsOf(study, "plain"), groupsOf(study, "paper"));
    const rows = jsonRows(lossTable(twins));
    const rebalancings = ["downsampled", "upsampled", "mlp_cgan_relu", "small_mlp_cgan_leaky"];
    const labels = rows.map((row) => row["Training set"]);
    expect(new Set(labels)).toEqual(
      new Set(["original", "low_unbalanced, none", ...rebalancings.map((name) => `high_unbalanced, ${name}`)]),
    );
    for (const row of rows) {
      expect(row.Seeds).toBe(1);
      expect(row["Dead classes, plain"]).toBe(0);
      // The fixture's losses follow the law of saturated nets.
      expect(Object.values(row).at(-2)).toBeCloseTo(0, 9);
    }
  });
});

describe("the page", () => {
  it("asks nobody for anything, is well formed, and describes every picture", () => {
    const [before, after] = page.split(reportStyle);
    checkMarkup(`${before}${after}`);
    expect(page).not.toMatch(/https?:|<script|<link|@import|url\((?!#)|src="(?!data:image\/png;base64,)/);
    for (const [tag] of page.matchAll(/<svg (?!viewBox="0 0 22 12")[^>]*>/g))
      expect(tag).toMatch(/aria-label="[^"]{20,}/);
    for (const [tag] of page.matchAll(/<img [^>]*>/g)) expect(tag).toMatch(/alt="[^"]{20,}/);
  });

  it("names what is not finished, and what could not be read", () => {
    for (const text of [
      "cnn-high_unbalanced-upsampled-plain-seed2",
      "interrupted",
      "damaged",
      "not valid JSON: damaged",
      "not begun",
      "no intact PNG",
    ]) {
      expect(page).toContain(text);
    }
  });

  it("holds what the paper shows and what it lacks", () => {
    const titles = [...page.matchAll(/<h2>([^<]*)<\/h2>/g)].map(([, title]) => title);
    expect(titles).toEqual([
      "Not finished",
      "Not read or not measured",
      "Table 1",
      "All measures",
      "Do the rebalancings differ?",
      "What the paper&#39;s loss does",
      "On the way: the test set after each epoch",
      "Training images",
      "Samples",
      "GAN training",
      "Confusion matrices",
      "Runs",
    ]);
    const parts = studyReport(study).sections.flatMap((section) => section.parts);
    const names = parts.flatMap((part) => ("name" in part ? [`${part.kind}-${part.name}`] : []));
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[A-Za-z0-9_.-]+$/);
  });

  it("shows hostile names as text", () => {
    const bad = `<img src=x onerror=alert(1)>"&'`;
    const hostile = temporaryFolder();
    writeStudyFolder(hostile, {
      experiments: [1],
      seeds: { plain: 1 },
      gans: [],
      dataset: bad,
      classNames: Array.from({ length: 10 }, (_, c) => `${bad}${c}`),
    });
    const evil = renderPage(studyReport({ ...readStudy(hostile), ...rest, command: bad }));
    const [before, after] = evil.split(reportStyle);
    const texts = checkMarkup(`${before}${after}`);
    expect(texts).toContain(bad);
    expect(evil).not.toContain("<img src=x");
  });
});
