/** One seed gives the same bits: run after run, and when interrupted at any step and resumed. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { readSafetensors, type StoredTensor } from "../../src/data/safetensors.ts";
import { readMetrics } from "../../src/experiments/metrics_log_node.ts";
import { KINDS, type Kind, newest, type Site, STEPS } from "../support/runs.ts";
import type { Tally } from "../support/suite.ts";

/** `n` runs from start to end, each with checkpoints at other steps: the same files. */
export async function sameSeed(tally: Tally, site: Site, kind: Kind, n: number): Promise<void> {
  for (let i = 1; i <= n; i++) {
    const run = site.newRun();
    const checkpointEvery = site.integer(1, STEPS);
    await tally.check(`${kind}: run ${i}, a checkpoint every ${checkpointEvery} steps`, async () => {
      await site.finish(kind, run, { checkpointEvery });
      if (i === 1) expectComplete(kind, run);
      await site.expectSame(kind, run);
    });
  }
}

/** `n` runs interrupted at a random step by SIGINT or SIGTERM, and resumed: the same files. Returns where they stopped. */
export async function interruptions(tally: Tally, site: Site, kind: Kind, n: number): Promise<number[]> {
  const stops: number[] = [];
  for (let i = 1; i <= n; i++) {
    const signal = site.pick(["SIGINT", "SIGTERM"] as const);
    const step = site.integer(0, STEPS - 2);
    await tally.check(`${kind}: ${signal} ${i}, after step ${step}`, async () => {
      const { run, at } = await site.interrupted(kind, step, signal);
      assert.equal(newest(run).checkpoint?.step, at, "the checkpoint is not of the step that the message names");
      await site.finish(kind, run, { from: at });
      await site.expectSame(kind, run);
      stops.push(at);
    });
  }
  return stops;
}

/** Each optimizer's name in a checkpoint, and the model whose parameters it moves. */
const OPTIMIZERS: Readonly<Record<Kind, Readonly<Record<string, string>>>> = {
  cnn: { adam: "cnn" },
  gan: { adamD: "discriminator", adamG: "generator" },
};

/** Throws unless a finished run's checkpoint and metrics hold all that going on needs, at the last step. */
function expectComplete(kind: Kind, run: string): void {
  const { tensors, metadata } = readSafetensors(newest(run).checkpoint!.bytes, "checkpoint");
  const counter = (name: string) => assert.equal(tensors.get(name)?.data[0], BigInt(STEPS), name);
  // Data order, noise and dropout follow from the seed, which the config holds, and the step.
  assert.equal(metadata.step, String(STEPS), "step");
  counter("clock");
  const running = [...tensors.keys()].filter((name) => name.endsWith(".running_mean"));
  assert.equal(running.length, kind === "cnn" ? 1 : 0, "running statistics");
  for (const name of running) {
    expectVaried(tensors, name);
    expectVaried(tensors, name.replace("mean", "var"));
    counter(name.replace("running_mean", "num_batches_tracked"));
  }
  for (const [optimizer, model] of Object.entries(OPTIMIZERS[kind])) {
    const own = [...tensors.keys()].filter((name) => name.startsWith(`${model}.`) && /\.(weight|bias)$/.test(name));
    for (const moment of ["exp_avg", "exp_avg_sq"]) {
      const moments = own.map((_, i) => `${optimizer}.state.${i}.${moment}`);
      assert.deepEqual(sizes(tensors, moments), sizes(tensors, own), `${moment} of ${model}`);
      for (const name of moments) expectVaried(tensors, name);
    }
    counter(`${optimizer}.step`);
    assert.ok(tensors.has(`${optimizer}.lr`), `${optimizer}.lr`);
  }
  const metrics = readMetrics(join(run, "metrics.jsonl"));
  const measured = metrics.filter((line) => line.test === undefined).map((line) => line.step);
  assert.deepEqual(
    measured,
    [...Array(STEPS).keys()].map((i) => i + 1),
    "steps in the metrics",
  );
  const evaluated = metrics.filter((line) => line.test !== undefined).map((line) => line.step);
  assert.deepEqual(evaluated, kind === "cnn" ? [0, 4, 8, 12, STEPS] : [], "evaluations in the metrics");
}

function sizes(tensors: ReadonlyMap<string, StoredTensor>, names: readonly string[]): number[] {
  return names.map((name) => tensors.get(name)?.data.length ?? 0).sort((a, b) => a - b);
}

/** Throws unless training has moved the tensor: one of its elements is neither 0 nor 1. */
function expectVaried(tensors: ReadonlyMap<string, StoredTensor>, name: string): void {
  const data = Array.from(tensors.get(name)?.data ?? [], Number);
  assert.ok(
    data.some((value) => value !== 0 && value !== 1),
    `${name}: training has not moved it`,
  );
}

/** All checks for the given kinds, with a line on where the interruptions came. */
export async function repeatAll(
  tally: Tally,
  site: Site,
  { n, cuts, kinds = KINDS }: { n: number; cuts: number; kinds?: readonly Kind[] },
): Promise<void> {
  for (const kind of kinds) {
    await sameSeed(tally, site, kind, n);
    site.say(`${kind}: ${n} runs of ${STEPS} steps`);
    const stops = await interruptions(tally, site, kind, cuts);
    const steps = [...new Set(stops)].sort((a, b) => a - b);
    site.say(`${kind}: ${stops.length} interruptions, at steps ${steps.join(", ")}`);
  }
}
