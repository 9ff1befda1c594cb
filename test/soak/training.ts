/** Long training in one process: nothing is made after warm-up, and memory stays flat. */
import assert from "node:assert/strict";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { compile } from "../../src/autograd/compile.ts";
import { grad } from "../../src/autograd/grad.ts";
import { bceWithLogits } from "../../src/autograd/ops/bce.ts";
import { leakyRelu } from "../../src/autograd/ops/elementwise.ts";
import { newClock, normal } from "../../src/autograd/ops/random.ts";
import { advance } from "../../src/autograd/ops/state.ts";
import { garments } from "../../src/data/garments.ts";
import { BatchTrainer, type TrainingProgram } from "../../src/experiments/batch_trainer.ts";
import { CnnProgram, GanProgram } from "../../src/experiments/programs.ts";
import type { DeviceStats } from "../../src/gpu/description.ts";
import type { Device } from "../../src/gpu/device.ts";
import { Rng } from "../../src/kernels/random/philox.ts";
import { Linear } from "../../src/models/layers.ts";
import { Adam } from "../../src/models/optim.ts";
import type { Tally } from "../support/suite.ts";

const SEED = 1;
/** 22 images in batches of 4: five full ones and one of 2 an epoch, so both compiled steps run. */
const ITEMS = 22;
const BATCH = 4;
/** Steps between two looks at memory. */
const LOOK_EVERY = 24;
/** Looks between two at the process's memory, for which garbage is collected: its heaps come and go by tens of megabytes. */
const LOOKS_PER_POINT = 8;
/** Share of the steps that count as warm-up for the process's memory. */
const WARM_UP = 0.2;
/** Bytes of resident memory that each step may add. */
const MOST_SLOPE = 1024;
/** Fewer steps than this say nothing about a slope: small ups and downs outweigh it. */
const LEAST_FOR_SLOPE = 2000;

const PROGRAMS: Readonly<Record<string, () => TrainingProgram>> = {
  cnn: () => new CnnProgram(SEED, "plain"),
  gan: () => new GanProgram("small_mlp_cgan_leaky", SEED),
};

const CONSTANT = ["buffersAlive", "bytesAlive", "buffersCreated", "bindGroupsCreated", "pipelinesCreated"] as const;

function constants(stats: DeviceStats): number[] {
  return CONSTANT.map((key) => stats[key]);
}

/** V8's own collection, which a running process reaches in this way only. */
const collectGarbage: () => void = (() => {
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc");
})();

type Say = (line: string) => void;

/** Each program for `steps` steps; its losses are read as in training, and the memory looked at. */
export async function longTraining(tally: Tally, device: Device, steps: number, say: Say = () => {}): Promise<void> {
  for (const [name, make] of Object.entries(PROGRAMS)) {
    const alive = device.stats.buffersAlive;
    const drawn = garments({ seed: SEED, trainPerClass: 3, testPerClass: 1 }).train;
    const set = { images: drawn.images.slice(0, ITEMS * 784), labels: drawn.labels.slice(0, ITEMS) };
    const trainer = await BatchTrainer.create(device, set, make(), { batchSize: BATCH, seed: SEED });
    try {
      await tally.check(`${name}: ${steps} steps`, async () => {
        say(`${name}: ${await trainFlat(device, trainer, steps)}`);
      });
    } finally {
      trainer.destroy();
    }
    // The shared read-back buffer stays with the device.
    await tally.check(`${name}: freed`, () => assert.ok(device.stats.buffersAlive <= alive + 1));
  }
}

async function trainFlat(device: Device, trainer: BatchTrainer, steps: number): Promise<string> {
  const began = performance.now();
  await train(trainer, 2 * trainer.stepsPerEpoch);
  const warm = constants(device.stats);
  const points: [number, number][] = [];
  let looks = 0;
  while (trainer.step < steps) {
    await train(trainer, LOOK_EVERY);
    assert.deepEqual(constants(device.stats), warm, `step ${trainer.step}: ${CONSTANT.join(", ")}`);
    if (++looks % LOOKS_PER_POINT !== 0) continue;
    collectGarbage();
    if (trainer.step >= WARM_UP * steps) points.push([trainer.step, process.memoryUsage().rss]);
  }
  const found =
    `${trainer.step} steps in ${((performance.now() - began) / 1000).toFixed(0)} s, ` +
    `${warm[0]} buffers of ${(warm[1]! / 2 ** 20).toFixed(1)} MiB alive throughout, ` +
    `process ${(process.memoryUsage().rss / 2 ** 20).toFixed(0)} MiB`;
  if (steps < LEAST_FOR_SLOPE) return found;
  const bytesPerStep = slope(points);
  const grown = `${found}, ${bytesPerStep.toFixed(0)} bytes more each step`;
  assert.ok(bytesPerStep < MOST_SLOPE, grown);
  return grown;
}

async function train(trainer: BatchTrainer, steps: number): Promise<void> {
  for (let left = steps; left > 0; ) {
    const done = trainer.run(left);
    const losses = await trainer.readLog(done);
    assert.ok(losses.flat().every(Number.isFinite), `a loss before step ${trainer.step} is not finite`);
    left -= done;
  }
}

/** Slope of the straight line through points (x, y) by least squares. */
export function slope(points: readonly (readonly [number, number])[]): number {
  const mean = (k: 0 | 1) => points.reduce((sum, point) => sum + point[k], 0) / points.length;
  const [x, y] = [mean(0), mean(1)];
  const covariance = points.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0);
  return covariance / points.reduce((sum, point) => sum + (point[0] - x) ** 2, 0);
}

/** Compiles, runs and destroys a training step `times` times: nothing stays alive, and kernels are compiled once. */
export async function compileAndDestroy(tally: Tally, device: Device, times: number): Promise<void> {
  await tally.check(`${times} steps compiled and destroyed`, async () => {
    await compileOnce(device);
    const before = { ...device.stats };
    for (let i = 1; i <= times; i++) {
      await compileOnce(device);
      for (const key of ["buffersAlive", "bytesAlive", "pipelinesCreated"] as const) {
        assert.equal(device.stats[key], before[key], `${key} after step ${i}`);
      }
    }
  });
}

async function compileOnce(device: Device): Promise<void> {
  const rng = new Rng(SEED, 1);
  const layers = [new Linear(rng, 16, 32), new Linear(rng, 32, 1)] as const;
  const parameters = layers.flatMap((layer) => [...layer.state().values()]);
  const adam = new Adam(parameters);
  const clock = newClock();
  const step = await compile(device, () => {
    const x = normal([8, 16], { seed: SEED, clock });
    const loss = bceWithLogits(layers[1].forward(leakyRelu(layers[0].forward(x), 0.2)), 1);
    adam.step(grad(loss, parameters));
    advance(clock);
    return { loss };
  });
  step.run(3);
  assert.ok(Number.isFinite((await step.read("loss"))[0]), "loss");
  step.destroy();
  for (const variable of [...parameters, ...adam.stateDict().values(), clock]) variable.destroy();
}
