import { describe, expect, it } from "vitest";
import { compile } from "../../../src/autograd/compile.ts";
import { full, mul } from "../../../src/autograd/ops/elementwise.ts";
import { newClock, normal } from "../../../src/autograd/ops/random.ts";
import { advance, assign, assignAdd, logScalars } from "../../../src/autograd/ops/state.ts";
import { type Tensor, Variable } from "../../../src/autograd/tensor.ts";
import { DTypeError, RecordingError, ShapeError } from "../../../src/errors.ts";
import { sizeOf } from "../../../src/gpu/launch.ts";
import { SGD } from "../../../src/models/optim.ts";
import { testDevice } from "../../support/device.ts";

async function run(fn: () => void, times = 1): Promise<void> {
  const step = await compile(await testDevice(), () => {
    fn();
    return {};
  });
  step.run(times);
  step.destroy();
}

const ramp = (shape: readonly number[], by = 1) =>
  new Variable(
    Float32Array.from({ length: sizeOf(shape) }, (_, i) => i * by),
    shape,
  );

describe("assign and assignAdd", () => {
  it.each([[0], [1], [3], [4], [5], [1, 256], [257, 3]])("shape [%s, ...]", async (...shape) => {
    const target = ramp(shape);
    const source = ramp(shape, 10);
    await run(() => assignAdd(target, source), 2);
    expect(await target.read()).toEqual(
      Float32Array.from(source.size === 0 ? [] : Array.from({ length: source.size }, (_, i) => i * 21)),
    );
    await run(() => assign(target, source));
    expect(await target.read()).toEqual(await source.read());
  });

  it("copies and adds u32 and i32", async () => {
    const counts = new Variable(Uint32Array.of(1, 2, 0xffffffff), [3]);
    await run(() => assignAdd(counts, new Variable(Uint32Array.of(5, 6, 2), [3])));
    expect(await counts.read()).toEqual(Uint32Array.of(6, 8, 1));
    const signed = new Variable(Int32Array.of(1, -2), [2]);
    await run(() => assignAdd(signed, new Variable(Int32Array.of(-5, 6), [2])));
    expect(await signed.read()).toEqual(Int32Array.of(-4, 4));
  });

  it("copies NaN and infinities as they are", async () => {
    const target = ramp([4]);
    const odd = Float32Array.of(Number.NaN, Number.POSITIVE_INFINITY, -0, Number.NEGATIVE_INFINITY);
    await run(() => assign(target, new Variable(odd, [4])));
    expect(await target.read()).toEqual(odd);
  });

  it("runs in the order of recording: what was read before an update keeps the old value", async () => {
    const a = ramp([5]);
    const b = ramp([5], 0);
    await run(() => {
      const doubled = mul(a, 2);
      assign(a, full([5], 7));
      assign(b, doubled);
    });
    expect(await a.read()).toEqual(new Float32Array(5).fill(7));
    expect(await b.read()).toEqual(Float32Array.of(0, 2, 4, 6, 8));
  });

  it("copies between variables that an optimizer has packed into one memory", async () => {
    const [a, b] = [ramp([5]), ramp([5], 10)];
    new SGD([a, b], { lr: 1 });
    await run(() => {
      assignAdd(a, b);
      assign(b, a);
    });
    for (const variable of [a, b]) expect(await variable.read()).toEqual(Float32Array.of(0, 11, 22, 33, 44));
  });

  it("takes more than 65,535 workgroups", async () => {
    const size = 65_536 * 256 + 3;
    const target = new Variable(new Uint32Array(size), [size]);
    const source = new Variable(new Uint32Array(size).fill(9, size - 4), [size]);
    await run(() => assign(target, source));
    expect((await target.read()).slice(size - 5)).toEqual(Uint32Array.of(0, 9, 9, 9, 9));
    target.destroy();
    source.destroy();
  });

  it("refuses other shapes, other types, itself, and what is no variable", async () => {
    const x = ramp([4]);
    await expect(run(() => assign(x, ramp([2, 2])))).rejects.toThrow(ShapeError);
    await expect(run(() => assign(x, ramp([2, 2])))).rejects.toThrow(/f32\[4\].*f32\[2, 2\].*reshape/);
    await expect(run(() => assign(x, new Variable(new Uint32Array(4), [4])))).rejects.toThrow(DTypeError);
    await expect(run(() => assignAdd(x, x))).rejects.toThrow(RecordingError);
    await expect(run(() => assign(mul(x, 2) as Variable, x))).rejects.toThrow(/Variable only/);
  });
});

describe("advance", () => {
  it("carries into the high word", async () => {
    const clock = newClock(2 ** 32 - 2);
    await run(() => advance(clock), 3);
    expect(await clock.read()).toEqual(Uint32Array.of(1, 1));
  });

  it("refuses what is no clock", async () => {
    await expect(run(() => advance(ramp([2])))).rejects.toThrow(DTypeError);
    await expect(run(() => advance(new Variable(new Uint32Array(3), [3])))).rejects.toThrow(/newClock/);
  });
});

describe("logScalars", () => {
  it.each([1, 2, 6, 7])("writes %s scalars into the row of the step, going round", async (k) => {
    const clock = newClock(3);
    const log = new Variable(new Float32Array(4 * k), [4, k]);
    const values = Array.from({ length: k }, (_, i) => new Variable(Float32Array.of(i + 1), i % 2 === 0 ? [] : [1, 1]));
    await run(() => {
      logScalars(log, clock, values);
      advance(clock);
      for (const value of values) assignAdd(value, full(value.shape, 10));
    }, 3);
    const row = (base: number) => Array.from({ length: k }, (_, i) => i + 1 + base);
    expect(Array.from(await log.read())).toEqual([...row(10), ...row(20), ...row(0).fill(0), ...row(0)]);
  });

  it("refuses a log or scalars of other shapes", async () => {
    const clock = newClock();
    const log = new Variable(new Float32Array(4), [2, 2]);
    const one = () => full([], 1);
    await expect(run(() => logScalars(log, clock, [one()]))).rejects.toThrow(/f32\[capacity, 1\]/);
    await expect(run(() => logScalars(log, clock, []))).rejects.toThrow(ShapeError);
    await expect(run(() => logScalars(log, clock, [one(), full([2], 1)]))).rejects.toThrow(/one element/);
    await expect(run(() => logScalars(log, log, [one(), one()]))).rejects.toThrow(DTypeError);
  });
});

describe("replay", () => {
  it("makes nothing while it runs, and K steps in one submit equal K runs bit for bit", async () => {
    const device = await testDevice();
    const make = () => ({ clock: newClock(2 ** 32 - 20), total: new Variable(new Float32Array(1001), [1001]) });
    const record = ({ clock, total }: ReturnType<typeof make>): Record<string, Tensor> => {
      assignAdd(total, normal([1001], { seed: 3, clock }));
      advance(clock);
      return {};
    };
    const [one, many] = [make(), make()];
    const single = await compile(device, () => record(one));
    const joined = await compile(device, () => record(many));
    const before = { ...device.stats };
    for (let i = 0; i < 50; i++) single.run();
    joined.run(50);
    await device.settle();
    const { buffersCreated, bindGroupsCreated, pipelinesCreated, buffersAlive, submits } = device.stats;
    expect({ buffersCreated, bindGroupsCreated, pipelinesCreated, buffersAlive }).toEqual({
      buffersCreated: before.buffersCreated,
      bindGroupsCreated: before.bindGroupsCreated,
      pipelinesCreated: before.pipelinesCreated,
      buffersAlive: before.buffersAlive,
    });
    expect(submits - before.submits).toBe(51);
    expect(await many.total.read()).toEqual(await one.total.read());
    expect(await many.clock.read()).toEqual(Uint32Array.of(30, 1));
  });

  it("relies on buffers being whole numbers of 16 bytes", async () => {
    const memory = (await testDevice()).createBuffer(4, GPUBufferUsage.STORAGE, "odd size");
    expect(memory.buffer.size % 16).toBe(0);
    memory.destroy();
  });
});
