import { describe, expect, it } from "vitest";
import { compile } from "../../../src/autograd/compile.ts";
import type { HostArray } from "../../../src/autograd/host_array.ts";
import { gatherImages, gatherLabels, packBytes, quantizeImages, unpackBytes } from "../../../src/autograd/ops/batch.ts";
import { newClock } from "../../../src/autograd/ops/random.ts";
import { advance } from "../../../src/autograd/ops/state.ts";
import { type Tensor, Variable } from "../../../src/autograd/tensor.ts";
import { DTypeError, ShapeError, UsageError } from "../../../src/errors.ts";
import { batchImages, batchIndices, quantized } from "../../oracle/batch.ts";
import { random, randomSource } from "../../support/arrays.ts";
import { expectClose, toHost } from "../../support/check.ts";
import { testDevice } from "../../support/device.ts";

const next = randomSource(5);
const randomBytes = (count: number) => Uint8Array.from({ length: count }, () => Math.floor(next() * 256));
const words = (data: Uint32Array) => new Variable(data, [data.length]);

function dataset(count: number, pixels: number) {
  const bytes = randomBytes(count * pixels);
  const labelBytes = randomBytes(count);
  const orderData = Uint32Array.from({ length: count + 3 }, () => Math.floor(next() * count));
  return {
    bytes,
    labelBytes,
    orderData,
    images: words(packBytes(bytes)),
    labels: words(packBytes(labelBytes)),
    order: words(orderData),
  };
}

async function once(make: () => Tensor): Promise<HostArray> {
  const step = await compile(await testDevice(), () => ({ out: make() }));
  step.run();
  const data = await step.read("out");
  step.destroy();
  return data;
}

describe("packBytes", () => {
  it.each([0, 1, 3, 4, 5, 9])("packs and unpacks %s bytes", (count) => {
    const bytes = randomBytes(count);
    expect(packBytes(bytes)).toHaveLength(Math.ceil(count / 4));
    expect(unpackBytes(packBytes(bytes), count)).toEqual(bytes);
  });
});

describe("gatherImages and gatherLabels", () => {
  it.each([
    { count: 1, shape: [1], batchSize: 1 },
    { count: 5, shape: [1], batchSize: 3 },
    { count: 7, shape: [3, 3], batchSize: 2 },
    { count: 7, shape: [2, 5], batchSize: 4 },
    { count: 30, shape: [1, 28, 28], batchSize: 8 },
    { count: 40, shape: [3, 5, 7], batchSize: 13 },
    { count: 300, shape: [1, 1, 13], batchSize: 101 },
    { count: 4, shape: [2, 2], batchSize: 0 },
  ])(
    "$count images of $shape by $batchSize, batch after batch and past the end",
    async ({ count, shape, batchSize }) => {
      const pixels = shape.reduce((a, b) => a * b, 1);
      const { bytes, labelBytes, orderData, images, labels, order } = dataset(count, pixels);
      const position = newClock();
      const first = Math.min(2, count - 1);
      const step = await compile(await testDevice(), () => {
        const source = { order, position, batchSize, first, items: count };
        const result = { x: gatherImages(images, source, shape), y: gatherLabels(labels, source) };
        advance(position);
        return result;
      });
      expect(step.shapeOf("x")).toEqual([batchSize, ...shape]);
      for (let batch = 0; batch < 5; batch++) {
        step.run();
        const indices = batchIndices(orderData, batch, batchSize, first, count);
        expectClose(await step.read("x"), batchImages(bytes, pixels, indices), 1e-6, 1e-7, `images of batch ${batch}`);
        expect(Array.from(await step.read("y"))).toEqual(indices.map((index) => labelBytes[index]));
      }
      // Far past the end: the last entry, whatever would overflow.
      for (const far of [
        [2 ** 31, 0],
        [0xffffffff, 0],
        [0, 1],
      ]) {
        position.write(Uint32Array.from(far));
        step.run();
        const last = batchIndices([orderData.at(-1)!], 0, batchSize, 0, count);
        expect(Array.from(await step.read("y"))).toEqual(last.map((index) => labelBytes[index]));
        expectClose(await step.read("x"), batchImages(bytes, pixels, last), 1e-6, 1e-7, "images past the end");
      }
      step.destroy();
    },
  );

  it("reads the last image for indices beyond it", async () => {
    const { labelBytes, labels } = dataset(6, 1);
    const order = words(Uint32Array.of(5, 6, 7, 0xffffffff, 0));
    const y = await once(() => gatherLabels(labels, { order, position: newClock(), batchSize: 5, items: 6 }));
    const last = labelBytes[5];
    expect(Array.from(y)).toEqual([last, last, last, last, labelBytes[0]]);
  });

  it("gives the ends of the range exactly", async () => {
    const source = { order: words(Uint32Array.of(0)), position: newClock(), batchSize: 1 };
    for (const count of [4, 5]) {
      const images = words(packBytes(Uint8Array.from({ length: count }, (_, i) => (i % 2) * 255)));
      const x = await once(() => gatherImages(images, source, [count]));
      expect(Array.from(x)).toEqual(Array.from({ length: count }, (_, i) => (i % 2) * 2 - 1));
    }
  });

  it("takes more than 65,535 workgroups", async () => {
    const { labelBytes, labels } = dataset(1000, 1);
    const batchSize = 65_536 * 64 + 1;
    const order = words(Uint32Array.from({ length: batchSize }, (_, i) => i % 1000));
    const y = await once(() => gatherLabels(labels, { order, position: newClock(), batchSize }));
    expect(y.length).toBe(batchSize);
    expect(y.every((label, i) => label === labelBytes[i % 1000])).toBe(true);
    order.destroy();
  });

  it("refuses what cannot be meant", async () => {
    const { images, labels, order } = dataset(4, 4);
    const position = newClock();
    const source = { order, position, batchSize: 2 };
    await expect(once(() => gatherImages(images, source, [5, 5]))).rejects.toThrow(/16 bytes hold 0 items of 25 bytes/);
    await expect(once(() => gatherImages(images, { ...source, items: 5 }, [4]))).rejects.toThrow(ShapeError);
    await expect(once(() => gatherImages(images, source, [0, 2]))).rejects.toThrow(/hold no pixel/);
    await expect(once(() => gatherLabels(labels, { ...source, batchSize: 1.5 }))).rejects.toThrow(UsageError);
    await expect(once(() => gatherLabels(labels, { ...source, first: 7 }))).rejects.toThrow(/places 0..6/);
    await expect(once(() => gatherLabels(labels, { ...source, position: order }))).rejects.toThrow(/clock/);
    const floats = new Variable(new Float32Array(4), [4]);
    await expect(once(() => gatherLabels(floats, source))).rejects.toThrow(DTypeError);
    await expect(once(() => gatherLabels(labels, { ...source, order: words(new Uint32Array(0)) }))).rejects.toThrow(
      /order is empty/,
    );
  });
});

describe("quantizeImages", () => {
  it.each([[0], [1], [3, 1], [2, 5], [7, 3, 3], [9, 1, 28, 28]])("shape [%s, ...]", async (...shape) => {
    const x = random(shape, 3, -1.2, 1.2);
    const bytes = await once(() => quantizeImages(new Variable(toHost(x).data, shape)));
    expect(unpackBytes(bytes as Uint32Array, x.data.length)).toEqual(quantized(x.data));
    // What lies beyond the elements in the last word is 0.
    expect(packBytes(quantized(x.data))).toEqual(bytes);
  });

  it("clamps, and gives 0 for NaN of either sign", async () => {
    const x = Float32Array.of(Number.NaN, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 3e38, -3e38, -0, 1);
    new Uint32Array(x.buffer)[1] = 0xffc00001;
    const bytes = await once(() => quantizeImages(new Variable(x, [8])));
    expect(Array.from(unpackBytes(bytes as Uint32Array, 8))).toEqual([0, 0, 255, 0, 255, 0, 128, 255]);
  });

  it("undoes gatherImages for every byte", async () => {
    const all = Uint8Array.from({ length: 256 }, (_, i) => i);
    const source = { order: words(Uint32Array.of(0)), position: newClock(), batchSize: 1 };
    const images = words(packBytes(all));
    const bytes = await once(() => quantizeImages(gatherImages(images, source, [256])));
    expect(unpackBytes(bytes as Uint32Array, 256)).toEqual(all);
  });

  it("refuses other types", async () => {
    await expect(once(() => quantizeImages(words(Uint32Array.of(1))))).rejects.toThrow(DTypeError);
  });
});

describe("replay", () => {
  it("makes nothing while 50 batches run in one submit", async () => {
    const device = await testDevice();
    const { bytes, orderData, images, order } = dataset(200, 12);
    const position = newClock();
    const step = await compile(device, () => {
      const x = gatherImages(images, { order, position, batchSize: 4 }, [3, 4]);
      advance(position);
      return { x };
    });
    const before = { ...device.stats };
    step.run(50);
    await device.settle();
    const { buffersCreated, bindGroupsCreated, pipelinesCreated, submits } = device.stats;
    expect([buffersCreated, bindGroupsCreated, pipelinesCreated, submits]).toEqual([
      before.buffersCreated,
      before.bindGroupsCreated,
      before.pipelinesCreated,
      before.submits + 1,
    ]);
    expectClose(await step.read("x"), batchImages(bytes, 12, batchIndices(orderData, 49, 4)), 1e-6, 1e-7, "batch 49");
  });
});
