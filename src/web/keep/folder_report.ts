import { FASHION_CLASS_NAMES } from "../../data/dataset.ts";
import { KNOWN_DATASETS } from "../../data/idx_catalog.ts";
import { DataError } from "../../errors.ts";
import { MOST_JSON_BYTES, parseJsonBytes } from "../../experiments/json_bytes.ts";
import { type MetricsLine, readLines } from "../../experiments/metrics_lines.ts";
import { type DemoCurves, type DemoRow, demoReport } from "../../experiments/report/demo.ts";
import { renderPage } from "../../experiments/report/page.ts";
import { distributionOf } from "../../experiments/report/parts/distributions.ts";
import { smoothed } from "../../experiments/report/parts/smoothed.ts";
import { type RunConfig, runConfig } from "../../experiments/run_config.ts";
import { type CnnRunSummary, cnnRunSummary, ganRunSummary } from "../../experiments/run_result.ts";
import type { DroppedFile } from "../dropped_file.ts";

/** A run as its folder shows it. */
interface FoundRun {
  /** Its folder's own name. */
  readonly name: string;
  readonly config: RunConfig;
  readonly metrics: readonly MetricsLine[];
  readonly classifier: CnnRunSummary | undefined;
  readonly samples: Uint8Array | undefined;
  /** Steps that its result says it has. */
  readonly steps: number | undefined;
}

const MOST_RUNS = 200;
const MOST_METRICS_BYTES = 2 ** 26;
const MOST_PICTURE_BYTES = 2 ** 24;
/** Lines that one chart can still show apart. */
const MOST_LINES = 8;

/** The report, a page of its own as text, of a run folder or of all run folders below a folder. @throws DataError */
export async function folderReport(name: string, files: readonly DroppedFile[]): Promise<string> {
  const byPath = new Map(files.map(({ path, file }) => [path, file]));
  const folders = [...byPath.keys()].filter((path) => /(^|\/)config\.json$/.test(path)).sort();
  if (folders.length === 0) {
    throw new DataError(
      `${name}: no run here (no config.json in it or below); drop the folder of a run (train, demo, reproduce)`,
    );
  }
  if (folders.length > MOST_RUNS) {
    throw new DataError(`${name}: ${folders.length} runs, more than the ${MOST_RUNS} of one report; drop fewer`);
  }
  const runs: FoundRun[] = [];
  for (const path of folders) runs.push(await readRun(byPath, path.replace(/config\.json$/, "")));
  return renderPage(reportOf(name, runs));
}

async function readRun(files: ReadonlyMap<string, File>, folder: string): Promise<FoundRun> {
  const read = async (name: string, mostBytes: number): Promise<Uint8Array<ArrayBuffer> | undefined> => {
    const file = files.get(folder + name);
    if (!file) return undefined;
    if (file.size > mostBytes) {
      throw new DataError(
        `${folder}${name}: ${file.size} bytes, more than the ${mostBytes} that a run's has; drop another folder`,
      );
    }
    return new Uint8Array(await file.arrayBuffer());
  };
  const config = parseJsonBytes((await read("config.json", MOST_JSON_BYTES))!, `${folder}config.json`, runConfig);
  const text = new TextDecoder().decode(await read("metrics.jsonl", MOST_METRICS_BYTES));
  const result = await read("result.json", MOST_JSON_BYTES);
  const resultPath = `${folder}result.json`;
  const classifier = result && config.kind === "cnn" ? parseJsonBytes(result, resultPath, cnnRunSummary) : undefined;
  const gan = result && config.kind === "gan" ? parseJsonBytes(result, resultPath, ganRunSummary) : undefined;
  const samples = await read("pictures/samples.png", MOST_PICTURE_BYTES);
  if (samples) await checkPicture(samples, `${folder}pictures/samples.png`);
  return {
    name: folder.replace(/\/$/, "").split("/").at(-1) || "run",
    config,
    metrics: readLines(text, `${folder}metrics.jsonl`).map(({ line }) => line),
    classifier,
    samples,
    steps: (classifier ?? gan)?.steps,
  };
}

/** By the browser's own reader, as the browser shows it. @throws DataError if it is damaged */
async function checkPicture(png: Uint8Array<ArrayBuffer>, path: string): Promise<void> {
  try {
    (await createImageBitmap(new Blob([png], { type: "image/png" }))).close();
  } catch (cause) {
    throw new DataError(`${path}: this picture is no intact PNG: damaged; take it out of the folder`, { cause });
  }
}

function reportOf(name: string, runs: readonly FoundRun[]) {
  const dataset = runs[0]!.config.dataset;
  const classNames =
    KNOWN_DATASETS.get(dataset)?.classNames ??
    (dataset === "garments" ? FASHION_CLASS_NAMES : Array.from({ length: 10 }, (_, c) => String(c)));
  const rows: DemoRow[] = runs.flatMap(({ name: label, classifier }) =>
    classifier ? [{ label, ...classifier.evaluation, steps: classifier.steps, seconds: classifier.seconds }] : [],
  );
  const tail = runs.find(({ config }) => config.kind === "cnn" && config.rebalance === "none")?.classifier?.trainCounts
    .real;
  const report = demoReport({
    subtitle: `${runs.length} ${runs.length === 1 ? "run" : "runs"} on ${dataset}, read from the dropped folder.`,
    adapter: { description: "not told by the folder", software: false },
    command: `npx tailgrad report ${name}`,
    generatedAt: `${new Date().toISOString().slice(0, 16).replace("T", " ")} UTC`,
    rows,
    classNames,
    distributions: runs.flatMap(({ name: label, classifier }) =>
      classifier ? [distributionOf(label, classifier.trainCounts, tail)] : [],
    ),
    grids: runs.flatMap(({ name: label, samples }, i) =>
      samples
        ? [{ name: `samples-${i}`, title: `Images made by ${label}`, caption: "Ten images per class.", png: samples }]
        : [],
    ),
    curves: curvesOf(runs),
    notes: runs.map(describe),
  });
  return { ...report, title: name, facts: report.facts.filter(({ term }) => term === "Generated") };
}

function curvesOf(runs: readonly FoundRun[]): DemoCurves[] {
  const points = ({ metrics }: FoundRun, key: string) =>
    smoothed(metrics.filter((line) => typeof line[key] === "number").map((line) => [line.step, Number(line[key])]));
  const gans = runs.filter(({ config }) => config.kind === "gan");
  const classifiers = runs.filter(({ config }) => config.kind === "cnn").slice(0, MOST_LINES);
  const curves: DemoCurves[] = gans.slice(0, MOST_LINES).map((run, i) => ({
    name: `gan-losses-${i}`,
    title: `GAN losses of ${run.name}`,
    xLabel: "step",
    yLabel: "binary cross-entropy",
    series: [
      { label: "discriminator", points: points(run, "lossD") },
      { label: "generator", points: points(run, "lossG") },
    ],
  }));
  if (classifiers.length === 0) return curves;
  const series = classifiers.map((run) => ({ label: run.name, points: points(run, "loss") }));
  return [...curves, { name: "cnn-loss", title: "CNN training loss", xLabel: "step", yLabel: "cross-entropy", series }];
}

function describe({ name, config, steps, metrics }: FoundRun): string {
  const how =
    config.kind === "gan"
      ? `${config.gan}, beta1 ${config.beta1}`
      : `classifier, rebalancing ${config.rebalance}, loss ${config.loss}`;
  const far = steps === undefined ? `not finished, ${metrics.at(-1)?.step ?? 0} steps so far` : `${steps} steps`;
  return `${name}: ${how}, imbalance ${config.imbalance}, batch ${config.batchSize}, Adam ${config.learningRate}, seed ${config.seed}; ${far}.`;
}
