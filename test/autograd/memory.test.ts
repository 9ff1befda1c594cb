import { describe, expect, it } from "vitest";
import { compile } from "../../src/autograd/compile.ts";
import { lowerNodes } from "../../src/autograd/fuse.ts";
import { type PlannedLaunch, placeParts } from "../../src/autograd/gather_parts.ts";
import { planMemory } from "../../src/autograd/memory.ts";
import { concat } from "../../src/autograd/ops/concat.ts";
import { add, mul, neg, relu, tanh } from "../../src/autograd/ops/elementwise.ts";
import { permute } from "../../src/autograd/ops/permute.ts";
import { reshape } from "../../src/autograd/ops/reshape.ts";
import { slice } from "../../src/autograd/ops/slice.ts";
import { sum } from "../../src/autograd/ops/sum.ts";
import { recordInto } from "../../src/autograd/record.ts";
import { Graph, type Tensor, Variable } from "../../src/autograd/tensor.ts";
import { Storage } from "../../src/gpu/launch.ts";
import { random, randomSource } from "../support/arrays.ts";
import { expectClose } from "../support/check.ts";
import { testDevice } from "../support/device.ts";

/** A recorded value and what it must come to. */
interface Value {
  readonly tensor: Tensor;
  readonly expected: readonly number[];
}

/** Records `count` random ops on vectors of 6 or more elements, and works out their values; returns some as results. */
function randomProgram(x: Variable, data: ArrayLike<number>, count: number, seed: number): Value[] {
  const next = randomSource(seed);
  const values: Value[] = [{ tensor: x, expected: Array.from(data) }];
  const pick = () => values[Math.floor(next() ** 0.5 * values.length)]!;
  const steps: readonly ((a: Value) => Value)[] = [
    (a) => ({ tensor: neg(a.tensor), expected: a.expected.map((v) => -v) }),
    (a) => ({ tensor: relu(a.tensor), expected: a.expected.map((v) => Math.max(0, v)) }),
    (a) => ({ tensor: mul(tanh(a.tensor), 0.5), expected: a.expected.map((v) => 0.5 * Math.tanh(v)) }),
    (a) => {
      const flipped = permute(reshape(a.tensor, [2, -1]), [1, 0]);
      const half = a.expected.length / 2;
      const expected = a.expected.map((_, i) => a.expected[(i % 2) * half + Math.floor(i / 2)]!);
      return { tensor: reshape(flipped, [a.tensor.size]), expected };
    },
    (a) => {
      const total = a.expected.reduce((s, v) => s + v, 0) / a.expected.length;
      const mean = mul(sum(a.tensor), 1 / a.tensor.size);
      return { tensor: add(neg(a.tensor), mean), expected: a.expected.map((v) => total - v) };
    },
    (a) => {
      const b = pick();
      if (a.expected.length + b.expected.length > 200)
        return { tensor: neg(a.tensor), expected: a.expected.map((v) => -v) };
      return { tensor: concat([a.tensor, b.tensor]), expected: [...a.expected, ...b.expected] };
    },
    (a) => ({ tensor: slice(a.tensor, [a.tensor.size - 6], [6]), expected: a.expected.slice(-6) }),
    (a) => {
      const b = values.findLast((value) => value.expected.length === a.expected.length)!;
      return {
        tensor: mul(add(a.tensor, b.tensor), 0.5),
        expected: a.expected.map((v, i) => (v + b.expected[i]!) / 2),
      };
    },
  ];
  for (let i = 0; i < count; i++) values.push(steps[Math.floor(next() * steps.length)]!(pick()));
  return values.filter((_, i) => i === values.length - 1 || next() < 0.1);
}

/** Every launch that binds a storage lies between its first and its last: the brute-force notion of being alive. */
function livesOf(launches: readonly PlannedLaunch[]): Map<Storage, [first: number, last: number]> {
  const lives = new Map<Storage, [number, number]>();
  launches.forEach(({ launch }, i) => {
    for (const { view } of launch.bindings) lives.set(view.storage, [lives.get(view.storage)?.[0] ?? i, i]);
  });
  return lives;
}

describe("planMemory", () => {
  it.each(Array.from({ length: 40 }, (_, seed) => seed))(
    "never gives two living storages one slot (program %d)",
    (seed) => {
      const { data } = random([6], seed);
      const x = new Variable(Float32Array.from(data), [6]);
      const graph = new Graph();
      const results = recordInto(graph, () => randomProgram(x, data, 5 + seed * 2, seed));
      const tensors = results.map(({ tensor }) => tensor);
      const pinned = new Set(tensors.map(({ storage }) => storage));
      const launches = placeParts(lowerNodes(graph.nodes, tensors, { subgroupSize: 0, software: true }), pinned);
      const { slotOf, slotBytes, unsharedBytes } = planMemory(launches, pinned);
      const lives = livesOf(launches);
      const own = [...new Set([...lives.keys(), ...pinned])].filter((storage) => !storage.persistent);
      expect(slotOf.size).toBe(own.length);
      expect(unsharedBytes).toBe(own.reduce((total, { sizeBytes }) => total + sizeBytes, 0));
      for (const [i, a] of own.entries()) {
        expect(slotBytes[slotOf.get(a)!]).toBeGreaterThanOrEqual(a.sizeBytes);
        for (const b of own.slice(i + 1)) {
          if (slotOf.get(a) !== slotOf.get(b)) continue;
          expect(pinned.has(a) || pinned.has(b), "a result shares its slot").toBe(false);
          const [lifeA, lifeB] = [lives.get(a)!, lives.get(b)!];
          expect(lifeA[1] < lifeB[0] || lifeB[1] < lifeA[0], `${a.label} ${lifeA} and ${b.label} ${lifeB}`).toBe(true);
        }
      }
    },
  );

  it.each([3, 17, 31])("leaves every result right (program %d)", async (seed) => {
    const { data } = random([6], seed);
    const x = new Variable(Float32Array.from(data), [6]);
    const expected: Record<string, readonly number[]> = {};
    const step = await compile(await testDevice(), () => {
      const results = randomProgram(x, data, 60, seed);
      results.forEach((value, i) => {
        expected[`r${i}`] = value.expected;
      });
      return Object.fromEntries(results.map(({ tensor }, i) => [`r${i}`, tensor]));
    });
    const { peakBytes, unsharedBytes } = step.explain();
    expect(peakBytes).toBeLessThanOrEqual(unsharedBytes);
    for (let replay = 0; replay < 2; replay++) {
      step.run(2);
      for (const name of step.names) expectClose(await step.read(name), expected[name]!, 1e-5, 1e-5, name);
    }
    step.destroy();
    x.destroy();
  });

  it("runs a long chain in two slots besides its result", () => {
    const launches = chainOf(20, 100);
    const { slotBytes } = planMemory(launches, new Set([launches.at(-1)!.launch.bindings[1]!.view.storage]));
    expect(slotBytes).toEqual([100, 100, 100]);
  });

  it("gives no slot to variables", () => {
    const storage = new Storage(64, "w", true);
    const [first] = chainOf(1, 64);
    const view = { storage, shape: [16], dtype: "f32" as const };
    const launch = { ...first!.launch, bindings: [{ view, access: "update" as const }] };
    const plan = planMemory([{ ...first!, launch }], new Set([storage]));
    expect(plan).toEqual({ slotOf: new Map(), slotBytes: [], slotLabels: [], unsharedBytes: 0 });
  });
});

/** Launches of which each reads what the one before it wrote. */
function chainOf(count: number, sizeBytes: number): PlannedLaunch[] {
  const storages = Array.from({ length: count + 1 }, (_, i) => new Storage(sizeBytes, `s${i}`));
  const graph = new Graph();
  const x = new Variable(new Float32Array(1), [1]);
  recordInto(graph, () => neg(x));
  const node = graph.nodes[0]!;
  return Array.from({ length: count }, (_, i) => ({
    node,
    launch: {
      kernel: "chain",
      variant: "",
      shader: { file: "", code: "" },
      bindings: [storages[i]!, storages[i + 1]!].map((storage, k) => ({
        view: { storage, shape: [sizeBytes / 4], dtype: "f32" as const },
        access: k === 0 ? ("read" as const) : ("write" as const),
      })),
      workgroups: [1, 1, 1] as const,
      flops: 0,
    },
  }));
}
