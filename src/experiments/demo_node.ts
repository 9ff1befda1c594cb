import { join } from "node:path";
import { type LoadedDataset, loadDataset } from "../data/load_node.ts";
import { parseImbalance } from "../data/long_tail.ts";
import { DataError } from "../errors.ts";
import type { Device } from "../gpu/device.ts";
import { trainCnn } from "./cnn_run_node.ts";
import { trainGan } from "./gan_run_node.ts";
import { writeInvocation } from "./invocation_node.ts";
import { encodeGreyPng, imageGrid } from "./pictures.ts";
import type { Progress } from "./progress.ts";
import { type Rebalancing, trainingSet } from "./rebalance.ts";
import { type DemoCurves, type DemoData, type DemoRow, demoReport } from "./report/demo.ts";
import { distributionOf } from "./report/parts/distributions.ts";
import { smoothed } from "./report/parts/smoothed.ts";
import { writeReport } from "./report/write_node.ts";
import { cnnConfig, ganConfig } from "./run_config.ts";
import { RunReader } from "./run_folder_node.ts";
import type { CnnRunSummary, GanRunSummary } from "./run_result.ts";

/** How the demo is run. */
export interface DemoOptions {
  readonly out: string;
  readonly seed: number;
  readonly stopped: () => boolean;
  readonly progress: Progress;
  /** The command line, for the report. */
  readonly command: string;
}

/** What the demo ends with. */
export interface DemoSummary {
  readonly out: string;
  /** Path of the report. */
  readonly report: string;
  readonly rows: readonly DemoRow[];
  readonly seconds: number;
}

const GAN = "small_mlp_cgan_leaky";
const IMBALANCE = "1/2";
const REBALANCINGS: readonly Rebalancing[] = ["none", "upsampled", GAN];
/** Small enough for four minutes on two CPU cores; every other setting is the paper's. A beta1 of 0.5 settles GANs early. */
const SIZES = {
  gan: { batchSize: 32, learningRate: 5e-4, beta1: 0.5, maxSteps: 1200 },
  cnn: { batchSize: 32, learningRate: 5e-4, maxSteps: 100 },
} as const;

/**
 * The main job in small, on the embedded garments: a long tail, a CGAN trained on it, classifiers trained on the tail as it
 * is, upsampled, and rebalanced by the CGAN's images, and a report of what that changed.
 */
export async function runDemo(device: Device, options: DemoOptions): Promise<DemoSummary> {
  const { out, seed, stopped, progress, command } = options;
  const began = performance.now();
  const data = await loadDataset("garments");
  const onOpen = (folder: string) =>
    writeInvocation(folder, { dataset: "garments", adapter: device.adapter.name, command });
  const common = {
    device,
    data,
    imbalance: IMBALANCE,
    seed,
    epochs: 100,
    checkpointEvery: 100,
    stopped,
    progress,
    onOpen,
  };
  const ganRun = join(out, "gan");
  const gan = await trainGan({ ...common, ...SIZES.gan, gan: GAN, out: ganRun });
  const runs: { rebalance: Rebalancing; summary: CnnRunSummary }[] = [];
  for (const rebalance of REBALANCINGS) {
    const folder = join(out, `cnn-${rebalance}`);
    const summary = await trainCnn({ ...common, ...SIZES.cnn, rebalance, loss: "plain", ganRun, out: folder });
    runs.push({ rebalance, summary });
  }
  const rows = runs.map(({ rebalance, summary }) => rowOf(rebalance, summary));
  const shown = demoReport(await reportData(device, options, data, gan, runs, rows));
  const { page } = await writeReport(out, shown, (text) => progress.warn(text));
  return { out, report: page, rows, seconds: (performance.now() - began) / 1000 };
}

function rowOf(label: string, { evaluation, steps, seconds }: CnnRunSummary): DemoRow {
  const { loss, accuracy, f1Weighted, f1Macro, gMean, recall, headRecall, middleRecall, tailRecall } = evaluation;
  const measures = { loss, accuracy, f1Weighted, f1Macro, gMean, recall, headRecall, middleRecall, tailRecall };
  return { label, ...measures, steps, seconds };
}

async function reportData(
  device: Device,
  { seed, command }: DemoOptions,
  { dataset }: LoadedDataset,
  gan: GanRunSummary,
  runs: readonly { rebalance: Rebalancing; summary: CnnRunSummary }[],
  rows: readonly DemoRow[],
): Promise<DemoData> {
  const { classNames } = dataset;
  const { set } = await trainingSet(dataset, parseImbalance(IMBALANCE), "upsampled", seed);
  const real = firstOfEachClass(set.labels, set.images, classNames.length, 10);
  const run = RunReader.read(gan.out, ganConfig);
  const samples = run.readPicture("samples.png");
  if (!samples) throw new DataError(`${gan.grid}: missing; delete the run's folder to train it again`);
  const ganLines = run.readMetrics();
  return {
    subtitle:
      `Ten classes of drawn garments, ${runs[0]!.summary.trainCounts.real[0]} images in the largest class and half as many in each next one. ` +
      `The same CNN was trained for ${SIZES.cnn.maxSteps} steps on the long tail as it is, on repeated images, and on images of a conditional GAN.`,
    adapter: { description: `${device.adapter.name}, ${device.adapter.driver}`, software: device.adapter.software },
    command,
    generatedAt: `${new Date().toISOString().slice(0, 16).replace("T", " ")} UTC`,
    rows,
    classNames,
    distributions: runs.map(({ rebalance, summary }) =>
      distributionOf(rebalance, summary.trainCounts, runs[0]?.summary.trainCounts.real),
    ),
    grids: [
      {
        name: "samples-gan",
        title: `Images made by ${GAN}`,
        caption: `Ten images per class after ${gan.steps} steps: what the tail classes were filled up with.`,
        png: samples,
      },
      {
        name: "samples-real",
        title: "Real images",
        caption: "Ten training images per class; the rarest classes own fewer than ten, which are repeated.",
        png: encodeGreyPng(imageGrid(real, { columns: 10, scale: 3 })),
      },
    ],
    curves: [
      {
        name: "gan-losses",
        title: "GAN losses",
        xLabel: "step",
        yLabel: "binary cross-entropy",
        series: (["lossD", "lossG"] as const).map((key) => ({
          label: key === "lossD" ? "discriminator" : "generator",
          points: smoothed(
            ganLines.filter((line) => typeof line[key] === "number").map((line) => [line.step, Number(line[key])]),
          ),
        })),
      },
      cnnCurves(runs),
    ],
    notes: [
      `Seed ${seed}. GAN: batch ${SIZES.gan.batchSize}, Adam ${SIZES.gan.learningRate} with beta1 ${SIZES.gan.beta1}. CNN: batch ${SIZES.cnn.batchSize}, Adam ${SIZES.cnn.learningRate}. One seed is not evidence: run it with others (--seed).`,
      "G-mean is the geometric mean of the classes' recalls: 0 as soon as one class is never found. Head, middle and tail are the classes with most, middling and fewest training images.",
    ],
  };
}

function cnnCurves(runs: readonly { rebalance: Rebalancing; summary: CnnRunSummary }[]): DemoCurves {
  return {
    name: "cnn-loss",
    title: "CNN training loss",
    xLabel: "step",
    yLabel: "cross-entropy",
    series: runs.map(({ rebalance, summary }) => ({
      label: rebalance,
      points: smoothed(
        RunReader.read(summary.out, cnnConfig)
          .readMetrics()
          .filter((line) => typeof line.loss === "number")
          .map((line) => [line.step, Number(line.loss)]),
      ),
    })),
  };
}

function firstOfEachClass(labels: Uint8Array, images: Uint8Array, classes: number, count: number): Uint8Array {
  const out = new Uint8Array(classes * count * 784);
  for (let c = 0; c < classes; c++) {
    let found = 0;
    for (let i = 0; i < labels.length && found < count; i++) {
      if (labels[i] !== c) continue;
      out.set(images.subarray(i * 784, (i + 1) * 784), (c * count + found++) * 784);
    }
  }
  return out;
}
