import { describe, expect, it } from "vitest";
import { compile } from "../../src/autograd/compile.ts";
import { grad } from "../../src/autograd/grad.ts";
import { full, mul, sub } from "../../src/autograd/ops/elementwise.ts";
import { newClock, normal } from "../../src/autograd/ops/random.ts";
import { advance } from "../../src/autograd/ops/state.ts";
import { record, recordOne } from "../../src/autograd/record.ts";
import { type Tensor, Variable } from "../../src/autograd/tensor.ts";
import { DataError, DTypeError, RecordingError, ShapeError, UsageError } from "../../src/errors.ts";
import { launchAdam, launchAdamScales, launchSgd } from "../../src/kernels/optim/optim.ts";
import { Adam, AdamW, type Optimizer, SGD } from "../../src/models/optim.ts";
import { adamOracle, type OptimizerOracle, sgdOracle } from "../oracle/optim.ts";
import { random } from "../support/arrays.ts";
import { expectClose, toHost } from "../support/check.ts";
import { testDevice } from "../support/device.ts";

const variable = (shape: readonly number[], seed: number, name = "p") =>
  new Variable(toHost(random(shape, seed)).data, shape, { name });

const SHAPES = [[0], [1], [3], [4], [7, 11], [1, 1024], [1025, 5]];
const STEPS = 25;

/** 25 steps with a gradient that depends on the parameter and changes sign; the learning rate drops half-way. */
async function compare(
  make: (params: Variable[]) => Optimizer,
  oracle: (start: ArrayLike<number>) => OptimizerOracle,
): Promise<void> {
  const params = SHAPES.map((shape, i) => variable(shape, i + 1, `p${i}`));
  const targets = SHAPES.map((shape, i) => variable(shape, i + 50));
  const references = await Promise.all(params.map(async (param) => oracle(await param.read())));
  const aims = await Promise.all(targets.map((target) => target.read()));
  const optimizer = make(params);
  const step = await compile(await testDevice(), () => {
    optimizer.step(params.map((param, i) => mul(3, sub(param, targets[i]!))));
    return {};
  });
  for (let t = 0; t < STEPS; t++) {
    const lr = t < 15 ? 0.05 : 0.01;
    if (t === 15) optimizer.setLearningRate(lr);
    step.run();
    references.forEach((reference, i) => {
      reference.step(
        reference.param.map((p, k) => 3 * (p - aims[i]![k]!)),
        lr,
      );
    });
  }
  for (const [i, param] of params.entries()) {
    expectClose(await param.read(), references[i]!.param, 2e-5, 2e-5, `${optimizer.name} ${param}`);
  }
  step.destroy();
}

describe("against float64", () => {
  it.each([
    { momentum: 0, weightDecay: 0, nesterov: false },
    { momentum: 0, weightDecay: 0.1, nesterov: false },
    { momentum: 0.9, weightDecay: 0, nesterov: false },
    { momentum: 0.9, weightDecay: 0.1, nesterov: false },
    { momentum: 0.5, weightDecay: 0.1, nesterov: true },
  ])("SGD %o", async (options) => {
    await compare(
      (params) => new SGD(params, { lr: 0.05, ...options }),
      (start) => sgdOracle(start, options.momentum, options.weightDecay, options.nesterov),
    );
  });

  it.each([
    { betas: [0.9, 0.999], eps: 1e-8, weightDecay: 0 },
    { betas: [0.9, 0.999], eps: 1e-3, weightDecay: 0.1 },
    { betas: [0.5, 0.9], eps: 1e-8, weightDecay: 0.5 },
    { betas: [0, 0.99], eps: 1e-8, weightDecay: 0 },
    { betas: [0.9, 0], eps: 1, weightDecay: 0 },
  ] as const)("Adam and AdamW %o", async ({ betas, eps, weightDecay }) => {
    await compare(
      (params) => new Adam(params, { lr: 0.05, betas, eps, weightDecay }),
      (start) => adamOracle(start, betas, eps, weightDecay),
    );
    await compare(
      (params) => new AdamW(params, { lr: 0.05, betas, eps, weightDecay }),
      (start) => adamOracle(start, betas, eps, weightDecay, true),
    );
  });

  it("uses PyTorch's defaults", async () => {
    const [param, decayed] = [variable([5], 1), variable([5], 1)];
    const references = [adamOracle(await param.read()), adamOracle(await param.read(), [0.9, 0.999], 1e-8, 0.01, true)];
    const step = await compile(await testDevice(), () => {
      new Adam([param]).step([full([5], 0.3)]);
      new AdamW([decayed]).step([full([5], 0.3)]);
      return {};
    });
    step.run();
    for (const reference of references) reference.step(new Float64Array(5).fill(0.3), 1e-3);
    expectClose(await param.read(), references[0]!.param, 1e-6, 1e-7, "Adam");
    expectClose(await decayed.read(), references[1]!.param, 1e-6, 1e-7, "AdamW");
  });
});

describe("bias correction", () => {
  it.each([
    [0.9, 0.999],
    [0.5, 0.9],
    [0, 0.99999],
    [0.99, 0],
  ] as const)(
    "is good to 1e-6 of itself for t = 1..1000, 1e6 and beyond 2^32 at betas %s, %s",
    async (beta1, beta2) => {
      const lr = new Variable(Float32Array.of(1), [1]);
      const steps = newClock();
      const settings = { betas: [beta1, beta2] as const, eps: 0, weightDecay: 0.25, decoupled: true };
      const step = await compile(await testDevice(), () => ({
        scales: recordOne({
          op: "scales",
          inputs: [lr],
          shape: [4],
          dtype: "f32",
          lower: (out) => [launchAdamScales(settings, lr, steps, out)],
          writes: [steps],
        }),
      }));
      const check = async (t: number) => {
        step.run();
        const expected = [
          -1 / Math.expm1(t * Math.log(beta1)),
          1 / Math.sqrt(-Math.expm1(t * Math.log(beta2))),
          0.25,
          0,
        ];
        expectClose(await step.read("scales"), expected, 1e-6, 0, `scales at t = ${t}`);
      };
      for (let t = 1; t <= 1000; t++) await check(t);
      for (const done of [10_000, 999_999, 2 ** 32 - 1, 2 ** 40]) {
        steps.write(Uint32Array.of(done >>> 0, Math.floor(done / 2 ** 32)));
        await check(done + 1);
        expect(Array.from(await steps.read())).toEqual([(done + 1) >>> 0, Math.floor((done + 1) / 2 ** 32)]);
      }
      step.destroy();
    },
  );
});

describe("dispatch sizes", () => {
  it("finds its place when workgroups spread over y", async () => {
    const size = 128 * 4 * 5 + 6;
    const make = () => [1, 2, 3, 4].map((seed) => new Variable(toHost(random([size], seed, 0.1, 1)).data, [size]));
    const results: Float32Array[] = [];
    for (const turned of [false, true]) {
      const [p, m, v, q] = make() as [Variable, Variable, Variable, Variable];
      const gradient = make()[3]!;
      const scales = new Variable(Float32Array.of(0.1, 1, 0, 0), [4]);
      const settings = { betas: [0.9, 0.999] as const, eps: 1e-8, weightDecay: 0.1, decoupled: false };
      const lr = new Variable(Float32Array.of(0.1), [1]);
      const step = await compile(await testDevice(), () => {
        record({
          op: "updates",
          inputs: [gradient, scales, lr],
          outputs: [],
          lower: () =>
            [
              launchAdam(settings, scales, gradient, p, m, v),
              launchSgd({ momentum: 0.9, weightDecay: 0, nesterov: true }, lr, gradient, q, m),
              launchSgd({ momentum: 0, weightDecay: 0, nesterov: false }, lr, gradient, v, undefined),
            ].map((launch) => (turned ? { ...launch, workgroups: [1, launch.workgroups[0], 1] as const } : launch)),
          writes: [p, m, v, q],
        });
        return {};
      });
      step.run();
      for (const updated of [p, m, v, q]) results.push((await updated.read()) as Float32Array);
    }
    const [straight, turned] = [results.slice(0, 4), results.slice(4)];
    expect(turned).toEqual(straight);
    const untouched = make().map((x) => x.read());
    for (const [i, before] of (await Promise.all(untouched)).entries()) {
      expect(straight[i]!.every((x, k) => x !== before[k])).toBe(true);
    }
  });
});

describe("replay", () => {
  const train = (device: Awaited<ReturnType<typeof testDevice>>) => {
    const params = [variable([33, 7], 1), variable([7], 2)];
    const clock = newClock();
    const optimizer = new Adam(params, { lr: 0.01 });
    const step = compile(device, (): Record<string, Tensor> => {
      const losses = params.map((p) => mul(p, normal(p.shape, { seed: 1, clock })));
      optimizer.step(losses.map((loss, i) => grad(loss, [params[i]!], full(loss.shape, 1))[0]!));
      advance(clock);
      return {};
    });
    return step.then((compiled) => ({ params, clock, optimizer, step: compiled }));
  };

  it("makes nothing while it runs; K steps in one submit equal K runs, and a loaded state goes on with the same bits", async () => {
    const device = await testDevice();
    const [one, many, resumed] = [await train(device), await train(device), await train(device)];
    const before = { ...device.stats };
    for (let i = 0; i < 50; i++) one.step.run();
    many.step.run(50);
    await device.settle();
    for (const key of ["buffersCreated", "buffersAlive", "bindGroupsCreated", "pipelinesCreated"] as const) {
      expect(device.stats[key], key).toBe(before[key]);
    }
    for (const i of [0, 1]) expect(await many.params[i]!.read()).toEqual(await one.params[i]!.read());

    const saved = new Map<string, { data: Awaited<ReturnType<Variable["read"]>>; shape: readonly number[] }>();
    for (const [key, value] of one.optimizer.stateDict())
      saved.set(key, { data: await value.read(), shape: value.shape });
    expect([...saved.keys()]).toEqual([
      "lr",
      "step",
      "state.0.exp_avg",
      "state.0.exp_avg_sq",
      "state.1.exp_avg",
      "state.1.exp_avg_sq",
    ]);
    expect(saved.get("step")!.data).toEqual(Uint32Array.of(50, 0));
    resumed.optimizer.loadStateDict(saved);
    resumed.clock.write((await one.clock.read()) as Uint32Array);
    for (const i of [0, 1]) resumed.params[i]!.write(await one.params[i]!.read());
    one.step.run(10);
    resumed.step.run(10);
    for (const i of [0, 1]) expect(await resumed.params[i]!.read()).toEqual(await one.params[i]!.read());
    for (const { step } of [one, many, resumed]) step.destroy();
  });
});

describe("refusals", () => {
  const param = variable([4], 1, "w");
  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY])("lr %s", (lr) => {
    expect(() => new SGD([param], { lr })).toThrow(UsageError);
    expect(() => new Adam([param], { lr })).toThrow(/lr is/);
    expect(() => new SGD([param], { lr: 1 }).setLearningRate(lr)).toThrow(UsageError);
  });

  it("other settings that cannot be meant", () => {
    expect(() => new SGD([param], { lr: 1, momentum: -0.1 })).toThrow(UsageError);
    expect(() => new SGD([param], { lr: 1, nesterov: true })).toThrow(/needs a momentum/);
    expect(() => new Adam([param], { betas: [1, 0.9] })).toThrow(/beta 1 is 1/);
    expect(() => new AdamW([param], { eps: -1 })).toThrow(/AdamW: eps/);
    expect(() => new AdamW([param], { weightDecay: -1 })).toThrow(UsageError);
  });

  it("parameters: none, twice, of another type", () => {
    expect(() => new Adam([])).toThrow(UsageError);
    expect(() => new Adam([param, param])).toThrow(/twice/);
    expect(() => new Adam([new Variable(new Uint32Array(2), [2])])).toThrow(DTypeError);
  });

  it("gradients: too few, of another shape, the parameter itself", async () => {
    const device = await testDevice();
    const optimizer = new Adam([param]);
    const run = (grads: () => Tensor[]) =>
      compile(device, () => {
        optimizer.step(grads());
        return {};
      });
    await expect(run(() => [])).rejects.toThrow(ShapeError);
    await expect(run(() => [full([2, 2], 1)])).rejects.toThrow(/gradient of w \(f32\[4\]\) is f32\[2, 2\]/);
    await expect(run(() => [param])).rejects.toThrow(RecordingError);
  });

  it("a state of another optimizer or model, changing nothing", async () => {
    const optimizer = new SGD([param], { lr: 0.5, momentum: 0.9 });
    const velocity = { data: new Float32Array(4).fill(1), shape: [4] };
    const lr = { data: Float32Array.of(0.1), shape: [1] };
    expect(() => optimizer.loadStateDict(new Map([["lr", lr]]))).toThrow(/lacks \[state.0.momentum_buffer\]/);
    expect(() =>
      optimizer.loadStateDict(
        new Map([
          ["lr", lr],
          ["state.0.momentum_buffer", velocity],
          ["step", lr],
        ]),
      ),
    ).toThrow(/unknown \[step\]/);
    const wrong = { data: new Float32Array(5), shape: [5] };
    expect(() =>
      optimizer.loadStateDict(
        new Map([
          ["lr", lr],
          ["state.0.momentum_buffer", wrong],
        ]),
      ),
    ).toThrow(DataError);
    expect(await optimizer.lr.read()).toEqual(Float32Array.of(0.5));
    optimizer.loadStateDict(
      new Map([
        ["lr", lr],
        ["state.0.momentum_buffer", velocity],
      ]),
    );
    expect(await optimizer.lr.read()).toEqual(Float32Array.of(0.1));
  });
});
