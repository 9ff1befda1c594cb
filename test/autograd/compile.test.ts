import { describe, expect, it } from "vitest";
import { compile } from "../../src/autograd/compile.ts";
import { grad } from "../../src/autograd/grad.ts";
import { bceWithLogits } from "../../src/autograd/ops/bce.ts";
import { conv2d } from "../../src/autograd/ops/conv2d.ts";
import { add, leakyRelu, mul, relu, square } from "../../src/autograd/ops/elementwise.ts";
import { linear } from "../../src/autograd/ops/matmul.ts";
import { newClock, normal } from "../../src/autograd/ops/random.ts";
import { mean } from "../../src/autograd/ops/reduce.ts";
import { detach, reshape } from "../../src/autograd/ops/reshape.ts";
import { advance, assign, assignAdd } from "../../src/autograd/ops/state.ts";
import { expand, sum } from "../../src/autograd/ops/sum.ts";
import { noGrad } from "../../src/autograd/record.ts";
import { Variable } from "../../src/autograd/tensor.ts";
import { RecordingError } from "../../src/errors.ts";
import { Rng } from "../../src/kernels/random/philox.ts";
import { Linear } from "../../src/models/layers.ts";
import { Adam } from "../../src/models/optim.ts";
import { testDevice } from "../support/device.ts";

const scalar = (value: number, name = "w") => new Variable(Float32Array.of(value), [1], { name });

describe("compile", () => {
  it("calls the function once and replays it as often as asked", async () => {
    const device = await testDevice();
    const w = scalar(0);
    let calls = 0;
    const step = await compile(device, () => {
      calls++;
      assign(w, add(w, 1));
      return { w };
    });
    step.run();
    step.run(9);
    expect((await step.read("w"))[0]).toBe(10);
    expect(calls).toBe(1);
    step.destroy();
  });

  it("1,000 training steps leave memory as it was", async () => {
    const device = await testDevice();
    const rng = new Rng(1, 1);
    const layers = [new Linear(rng, 16, 64), new Linear(rng, 64, 1)] as const;
    const params = layers.flatMap((layer) => [...layer.state().values()]);
    const adam = new Adam(params);
    const clock = newClock();
    const step = await compile(device, () => {
      const x = normal([32, 16], { seed: 1, clock });
      const loss = bceWithLogits(layers[1].forward(leakyRelu(layers[0].forward(x), 0.2)), 1);
      adam.step(grad(loss, params));
      advance(clock);
      return { loss };
    });
    /** Least resident memory seen over 1,000 steps: what the collector has yet to free comes and goes. */
    const thousandSteps = async () => {
      let least = Number.POSITIVE_INFINITY;
      for (let i = 0; i < 20; i++) {
        step.run(50);
        expect(Number.isFinite((await step.read("loss"))[0])).toBe(true);
        least = Math.min(least, process.memoryUsage().rss);
      }
      return least;
    };
    await thousandSteps();
    const { stats } = device;
    const before = { ...stats };
    const { rss } = process.memoryUsage();
    const after = await thousandSteps();
    for (const key of [
      "buffersAlive",
      "bytesAlive",
      "buffersCreated",
      "bindGroupsCreated",
      "pipelinesCreated",
    ] as const) {
      expect(stats[key], key).toBe(before[key]);
    }
    expect(stats.dispatches - before.dispatches).toBe(1000 * step.explain().dispatches.length);
    expect(after - rss).toBeLessThan(16e6);
    step.destroy();
  });

  it("leaves out what neither a result nor an update needs", async () => {
    const device = await testDevice();
    const w = scalar(2);
    const step = await compile(device, () => {
      sum(square(w));
      return { y: relu(w) };
    });
    expect(step.explain().dispatches.map((row) => row.kernel)).toEqual(["relu"]);
    step.destroy();
  });

  it("explains shapes, FLOPs, bytes and buffers of each dispatch", async () => {
    const device = await testDevice();
    const x = new Variable(new Float32Array(6), [2, 3], { name: "x" });
    const w = new Variable(new Float32Array(12), [4, 3], { name: "w" });
    const step = await compile(device, () => ({ y: relu(linear(x, w)) }));
    const { dispatches, flops, peakBytes, variableBytes } = step.explain();
    expect(dispatches).toHaveLength(1);
    expect(dispatches[0]).toMatchObject({ kernel: "matmul relu", flops: 48, bytes: (6 + 12 + 8) * 4 });
    expect(dispatches[0]!.shapes).toEqual(["[2, 3]", "[4, 3]", "-> [2, 4]"]);
    expect(dispatches[0]!.buffers).toEqual(["x", "w", "slot 0"]);
    expect([flops, peakBytes, variableBytes]).toEqual([48, 32, 72]);
    expect(step.shaders()[0]).toContain("fn main(");
    step.destroy();
  });

  it("refuses results that are not tensors, ops outside a recording, and tensors of another step", async () => {
    const device = await testDevice();
    await expect(compile(device, () => ({ y: 3 as never }))).rejects.toThrow('the result "y" is not a tensor');
    expect(() => relu(scalar(1))).toThrow("relu: ops are recorded, not run at once");
    const kept: { y?: ReturnType<typeof relu> } = {};
    const step = await compile(device, () => {
      kept.y = relu(scalar(1));
      return { y: kept.y };
    });
    await expect(compile(device, () => ({ z: relu(kept.y!) }))).rejects.toThrow("was recorded in another step");
    await expect(step.read("no" as "y")).rejects.toThrow('the step has no result "no"; it has y');
    step.destroy();
  });
});

describe("misuse is refused by name", () => {
  it("a destroyed variable, a destroyed step, a wrong count of steps", async () => {
    const device = await testDevice();
    const w = scalar(1);
    const step = await compile(device, () => ({ y: relu(w) }));
    for (const times of [-1, 0.5, Number.NaN]) expect(() => step.run(times)).toThrow("run: the number of steps is");
    step.destroy();
    expect(() => step.run()).toThrow("run: the step is destroyed");
    await expect(step.read("y")).rejects.toThrow("read: the step is destroyed");
    w.destroy();
    await expect(w.read()).rejects.toThrow("variable w is destroyed");
    expect(() => w.write(Float32Array.of(1))).toThrow("variable w is destroyed");
    await expect(compile(device, () => ({ y: relu(w) }))).rejects.toThrow("variable w is destroyed");
  });

  it("host arrays of other types, things that are no tensors, async functions", async () => {
    const device = await testDevice();
    expect(() => new Variable(new Float64Array(4) as never, [4])).toThrow("but it is Float64Array; convert it");
    expect(() => new Variable([1, 2] as never, [2])).toThrow("but it is Array");
    const refused = (fn: () => unknown) => compile(device, () => ({ y: fn() as never }));
    const w = scalar(1);
    await expect(refused(() => relu(3 as never))).rejects.toThrow("relu: needs a tensor, but got 3");
    await expect(refused(() => conv2d(w, w, { stride: 2 } as never))).rejects.toThrow(
      'conv2d: needs a tensor, but got {"stride":2}',
    );
    await expect(refused(() => sum(w, 1 as never))).rejects.toThrow("sum: axes must be an array such as [0, 1]");
    await expect(compile(device, (async () => ({ y: w })) as never)).rejects.toThrow("the recorded function is async");
  });

  it("a buffer beyond the limits, by the op that needs it", async () => {
    const device = await testDevice();
    const large = () => expand(reshape(scalar(1), [1, 1]), [2 ** 15, 2 ** 14]);
    await expect(compile(device, () => ({ y: large() }))).rejects.toThrow(
      /^expand: needs a buffer of 2147483648 bytes/,
    );
  });
});

it("no gradient flows through detach or noGrad", async () => {
  const device = await testDevice();
  const w = scalar(3);
  const step = await compile(device, () => {
    const [through] = grad(sum(mul(w, detach(square(w)))), [w]);
    const [none] = grad(
      sum(
        add(
          w,
          noGrad(() => square(w)),
        ),
      ),
      [w],
    );
    return { through: through!, none: none! };
  });
  step.run();
  expect([(await step.read("through"))[0], (await step.read("none"))[0]]).toEqual([9, 1]);
  step.destroy();
});

describe("grad", () => {
  it("accumulates over micro-batches as over one batch", async () => {
    const device = await testDevice();
    const data = Float32Array.from({ length: 24 }, (_, i) => Math.sin(i));
    const whole = new Variable(data, [8, 3], { requiresGrad: false });
    const half = [0, 1].map((k) => new Variable(data.slice(12 * k, 12 * k + 12), [4, 3], { requiresGrad: false }));
    const w = new Variable(Float32Array.of(1, -2, 3), [1, 3], { name: "w" });
    const total = new Variable(new Float32Array(3), [1, 3], { name: "total", requiresGrad: false });
    const loss = (x: Variable) => sum(square(linear(x, w)));
    const step = await compile(device, () => {
      for (const x of half) assignAdd(total, grad(loss(x), [w])[0]!);
      return { once: grad(loss(whole), [w])[0]! };
    });
    step.run();
    const [once, parts] = [await step.read("once"), await total.read()];
    once.forEach((value, i) => {
      expect(parts[i]! / value).toBeCloseTo(1, 5);
    });
    step.destroy();
  });

  it("adds what arrives along two paths, and along both inputs of one op", async () => {
    const x = new Variable(Float32Array.of(3, -2), [2]);
    const step = await compile(await testDevice(), () => {
      const y = mul(x, 5);
      // x * 5 on the left, x * (5x) on the right: 5x + 5x², whose slope is 5 + 10x.
      const [gradient] = grad(sum(add(y, mul(x, y))), [x]);
      const [square] = grad(sum(mul(x, x)), [x]);
      return { gradient: gradient!, square: square! };
    });
    step.run();
    expect(await step.read("gradient")).toEqual(Float32Array.of(35, -15));
    expect(await step.read("square")).toEqual(Float32Array.of(6, -4));
    step.destroy();
  });

  it("gives zeros for what the loss does not depend on", async () => {
    const device = await testDevice();
    const [a, b] = [scalar(2), scalar(5)];
    const step = await compile(device, () => {
      const [da, db] = grad(mean(square(a)), [a, b]);
      return { da: da!, db: db! };
    });
    step.run();
    expect([(await step.read("da"))[0], (await step.read("db"))[0]]).toEqual([4, 0]);
    step.destroy();
  });

  it("refuses a loss of several elements, a seed of another shape, and a variable updated since", async () => {
    const device = await testDevice();
    const w = new Variable(Float32Array.of(1, 2), [2], { name: "w" });
    await expect(compile(device, () => ({ g: grad(square(w), [w])[0]! }))).rejects.toThrow(
      "grad: the loss must have one element, but it is f32[2]",
    );
    await expect(compile(device, () => ({ g: grad(square(w), [w], sum(w))[0]! }))).rejects.toThrow(
      "grad: the seed is f32[], but the loss is f32[2]",
    );
    const late = compile(device, () => {
      const loss = sum(mul(w, w));
      assign(w, mul(w, 0.5));
      return { g: grad(loss, [w])[0]! };
    });
    await expect(late).rejects.toThrow(RecordingError);
    await expect(late).rejects.toThrow("w, an input of mul, was updated in place after that op was recorded");
  });
});
