import { describe, expect, it } from "vitest";
import { z } from "zod";
import { full, log, mul, square, sub } from "../../src/autograd/ops/elementwise.ts";
import { mean } from "../../src/autograd/ops/reduce.ts";
import { assign } from "../../src/autograd/ops/state.ts";
import { Variable } from "../../src/autograd/tensor.ts";
import { garments } from "../../src/data/garments.ts";
import { InterruptedError, NumericsError } from "../../src/errors.ts";
import { BatchTrainer, type TrainingProgram } from "../../src/experiments/batch_trainer.ts";
import { sha256Hex } from "../../src/experiments/files_node.ts";
import { CnnProgram } from "../../src/experiments/programs.ts";
import { SILENT } from "../../src/experiments/progress.ts";
import { RunFolder, RunReader } from "../../src/experiments/run_folder_node.ts";
import { stepsOf } from "../../src/experiments/run_result.ts";
import { type LoopOptions, trainInFolder } from "../../src/experiments/training_loop_node.ts";
import { testDevice } from "../support/device.ts";
import { temporaryFolder } from "./temporary_folder.ts";

const { train } = garments({ seed: 1, trainPerClass: 2, testPerClass: 1 });
const schema = z.object({ kind: z.string() });

async function run(folder: string, program: TrainingProgram, options: Partial<LoopOptions> = {}) {
  const device = await testDevice();
  const trainer = await BatchTrainer.create(device, train, program, { batchSize: 8, seed: 3 });
  const open = RunFolder.open(folder, schema, { kind: "test" });
  const all: LoopOptions = {
    steps: 9,
    checkpointEvery: 4,
    stopped: () => false,
    progress: SILENT,
    label: "test",
    ...options,
  };
  try {
    await trainInFolder(device, trainer, open, all);
  } finally {
    trainer.destroy();
    open.close();
  }
  return { checkpoint: open.readCheckpoint(() => {})!, metrics: open.readMetrics() };
}

/** Stops after so many questions. */
const after = (count: number) => {
  let asked = 0;
  return () => asked++ >= count;
};

describe("training in a folder", () => {
  it("interrupted twice and resumed, it ends with the same checkpoint and metrics as in one go", async () => {
    const whole = await run(temporaryFolder(), new CnnProgram(3, "plain"));
    const folder = temporaryFolder();
    for (const count of [1, 2]) {
      const stopped = run(folder, new CnnProgram(3, "plain"), { stopped: after(count) });
      await expect(stopped).rejects.toThrow(InterruptedError);
    }
    const parts = await run(folder, new CnnProgram(3, "plain"));
    expect(parts.checkpoint.step).toBe(9);
    expect(sha256Hex(parts.checkpoint.bytes)).toBe(sha256Hex(whole.checkpoint.bytes));
    expect(parts.metrics).toEqual(whole.metrics);
    expect(parts.metrics.map((line) => line.step)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it("evaluates before training, after every epoch and at the end, each once", async () => {
    const folder = temporaryFolder();
    const evaluated: number[] = [];
    const evaluate = async (step: number) => {
      evaluated.push(step);
      return { accuracy: 0.5 };
    };
    await run(folder, new CnnProgram(3, "plain"), { evaluate });
    expect(evaluated).toEqual([0, 3, 6, 9]);
    const again = await run(folder, new CnnProgram(3, "plain"), { evaluate });
    expect(evaluated).toEqual([0, 3, 6, 9]);
    expect(again.metrics.filter((line) => line.test).map((line) => line.step)).toEqual([0, 3, 6, 9]);
  });

  it("evaluates after a restart what a crash kept it from evaluating", async () => {
    const folder = temporaryFolder();
    const evaluated: number[] = [];
    const evaluate = async (step: number) => {
      evaluated.push(step);
      if (step === 3 && evaluated.length === 2) throw new Error("crash");
      return { accuracy: 0.5 };
    };
    await expect(run(folder, new CnnProgram(3, "plain"), { evaluate })).rejects.toThrow("crash");
    const { metrics } = await run(folder, new CnnProgram(3, "plain"), { evaluate });
    expect(evaluated).toEqual([0, 3, 3, 6, 9]);
    expect(metrics.map((line) => line.step)).toEqual([0, 1, 2, 3, 3, 4, 5, 6, 6, 7, 8, 9, 9]);
  });

  it("names the step and the op that first made a non-finite number", async () => {
    // w falls by 1 a step from 5.5, so that log(w) is NaN in step 7.
    const falling = (): TrainingProgram => {
      const w = new Variable(Float32Array.of(5.5), [1], { name: "w" });
      return {
        columns: ["loss"],
        record() {
          const loss = mean(log(w));
          assign(w, sub(w, 1));
          return [loss];
        },
        state: () => new Map([["w", w]]),
      };
    };
    const warnings: string[] = [];
    const progress = { ...SILENT, warn: (text: string) => warnings.push(text) };
    const folder = temporaryFolder();
    const failing = run(folder, falling(), { progress });
    await expect(failing).rejects.toThrow(NumericsError);
    await expect(failing).rejects.toThrow(/^step 7: log \(kernel log\) made NaN at element 0 of its result \[1\]/);
    expect(warnings[0]).toContain("a loss is not finite at step 7");
    expect(RunReader.read(folder, schema).readFailure()).toMatch(/^step 7: log/);
    await run(folder, falling(), { steps: 6 });
    expect(RunReader.read(folder, schema).readFailure(), "it went on, and got there").toBeUndefined();
  });

  it("never saves a state that is not finite, though every loss is", async () => {
    // v turns into NaN in step 7 and no loss reads it; checkpoints come every four steps.
    const w = new Variable(Float32Array.of(5.5), [1], { name: "w" });
    const v = new Variable(Float32Array.of(0), [1], { name: "v" });
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
    const folder = temporaryFolder();
    await expect(run(folder, program)).rejects.toThrow(/^step 7: log \(kernel log\) made NaN/);
    const left = RunFolder.open(folder, schema, { kind: "test" });
    expect(left.readCheckpoint(() => {})!.step).toBe(6);
    left.close();
  });

  it("warns once of a training that diverges", async () => {
    const w = new Variable(Float32Array.of(1), [1], { name: "w" });
    const program: TrainingProgram = {
      columns: ["loss"],
      record() {
        assign(w, mul(w, 1000));
        return [mean(square(w))];
      },
      state: () => new Map([["w", w]]),
    };
    const warnings: string[] = [];
    await run(temporaryFolder(), program, { steps: 5, progress: { ...SILENT, warn: (text) => warnings.push(text) } });
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain("this training diverges");
  });
});

it("steps follow epochs, cut by the most steps", async () => {
  const trainer = await BatchTrainer.create(await testDevice(), train, new CnnProgram(3, "plain"), {
    batchSize: 8,
    seed: 3,
  });
  expect(trainer.stepsPerEpoch).toBe(3);
  expect(stepsOf(trainer, { epochs: 4 })).toBe(12);
  expect(stepsOf(trainer, { epochs: 4, maxSteps: 5 })).toBe(5);
  trainer.destroy();
});
