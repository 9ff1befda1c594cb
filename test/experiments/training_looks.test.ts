/** What a training shows of itself: checked numbers, a trace, events for TensorBoard. None of it may change the bits. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { z } from "zod";
import { full, log, sub } from "../../src/autograd/ops/elementwise.ts";
import { mean } from "../../src/autograd/ops/reduce.ts";
import { assign } from "../../src/autograd/ops/state.ts";
import { Variable } from "../../src/autograd/tensor.ts";
import { garments } from "../../src/data/garments.ts";
import { InterruptedError, NumericsError } from "../../src/errors.ts";
import { BatchTrainer, type TrainingProgram } from "../../src/experiments/batch_trainer.ts";
import { sha256Hex } from "../../src/experiments/files_node.ts";
import { confusionPicture } from "../../src/experiments/pictures.ts";
import { CnnProgram } from "../../src/experiments/programs.ts";
import { SILENT } from "../../src/experiments/progress.ts";
import { RunFolder } from "../../src/experiments/run_folder_node.ts";
import { maskedCrc32c } from "../../src/experiments/tensorboard_record.ts";
import { Trace } from "../../src/experiments/trace.ts";
import { type LoopOptions, trainInFolder } from "../../src/experiments/training_loop_node.ts";
import { testDevice } from "../support/device.ts";
import { crc32c, readEvents } from "../support/tfevents.ts";
import { temporaryFolder } from "./temporary_folder.ts";

const { train } = garments({ seed: 1, trainPerClass: 2, testPerClass: 1 });
const schema = z.object({ kind: z.string() });
const STEPS = 9;

async function run(folder: string, program: TrainingProgram, options: Partial<LoopOptions> = {}) {
  const device = await testDevice();
  const trainer = await BatchTrainer.create(device, train, program, { batchSize: 8, seed: 3 });
  const open = RunFolder.open(folder, schema, { kind: "test" });
  const usual = { steps: STEPS, checkpointEvery: 100, stopped: () => false, progress: SILENT, label: "test" };
  try {
    await trainInFolder(device, trainer, open, { ...usual, ...options });
  } finally {
    trainer.destroy();
    open.close();
  }
  return { sha256: sha256Hex(open.readCheckpoint(() => {})!.bytes), metrics: open.readMetrics() };
}

const newProgram = () => new CnnProgram(3, "plain");
it("--check-numerics stops at the first number that is not finite, though no loss shows it, with step and extremes", async () => {
  const w = new Variable(Float32Array.of(3.5, 1.5), [2], { name: "w" });
  const v = new Variable(Float32Array.of(0, 0), [2], { name: "v" });
  const program: TrainingProgram = {
    columns: ["loss"],
    record() {
      assign(v, log(w));
      assign(w, sub(w, 1));
      return [mean(full([1], 1))];
    },
    state: () =>
      new Map([
        ["w", w],
        ["v", v],
      ]),
  };
  const warnings: string[] = [];
  const progress = { ...SILENT, warn: (text: string) => warnings.push(text) };
  const failing = run(temporaryFolder(), program, { checkNumerics: true, progress });
  await expect(failing).rejects.toThrow(NumericsError);
  // log(1.5), as f32.
  await expect(failing).rejects.toThrow(
    /^step 3: log \(kernel log\) made NaN at element 1 of [^;]*\[2\], 1 of 2 not finite, the others 0\.4055 to 0\.4055; /,
  );
  // Found as it was made, not by repeating the steps once a checkpoint would have held it.
  expect(warnings).toEqual([]);
});

it("neither --check-numerics nor --profile changes a bit", async () => {
  const plain = await run(temporaryFolder(), newProgram());
  const checked = await run(temporaryFolder(), newProgram(), { checkNumerics: true });
  const traced = await run(temporaryFolder(), newProgram(), { trace: new Trace() });
  expect(checked).toEqual(plain);
  expect(traced).toEqual(plain);
});

it("--profile: a trace of the host's work and of every dispatch of five steps, and the kernels' times", async () => {
  const trace = new Trace();
  await run(temporaryFolder(), newProgram(), { trace, evaluate: async () => ({ accuracy: 1 }) });
  expect(trace.steps).toBe(5);
  const { traceEvents } = JSON.parse(trace.json()) as { traceEvents: Record<string, number & string>[] };
  const spans = traceEvents.filter(({ ph }) => ph === "X");
  for (const { ts, dur, name } of spans) {
    expect(ts, name).toBeGreaterThanOrEqual(0);
    expect(dur, name).toBeGreaterThanOrEqual(0);
  }
  const names = (tid: number) => spans.filter((event) => event.tid === tid).map(({ name }) => name);
  expect(names(1)).toEqual(expect.arrayContaining(["evaluate", "checkpoint", "step 2", "step 6"]));
  expect(names(1)).not.toContain("step 1");
  const dispatches = trace.kernels().reduce((total, kernel) => total + kernel.dispatches, 0);
  expect(5 * dispatches).toBeCloseTo(names(2).length);
  const [longest] = trace.kernels();
  expect(longest!.ms).toBeGreaterThan(0);
  expect(Math.max(...trace.kernels().map(({ ms }) => ms))).toBe(longest!.ms);
  // Each dispatch lies within the longest step.
  const mostMs = (pattern: RegExp, tid: number) =>
    Math.max(...spans.filter(({ name, tid: on }) => on === tid && pattern.test(name!)).map(({ dur }) => dur! / 1000));
  expect(mostMs(/./, 2)).toBeLessThanOrEqual(mostMs(/^step \d/, 1));
});

/** All events below a run folder, file after file. */
function eventFiles(folder: string) {
  const below = join(folder, "tensorboard");
  return readdirSync(below)
    .sort()
    .map((name) => readEvents(readFileSync(join(below, name))));
}

it("--tensorboard: the metrics and pictures as events, by an independent reading of the published formats", async () => {
  const folder = temporaryFolder();
  const image = confusionPicture([
    [3, 1],
    [0, 0],
  ]);
  const options = {
    evaluate: async () => ({ accuracy: 0.75, recall: [0.5, 1], confusion: [[1, 2]], note: "text" }),
    picture: async () => ({ tag: "test/confusion", image }),
  };
  const stopped = (() => {
    let asked = 0;
    return () => asked++ >= 1;
  })();
  const begun = run(folder, newProgram(), { ...options, stopped, tensorboard: true });
  await expect(begun).rejects.toThrow(InterruptedError);
  const { metrics } = await run(folder, newProgram(), { ...options, tensorboard: true });
  const [first, second] = eventFiles(folder);
  expect(first![0]).toMatchObject({ fileVersion: "brain.Event:2", step: 0 });
  // Status 1 is START: what the first file holds of this step and behind it does not count.
  expect(first![1]).toMatchObject({ status: 1, step: 1 });
  expect(second![1]).toMatchObject({ status: 1, step: 2 });
  const events = [...first!, ...second!];
  for (const { wallTime } of events) expect(Math.abs(Date.now() / 1000 - wallTime)).toBeLessThan(600);
  const losses = events.filter((event) => "train/loss" in event.scalars);
  expect(losses.map(({ step, scalars }) => [step, scalars["train/loss"]])).toEqual(
    metrics.filter((line) => line.loss !== undefined).map((line) => [line.step, Math.fround(line.loss as number)]),
  );
  const tests = events.filter((event) => "test/accuracy" in event.scalars);
  expect(tests.map(({ step }) => step)).toEqual([0, 3, 6, 9]);
  expect(tests[0]!.scalars).toEqual({ "test/accuracy": 0.75, "test/recall/0": 0.5, "test/recall/1": 1 });
  const picture = events.find((event) => "test/confusion" in event.images)!.images["test/confusion"]!;
  expect(picture).toMatchObject({ width: 32, height: 32, colorspace: 1 });
  // A PNG's own width and height.
  expect([...picture.png.subarray(1, 4)]).toEqual([...Buffer.from("PNG")]);
  expect([16, 20].map((at) => Buffer.from(picture.png).readUInt32BE(at))).toEqual([32, 32]);
});

it("the checksum is CRC-32C, masked: RFC 3720's vectors", () => {
  const unmasked = (bytes: Uint8Array) => {
    const rotated = (maskedCrc32c(bytes) - 0xa282ead8) >>> 0;
    return ((rotated >>> 17) | (rotated << 15)) >>> 0;
  };
  for (const [bytes, crc] of [
    [new Uint8Array(32), 0x8a9136aa],
    [new Uint8Array(32).fill(0xff), 0x62a8ab43],
    [Uint8Array.from({ length: 32 }, (_, i) => i), 0x46dd794e],
  ] as const) {
    expect(unmasked(bytes)).toBe(crc);
    expect(crc32c(bytes)).toBe(crc);
  }
});
