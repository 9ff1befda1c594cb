import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { compile } from "../../autograd/compile.ts";
import { argmax } from "../../autograd/ops/argmax.ts";
import { type BatchSource, gatherImages } from "../../autograd/ops/batch.ts";
import { newClock } from "../../autograd/ops/random.ts";
import { advance } from "../../autograd/ops/state.ts";
import { noGrad } from "../../autograd/record.ts";
import { Variable } from "../../autograd/tensor.ts";
import { TailgradError } from "../../errors.ts";
import type { Device } from "../../gpu/device.ts";
import type { Cnn } from "../../models/cnn.ts";
import { INFERENCE, Sequential } from "../../models/module.ts";
import { GpuImages } from "../batch_trainer.ts";
import { attempt, sha256Hex, writeFileAtomic } from "../files_node.ts";
import { jsonText, readJsonFile } from "../json_file_node.ts";
import { readImageGrid } from "../pictures.ts";
import type { Progress } from "../progress.ts";
import { synthesize } from "../synthesis.ts";
import { destroyModel, loadCnnWeights, loadGeneratorWeights } from "../weights_node.ts";
import type { StudyGan, StudyRow, SyntheticMeasures } from "./study.ts";
import type { StudyFiles } from "./study_node.ts";
import { judge } from "./synthetic.ts";

/** Kept in the folder, so that a second report needs no adapter. */
const FILE = "synthetic_measures.json";
const MOST_BYTES = 16 * 2 ** 20;
/** Synthetic images per class. */
const PER_CLASS = 100;
const REAL_PER_CLASS = 10;
const BATCH = 100;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const perClass = z.array(z.number().nullable()).max(256);
const measured = z.object({
  gan: z.string(),
  classifier: z.string(),
  /** Of both runs' weights: others are measured anew. */
  ganSha256: sha256,
  classifierSha256: sha256,
  images: z.int(),
  consistency: z.array(z.number()).max(256),
  diversity: perClass,
});
const file = z.object({ format: z.literal(1), measures: z.array(measured) });
type Measured = z.infer<typeof measured>;

/** A finished GAN, and the classifier that judges its images: trained on the same tail alone, with the same seed. */
export interface Judgement {
  readonly gan: StudyGan;
  readonly classifier: StudyRow;
  readonly ganSha256: string;
  readonly classifierSha256: string;
}

/** What can be measured in a folder: what is known already, and what is still to do. */
export interface Judgements {
  readonly known: readonly SyntheticMeasures[];
  readonly open: readonly Judgement[];
}

/** Reads what is measured already. A damaged file of measures is measured anew. */
export function findJudgements(out: string, { gans, rows, matrix }: StudyFiles): Judgements {
  const stored = readMeasures(out);
  const known: Measured[] = [];
  const open: Judgement[] = [];
  // The classifier has ten outputs.
  if (matrix.classNames.length !== 10) return { known, open };
  for (const gan of gans) {
    const classifier = judgeOf(gan, rows);
    if (gan.status !== "finished" || classifier === undefined) continue;
    const judgement = {
      gan,
      classifier,
      ganSha256: checksum(join(gan.path, "generator.safetensors")),
      classifierSha256: checksum(join(classifier.path, "cnn.safetensors")),
    };
    const same = stored.find(
      (one) => one.ganSha256 === judgement.ganSha256 && one.classifierSha256 === judgement.classifierSha256,
    );
    if (same) known.push({ ...same, gan: gan.run.key, classifier: classifier.run.key });
    else open.push(judgement);
  }
  return { known, open };
}

/** Measures what is open, and keeps all measures in the folder. `real` is the folder's grid of real images. */
export async function measureSynthetic(
  device: Device,
  out: string,
  { known, open }: Judgements,
  real: Uint8Array | undefined,
  progress: Progress,
): Promise<{ measures: SyntheticMeasures[]; problems: string[] }> {
  const measures = [...known] as Measured[];
  const problems: string[] = [];
  const realImages = real ? readImageGrid(real, REAL_PER_CLASS) : new Uint8Array();
  progress.start("synthetic images judged", open.length, "GANs");
  try {
    for (const [i, judgement] of open.entries()) {
      try {
        measures.push(await measureOne(device, judgement, realImages));
        writeFileAtomic(join(out, FILE), jsonText({ format: 1, measures }));
      } catch (error) {
        if (!(error instanceof TailgradError)) throw error;
        problems.push(`${judgement.gan.run.key}: its images could not be judged: ${error.message}`);
      }
      progress.update(i + 1);
    }
  } finally {
    progress.stop();
  }
  return { measures, problems };
}

function readMeasures(out: string): Measured[] {
  try {
    return readJsonFile(join(out, FILE), file, MOST_BYTES)?.measures ?? [];
  } catch (error) {
    if (error instanceof TailgradError) return [];
    throw error;
  }
}

/** The finished classifier of the same tail and seed that saw no other images; that of the plain loss goes first. */
function judgeOf({ run: { setting, seed } }: StudyGan, rows: readonly StudyRow[]): StudyRow | undefined {
  const fitting = rows.filter(
    ({ run, status }) =>
      status === "finished" && run.setting === setting && run.seed === seed && run.rebalancing === "none",
  );
  return fitting.find(({ run }) => run.loss === "plain") ?? fitting[0];
}

function checksum(path: string): string {
  return attempt("read", path, () => sha256Hex(readFileSync(path)));
}

async function measureOne(device: Device, judgement: Judgement, realImages: Uint8Array): Promise<Measured> {
  const { gan, classifier, ganSha256, classifierSha256 } = judgement;
  const generator = loadGeneratorWeights(join(gan.path, "generator.safetensors"), gan.run.gan);
  let cnn: Cnn | undefined;
  try {
    cnn = loadCnnWeights(join(classifier.path, "cnn.safetensors"));
    const labels = Uint8Array.from({ length: 10 * PER_CLASS }, (_, i) => Math.floor(i / PER_CLASS));
    const images = await synthesize(device, generator, labels, gan.run.seed);
    const { features, predicted } = await seen(device, cnn, joined(images, realImages));
    return {
      gan: gan.run.key,
      classifier: classifier.run.key,
      ganSha256,
      classifierSha256,
      images: PER_CLASS,
      ...judge(
        { features: features.slice(0, labels.length), predicted },
        PER_CLASS,
        features.slice(labels.length),
        REAL_PER_CLASS,
      ),
    };
  } finally {
    destroyModel(generator);
    if (cnn) destroyModel(cnn);
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(a.length + b.length);
  out.set(a);
  out.set(b, a.length);
  return out;
}

/** What a classifier sees in images: its features, 128 numbers each, and the classes it takes them for. */
async function seen(device: Device, cnn: Cnn, images: Uint8Array<ArrayBuffer>) {
  const data = new GpuImages({ images, labels: new Uint8Array(images.length / 784) });
  const { items } = data;
  const position = newClock(0, "batch position");
  const order = new Variable(
    Uint32Array.from({ length: items }, (_, i) => i),
    [items],
    { name: "order" },
  );
  const batchSize = Math.min(BATCH, items);
  const source: BatchSource = { order, position, batchSize, first: 0, items };
  const step = await compile(device, () =>
    noGrad(() => {
      const inner = new Sequential(cnn.layers.modules.slice(0, -1));
      const features = inner.forward(gatherImages(data.images, source, [1, 28, 28]), INFERENCE);
      const logits = cnn.layers.modules.at(-1)!.forward(features, INFERENCE);
      advance(position);
      return { features, predicted: argmax(logits, 1) };
    }),
  );
  try {
    const features: Float32Array[] = [];
    const predicted: number[] = [];
    for (let at = 0; at < items; at += batchSize) {
      step.run();
      const flat = await step.read("features");
      const width = flat.length / batchSize;
      predicted.push(...(await step.read("predicted")));
      for (let i = 0; i < batchSize; i++) features.push(Float32Array.from(flat.slice(i * width, (i + 1) * width)));
    }
    return { features, predicted };
  } finally {
    step.destroy();
    data.destroy();
    position.destroy();
    order.destroy();
  }
}
