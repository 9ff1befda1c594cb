import { describe, expect, it } from "vitest";
import { garments } from "../../src/data/garments.ts";
import { writeSafetensors } from "../../src/data/safetensors.ts";
import { BatchTrainer, type TrainingProgram } from "../../src/experiments/batch_trainer.ts";
import { sha256Hex } from "../../src/experiments/files_node.ts";
import { CnnProgram, GanProgram } from "../../src/experiments/programs.ts";
import { readState, writeState } from "../../src/models/state_dict.ts";
import { testDevice } from "../support/device.ts";

// 37 images in batches of 8: four full ones and one of 5 per epoch.
const { train } = garments({ seed: 1, trainPerClass: 4, testPerClass: 1 });
const set = { images: train.images.slice(0, 37 * 784), labels: train.labels.slice(0, 37) };
const SIZES = { batchSize: 8, seed: 5 };

const PROGRAMS: [string, () => TrainingProgram][] = [
  ["cnn", () => new CnnProgram(5, "plain")],
  ["cgan", () => new GanProgram("big_mlp_cgan_leaky", 5)],
];

async function trainer(make: () => TrainingProgram): Promise<BatchTrainer> {
  return BatchTrainer.create(await testDevice(), set, make(), SIZES);
}

async function hashOf(own: BatchTrainer): Promise<string> {
  return sha256Hex(writeSafetensors(await readState(own.state())));
}

for (const [name, make] of PROGRAMS) {
  describe(name, () => {
    it("gives the same bits for the same seed, however many steps go into one submit", async () => {
      const one = await trainer(make);
      for (let i = 0; i < 7; i++) one.run(1);
      const many = await trainer(make);
      expect(many.run(100)).toBe(5);
      expect(many.run(2)).toBe(2);
      expect(await hashOf(many)).toBe(await hashOf(one));
      expect(await many.readLog(7)).toEqual(await one.readLog(7));
      one.destroy();
      many.destroy();
    });

    it("stopped at any step and restored elsewhere, it ends with the same bits", async () => {
      const whole = await trainer(make);
      while (whole.step < 11) whole.run(11 - whole.step);
      const expected = await hashOf(whole);
      whole.destroy();
      for (const cut of [1, 4, 5, 9]) {
        const first = await trainer(make);
        while (first.step < cut) first.run(cut - first.step);
        const saved = await readState(first.state());
        first.destroy();
        const second = await trainer(make);
        writeState(second.state(), saved, "checkpoint");
        second.restore(cut);
        while (second.step < 11) second.run(11 - second.step);
        expect(await hashOf(second), `cut at ${cut}`).toBe(expected);
        second.destroy();
      }
    });

    it("creates nothing while it replays, and frees all it had", async () => {
      const device = await testDevice();
      const before = { ...device.stats };
      const own = await trainer(make);
      own.run(5);
      await own.readLog(5);
      const warm = { ...device.stats };
      for (let i = 0; i < 10; i++) own.run(5);
      await device.settle();
      expect(device.stats).toEqual({
        ...warm,
        submits: expect.any(Number),
        dispatches: expect.any(Number),
        readbacks: expect.any(Number),
      });
      own.destroy();
      // The shared read-back buffer stays with the device.
      expect(device.stats.buffersAlive).toBeLessThanOrEqual(before.buffersAlive + 1);
    });
  });
}

it.each([
  ["cnn", 100, 50, () => new CnnProgram(5, "plain")],
  ["cgan, both updates", 256, 40, () => new GanProgram("mlp_cgan_leaky", 5)],
] as const)(
  "a step of the %s at the paper's batch of %i makes at most %i dispatches",
  async (_, batchSize, most, make) => {
    const device = await testDevice();
    const { train: data } = garments({ seed: 1, trainPerClass: 26, testPerClass: 1 });
    const own = await BatchTrainer.create(device, data, make(), { batchSize, seed: 5 });
    const before = device.stats.dispatches;
    own.run(1);
    const made = device.stats.dispatches - before;
    expect(made).toBeGreaterThan(20);
    expect(made).toBeLessThanOrEqual(most);
    own.destroy();
  },
);

it("learns: the loss of a small set falls", async () => {
  const own = await trainer(() => new CnnProgram(5, "plain"));
  const losses: number[] = [];
  while (own.step < 60) losses.push(...(await own.readLog(own.run(5))).map(([loss]) => loss!));
  const mean = (part: number[]) => part.reduce((a, b) => a + b, 0) / part.length;
  expect(mean(losses.slice(-10))).toBeLessThan(mean(losses.slice(0, 10)) / 3);
  own.destroy();
});

it("different seeds give different bits", async () => {
  const a = await BatchTrainer.create(await testDevice(), set, new CnnProgram(5, "plain"), SIZES);
  const b = await BatchTrainer.create(await testDevice(), set, new CnnProgram(5, "plain"), { ...SIZES, seed: 6 });
  a.run(2);
  b.run(2);
  expect(await hashOf(a)).not.toBe(await hashOf(b));
  a.destroy();
  b.destroy();
});

it("its plan names variables by their place in the state", async () => {
  const own = await trainer(() => new CnnProgram(5, "plain"));
  const buffers = new Set(own.explain().dispatches.flatMap((row) => row.buffers));
  for (const name of ["cnn.layers.0.weight", "cnn.layers.2.running_var", "Adam.exp_avg"]) {
    expect(buffers.has(name), name).toBe(true);
  }
  own.destroy();
});

it("refuses an empty set", async () => {
  const empty = { images: new Uint8Array(), labels: new Uint8Array() };
  const make = async () => BatchTrainer.create(await testDevice(), empty, new CnnProgram(1, "plain"), SIZES);
  await expect(make()).rejects.toThrow("training needs at least one sample");
});
