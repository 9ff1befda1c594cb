import { describe, expect, it } from "vitest";
import { compile } from "../../src/autograd/compile.ts";
import { grad } from "../../src/autograd/grad.ts";
import { concat } from "../../src/autograd/ops/concat.ts";
import { add, exp, mul, neg, square } from "../../src/autograd/ops/elementwise.ts";
import { matmul } from "../../src/autograd/ops/matmul.ts";
import { slice } from "../../src/autograd/ops/slice.ts";
import { sum } from "../../src/autograd/ops/sum.ts";
import { packVariables } from "../../src/autograd/tensor.ts";
import { SGD } from "../../src/models/optim.ts";
import { random } from "../support/arrays.ts";
import { expectClose } from "../support/check.ts";
import { testDevice } from "../support/device.ts";
import { variable } from "../support/plan.ts";

describe("packed variables", () => {
  it("keep their values, are read and written alone, on the host and on a device", async () => {
    const [a, b] = [variable([5], 1), variable([70], 2)];
    const values = [await a.read(), await b.read()];
    expect(packVariables([a, b], "both")?.sizeBytes).toBe(512 + 256);
    expect([await a.read(), await b.read()]).toEqual(values);
    a.write(Float32Array.of(1, 2, 3, 4, 5));
    const step = await compile(await testDevice(), () => ({ y: add(neg(a), sum(b)) }));
    b.write(new Float32Array(70).fill(2));
    step.run();
    expect(Array.from(await step.read("y"))).toEqual([139, 138, 137, 136, 135]);
    expect(Array.from(await a.read())).toEqual([1, 2, 3, 4, 5]);
  });

  it("free their memory with the last of them", async () => {
    const device = await testDevice();
    const [a, b] = [variable([5], 1), variable([70], 2)];
    packVariables([a, b], "both");
    const { buffersAlive } = device.stats;
    a.memory.bufferOn(device);
    expect(device.stats.buffersAlive).toBe(buffersAlive + 1);
    a.destroy();
    a.destroy();
    expect(device.stats.buffersAlive).toBe(buffersAlive + 1);
    b.destroy();
    expect(device.stats.buffersAlive).toBe(buffersAlive);
  });

  it("are not packed twice, nor once on a device", async () => {
    const [a, b, c] = [variable([5], 1), variable([70], 2), variable([3], 3)];
    expect(packVariables([a, b], "both")).toBeDefined();
    expect(packVariables([a, c], "again")).toBeUndefined();
    c.memory.bufferOn(await testDevice());
    expect(packVariables([c], "late")).toBeUndefined();
  });
});

describe("an optimizer's gradients", () => {
  it("are taken whether made for it, results, variables, or wanted twice", async () => {
    const device = await testDevice();
    const [a, b, c, d, fixed] = [1, 2, 3, 4, 5].map((seed) => variable([6], seed));
    const start = await Promise.all([a!, b!, c!, d!, fixed!].map((v) => v.read()));
    const optimizer = new SGD([a!, b!, c!, d!], { lr: 0.5 });
    const step = await compile(device, () => {
      const [own] = grad(sum(square(a!)), [a!]);
      const result = exp(b!);
      const twice = neg(fixed!);
      optimizer.step([own!, result, fixed!, twice]);
      return { result };
    });
    step.run();
    const expected = [
      start[0]!.map((v) => v - 0.5 * 2 * v),
      start[1]!.map((v) => v - 0.5 * Math.exp(v)),
      start[2]!.map((v, i) => v - 0.5 * start[4]![i]!),
      start[3]!.map((v, i) => v + 0.5 * start[4]![i]!),
    ];
    for (const [i, v] of [a, b, c, d].entries())
      expectClose(await v!.read(), expected[i]!, 1e-6, 1e-6, `parameter ${i}`);

    const [e, f] = [variable([6], 6), variable([6], 7)];
    const [e0, f0] = [await e.read(), await f.read()];
    const pair = new SGD([e, f], { lr: 1 });
    const shared = await compile(device, () => {
      const g = exp(fixed!);
      pair.step([g, g]);
      return {};
    });
    shared.run();
    const g = start[4]!.map(Math.exp);
    expectClose(
      await e.read(),
      e0.map((v, i) => v - g[i]!),
      1e-6,
      1e-6,
      "first",
    );
    expectClose(
      await f.read(),
      f0.map((v, i) => v - g[i]!),
      1e-6,
      1e-6,
      "second",
    );
  });
});

describe("a concatenation along the first axis", () => {
  it("has its parts made in place where they fit, and copied where they do not", async () => {
    const device = await testDevice();
    const x = variable([64], 1);
    const values = [...random([64], 1).data].map(Math.fround);
    for (const make of [
      () => concat([neg(x), exp(x)]),
      () => concat([neg(x), x]),
      () => {
        const y = neg(x);
        return concat([y, y]);
      },
    ]) {
      const step = await compile(device, () => {
        const joined = make();
        return { twice: mul(joined, 2) };
      });
      step.run();
      const twice = await step.read("twice");
      expectClose(
        twice.slice(0, 64),
        values.map((v) => -2 * v),
        1e-6,
        0,
        "first part",
      );
      expect(twice).toHaveLength(128);
    }
    const step = await compile(device, () => ({ y: mul(concat([neg(x), exp(x)]), 1) }));
    expect(step.explain().dispatches.some(({ kernel }) => kernel.includes("concat"))).toBe(false);
  });
});

describe("columns of a product", () => {
  it.each([
    [0, 5],
    [4, 8],
    [3, 1],
    [7, 6],
  ])("from %i on, %i of them, are those of the whole, with their gradients", async (first, count) => {
    const [a, b] = [variable([9, 7], 1), variable([7, 13], 2)];
    const record = (whole: boolean) => () => {
      const c = matmul(a, b);
      // A sum that counts for nothing keeps the whole product from being taken apart.
      const y = whole ? slice(add(c, 0), [0, first], [9, count]) : slice(c, [0, first], [9, count]);
      const [da, db] = grad(sum(square(y)), [a, b]);
      return { y, da: da!, db: db! };
    };
    const [part, whole] = [
      await compile(await testDevice(), record(false)),
      await compile(await testDevice(), record(true)),
    ];
    expect(part.explain().flops).toBeLessThan(whole.explain().flops);
    part.run();
    whole.run();
    for (const name of ["y", "da", "db"] as const) {
      expectClose(await part.read(name), await whole.read(name), 1e-5, 1e-5, name);
    }
  });
});
