import { describe, expect, it } from "vitest";
import { bundle } from "../../src/autograd/bundle.ts";
import { compile } from "../../src/autograd/compile.ts";
import type { PlannedLaunch } from "../../src/autograd/gather_parts.ts";
import { add, exp, mul, neg, tanh } from "../../src/autograd/ops/elementwise.ts";
import { matmul } from "../../src/autograd/ops/matmul.ts";
import { newClock } from "../../src/autograd/ops/random.ts";
import { advance, assign, assignAdd, logScalars } from "../../src/autograd/ops/state.ts";
import { sum } from "../../src/autograd/ops/sum.ts";
import { Variable } from "../../src/autograd/tensor.ts";
import { type Launch, Storage } from "../../src/gpu/launch.ts";
import { launchedFor } from "../specs/forced.ts";
import { random } from "../support/arrays.ts";
import { expectClose } from "../support/check.ts";
import { testDevice } from "../support/device.ts";
import { variable } from "../support/plan.ts";

const storage = () => new Storage(256, "s", true);

/** A launch that reads and writes the given storages, by a kernel with that workgroup size. */
function task(
  reads: readonly Storage[],
  writes: readonly Storage[],
  { size = 64, joins }: { size?: number; joins?: Launch["joins"] } = {},
): PlannedLaunch {
  const view = (s: Storage) => ({ storage: s, shape: [s.sizeBytes / 4], dtype: "f32" as const });
  const declarations = [...reads, ...writes].map(
    (_, k) => `@group(0) @binding(${k}) var<storage, ${k < reads.length ? "read" : "read_write"}> b${k}: array<f32>;`,
  );
  const code = `${declarations.join("\n")}\n@compute @workgroup_size(${size})\nfn main() { b0[0] = 0.0; }`;
  const launch: Launch = {
    kernel: "task",
    variant: "test",
    shader: { file: "task.wgsl", code },
    bindings: [
      ...reads.map((s) => ({ view: view(s), access: "read" as const })),
      ...writes.map((s) => ({ view: view(s), access: "write" as const })),
    ],
    workgroups: [1, 1, 1],
    flops: 0,
    ...(joins ? { joins } : {}),
  };
  return { launch, node: {} as PlannedLaunch["node"] };
}

const counts = (tasks: readonly PlannedLaunch[], limit = 16) => bundle(tasks, limit).map(({ parts }) => parts.length);

describe("bundle", () => {
  const [a, b, c, d] = [storage(), storage(), storage(), storage()];

  it("joins what is independent and keeps the order of what is not", () => {
    expect(counts([task([a], [b]), task([a], [c])])).toEqual([2]);
    expect(counts([task([a], [b]), task([b], [c])])).toEqual([1, 1]);
    expect(counts([task([a], [b]), task([c], [a])])).toEqual([1, 1]);
    expect(counts([task([a], [b]), task([c], [b])])).toEqual([1, 1]);
  });

  it("moves a launch that others wait for ahead of one that it does not need", () => {
    // b from a; d from b; c from a: c joins b.
    expect(counts([task([a], [b]), task([b], [d]), task([a], [c])])).toEqual([2, 1]);
  });

  it("dissolves a bundle whose parts can wait", () => {
    const [e, f] = [storage(), storage()];
    // A product between: the small sum of its input can wait for the sum of its result.
    const tasks = [
      task([a], [b]),
      task([b], [c]),
      task([b], [d], { joins: "products" }),
      task([d], [e]),
      task([c, e], [f]),
    ];
    expect(counts(tasks)).toEqual([1, 1, 2, 1]);
  });

  it("keeps workgroup sizes and products apart, but takes kernels of one invocation along", () => {
    expect(counts([task([a], [b]), task([a], [c], { size: 32 })])).toEqual([1, 1]);
    expect(counts([task([a], [b]), task([a], [c], { joins: "products" })])).toEqual([1, 1]);
    expect(counts([task([a], [b]), task([a], [c], { size: 1 }), task([a], [d])])).toEqual([3]);
    const products = (joins: Launch["joins"]) => [task([a], [b], { joins }), task([a], [c], { joins })];
    expect(counts(products("products"))).toEqual([2]);
    expect(counts(products("nothing"))).toEqual([1, 1]);
  });

  it("parts products where one of them is compiled alone anyway, but for small kernels", () => {
    const e = storage();
    const products = (variant: string) =>
      [
        task([a], [b], { joins: "products" }),
        task([a, c], [d], { joins: "products" }),
        task([b], [e], { joins: "products" }),
      ].map(({ launch, node }) => ({ launch: { ...launch, variant }, node }));
    expect(counts(products("subgroup 16x32"))).toEqual([1, 1, 1]);
    expect(counts(products("naive"))).toEqual([2, 1]);
  });

  it("stays within the adapter's storage bindings", () => {
    expect(counts([task([a], [b]), task([a], [c]), task([a], [d])], 4)).toEqual([2, 1]);
  });

  it("does not join a reader and a writer of parts of one buffer", () => {
    const whole = storage();
    const part = (offset: number) => {
      const s = new Storage(16, "part");
      s.place = { within: whole, offset };
      return s;
    };
    expect(counts([task([a], [part(0)]), task([part(256)], [b])])).toEqual([1, 1]);
    expect(counts([task([a], [part(0)]), task([b], [part(256)])])).toEqual([2]);
    expect(counts([task([a], [part(0)]), task([whole], [b])])).toEqual([1, 1]);
  });
});

describe("joined kernels", () => {
  it("take turns in rounds: parts of 66,001, 17 and one workgroup, all of each", async () => {
    const device = await testDevice();
    const ramp = (count: number) =>
      new Variable(
        Float32Array.from({ length: count }, (_, i) => i),
        [count],
      );
    const [many, some, few] = [ramp(66_000 * 64 + 1), ramp(16 * 64 + 1), ramp(3)];
    const step = await compile(device, () => ({ many: neg(many), some: neg(some), few: neg(few) }));
    const [joined, ...others] = step.explain().dispatches;
    expect([joined!.parts.length, others]).toEqual([3, []]);
    expect(joined!.parts.map(({ workgroups: [x, y, z] }) => x * y * z >= 66_001)).toContain(true);
    step.run();
    for (const [name, variable] of Object.entries({ many, some, few })) {
      const result = await step.read(name as "many");
      expect(result.length).toBe(variable.shape[0]);
      expect(result.findIndex((value, i) => value !== -i)).toBe(-1);
    }
  });

  it("compute what their parts compute: several families, products, kernels of one invocation, many workgroups", async () => {
    const device = await testDevice();
    const big = variable([70_001], 1);
    const [x, w] = [variable([33, 20], 2), variable([20, 18], 3)];
    const [state, log, clock] = [variable([5], 4), new Variable(new Float32Array(4), [4, 1]), newClock(6)];
    const before = await state.read();
    const step = await compile(device, () => {
      const one = neg(big);
      const two = exp(mul(x, 0.5));
      assignAdd(state, add(tanh(state), 1));
      logScalars(log, clock, [sum(w)]);
      advance(clock);
      return { one, two, p: matmul(x, w), q: matmul(w, x, { transposeA: true, transposeB: true }) };
    });
    const rows = step.explain().dispatches;
    expect(rows.length).toBeLessThan(rows.flatMap(({ kernel }) => kernel.split(" + ")).length);
    step.run();
    const data = (seed: number, shape: readonly number[]) => random(shape, seed).data;
    expectClose(
      await step.read("one"),
      data(1, [70_001]).map((v) => -v),
      0,
      0,
      "one",
    );
    expectClose(
      await step.read("two"),
      data(2, [33, 20]).map((v) => Math.exp(v / 2)),
      1e-5,
      0,
      "two",
    );
    const product = new Float64Array(33 * 18);
    for (let i = 0; i < 33; i++)
      for (let j = 0; j < 18; j++)
        for (let k = 0; k < 20; k++)
          product[i * 18 + j]! += data(2, [33, 20])[i * 20 + k]! * data(3, [20, 18])[k * 18 + j]!;
    expectClose(await step.read("p"), product, 1e-5, 1e-5, "p");
    const turned = product.map((_, i) => product[(i % 33) * 18 + Math.floor(i / 33)]!);
    expectClose(await step.read("q"), turned, 1e-5, 1e-5, "q");
    expectClose(
      await state.read(),
      [...before].map((v) => v + Math.tanh(v) + 1),
      1e-5,
      1e-6,
      "state",
    );
    const total = data(3, [20, 18]).reduce((sofar, v) => sofar + v, 0);
    expectClose(await log.read(), [0, 0, total, 0], 1e-5, 1e-5, "log");
    expect(Array.from(await clock.read())).toEqual([7, 0]);
  });

  it("have workgroup memory in common", async () => {
    const device = await testDevice();
    const pairs = Array.from({ length: 2 }, (_, i) => {
      const [m, k, n] = [65 + i, 20 + i, 33 + i];
      return { m, k, n, a: variable([m, k], i), b: variable([k, n], i + 10) };
    });
    const step = await compile(device, () =>
      launchedFor({ software: false, choose: ({ variants }) => variants.find((one) => one === "tiled 64")! }, () =>
        Object.fromEntries(pairs.map(({ a, b }, i) => [`${i}`, matmul(a, b)])),
      ),
    );
    const [dispatch, ...rest] = step.explain().dispatches;
    expect(rest).toEqual([]);
    expect(dispatch!.variant).toBe("tiled 64x64 + tiled 64x64");
    expect(step.shaders()[0]!.match(/^var<workgroup> .*/gm)).toHaveLength(2);
    step.run();
    for (const [i, { m, k, n }] of pairs.entries()) {
      const [a, b] = [random([m, k], i).data, random([k, n], i + 10).data];
      const product = new Float64Array(m * n);
      product.forEach((_, at) => {
        for (let j = 0; j < k; j++) product[at]! += a[Math.floor(at / n) * k + j]! * b[j * n + (at % n)]!;
      });
      expectClose(await step.read(`${i}`), product, 1e-5, 1e-5, `product ${i}`);
    }
  });

  it("update a variable after all that reads its old value", async () => {
    const device = await testDevice();
    const v = new Variable(Float32Array.of(1, 2, 3), [3]);
    const step = await compile(device, () => {
      const old = mul(v, 10);
      assign(v, add(v, 1));
      return { old, now: mul(v, 10) };
    });
    step.run();
    expect(Array.from(await step.read("old"))).toEqual([10, 20, 30]);
    expect(Array.from(await step.read("now"))).toEqual([20, 30, 40]);
  });
});
