import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { loadDataset } from "../../../../src/data/load_node.ts";
import { trainCnn } from "../../../../src/experiments/cnn_run_node.ts";
import { trainGan } from "../../../../src/experiments/gan_run_node.ts";
import { SILENT } from "../../../../src/experiments/progress.ts";
import { readState } from "../../../../src/models/state_dict.ts";
import { DEFAULTS, GAN_BETA1, LEARNING_RATE, type Settings } from "../../../../src/web/settings.ts";
import type { CheckpointBytes } from "../../../../src/web/worker/training/checkpoint.ts";
import type { TrainingEvent } from "../../../../src/web/worker/training/events.ts";
import { TrainingSession } from "../../../../src/web/worker/training/session.ts";
import { weightsFile } from "../../../../src/web/worker/training/weights.ts";
import { testDevice } from "../../../support/device.ts";

const folder = mkdtempSync(join(tmpdir(), "tailgrad-session-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A tail so flat that few images are missing. */
const SETTINGS: Settings = { ...DEFAULTS, imbalance: "0.99", batch: 8, ganSteps: 3, cnnSteps: 2 };

/** What a session is given, and what it told. */
function listener() {
  const events: TrainingEvent[] = [];
  const kept: CheckpointBytes[] = [];
  return {
    events,
    kept,
    turn: <R>(work: () => Promise<R>) => work(),
    tell: (event: TrainingEvent) => events.push(event),
    keep: (bytes: CheckpointBytes) => kept.push(bytes),
    signal: new AbortController().signal,
  };
}

it("a training on the page gives the command's files, and an interrupted one the same", {
  timeout: 300_000,
}, async () => {
  const device = await testDevice();
  const data = await loadDataset("garments");
  const common = {
    device,
    data,
    imbalance: SETTINGS.imbalance,
    seed: SETTINGS.seed,
    batchSize: SETTINGS.batch,
    learningRate: LEARNING_RATE,
    checkpointEvery: 100,
    stopped: () => false,
    progress: SILENT,
  };
  const ganRun = join(folder, "gan");
  const gan = await trainGan({ ...common, gan: SETTINGS.gan, beta1: GAN_BETA1, epochs: 3, maxSteps: 3, out: ganRun });
  const cnn = await trainCnn({
    ...common,
    rebalance: SETTINGS.gan,
    loss: "plain",
    ganRun,
    epochs: 2,
    maxSteps: 2,
    out: join(folder, "cnn"),
  });

  const first = await TrainingSession.create(device, data.dataset, SETTINGS);
  const told = listener();
  expect(await first.run({ ...told, steps: 2 })).toEqual({ phase: "gan", step: 2, steps: 3, done: false });
  first.destroy();
  const second = await TrainingSession.create(device, data.dataset, SETTINGS, told.kept.at(-1));
  expect(await second.run({ ...told, steps: 2 })).toEqual({ phase: "cnn", step: 1, steps: 2, done: false });
  second.destroy();
  const third = await TrainingSession.create(device, data.dataset, SETTINGS, told.kept.at(-1));
  expect(third.ganSteps).toBe(3);
  expect(await third.run(told)).toEqual({ phase: "cnn", step: 2, steps: 2, done: true });

  expect(Buffer.from(await weightsFile(third.model("generator")!)).equals(readFileSync(gan.weights))).toBe(true);
  expect(Buffer.from(await weightsFile(third.model("cnn")!)).equals(readFileSync(cnn.weights))).toBe(true);

  // Weights out of a file are told from those that were drawn and trained.
  expect(third.originOf("cnn")).toEqual({ steps: 2, file: undefined });
  third.loadWeights("cnn", await readState(third.model("cnn")!.state()), "mine.safetensors");
  expect(third.originOf("cnn")).toEqual({ steps: 0, file: "mine.safetensors" });
  expect(third.originOf("generator")).toEqual({ steps: 3, file: undefined });
  third.destroy();

  const kinds = told.events.map(({ kind }) => kind);
  expect(new Set(kinds)).toEqual(new Set(["phase", "steps", "grid", "evaluation"]));
  const losses = told.events.flatMap((event) => (event.kind === "steps" ? event.losses : []));
  expect(losses.map((row) => row.length)).toEqual([2, 2, 2, 1, 1]);
});

it("a damaged checkpoint is refused", async () => {
  const device = await testDevice();
  const { dataset } = await loadDataset("garments", { garments: { trainPerClass: 4, testPerClass: 1 } });
  const broken = TrainingSession.create(device, dataset, SETTINGS, Uint8Array.of(1, 2, 3));
  await expect(broken).rejects.toThrow("checkpoint: 3 bytes are no safetensors file");
});
