import { describe, expect, it } from "vitest";
import { compile } from "../../../src/autograd/compile.ts";
import { grad } from "../../../src/autograd/grad.ts";
import { dropout } from "../../../src/autograd/ops/dropout.ts";
import { full } from "../../../src/autograd/ops/elementwise.ts";
import { FIRST_STREAM, newClock, uniform } from "../../../src/autograd/ops/random.ts";
import { advance } from "../../../src/autograd/ops/state.ts";
import { Variable } from "../../../src/autograd/tensor.ts";
import { DTypeError, UsageError } from "../../../src/errors.ts";
import * as cpu from "../../../src/kernels/random/philox.ts";
import { dropoutOracle } from "../../oracle/dropout.ts";
import { type Array64, random } from "../../support/arrays.ts";
import { checkOp, expectClose, toHost } from "../../support/check.ts";
import { testDevice } from "../../support/device.ts";

const variable = (x: Array64) => new Variable(toHost(x).data, x.shape);

describe("dropout", () => {
  it.each([[0], [1], [3], [4], [7, 5], [256, 11], [3, 1, 9, 10]])(
    "shape [%s, ...]: result and gradient",
    async (...shape) => {
      const clock = newClock(2 ** 32 + 1);
      await checkOp({
        op: (x) => dropout(x, 0.3, { seed: 9, clock, stream: 4 }),
        oracle: (x) => dropoutOracle(x, 0.3, 9, 4, 2 ** 32 + 1),
        inputs: [random(shape, 1, 0.5, 2)],
      });
    },
  );

  it("keeps the right share, and its mask is the CPU's, the same forward and backward, new at each step, repeatable", async () => {
    const device = await testDevice();
    const size = 50_001;
    const ones = new Variable(new Float32Array(size).fill(1), [size]);
    const clock = newClock();
    const step = await compile(device, () => {
      const y = dropout(ones, 0.3, { seed: 1, clock });
      const [gradient] = grad(y, [ones], full([size], 1));
      advance(clock);
      return { y, gradient: gradient! };
    });
    const results: Float32Array[] = [];
    for (let t = 0; t < 3; t++) {
      step.run();
      const y = (await step.read("y")) as Float32Array;
      const mask = cpu.uniform(1, FIRST_STREAM, t, size);
      expectClose(
        y,
        mask.map((u) => (u >= 0.3 ? 1 / 0.7 : 0)),
        1e-6,
        0,
        "result",
      );
      expect(await step.read("gradient")).toEqual(y);
      const kept = y.filter((value) => value !== 0).length / size;
      expect(Math.abs(kept - 0.7)).toBeLessThan(4 * Math.sqrt((0.3 * 0.7) / size));
      results.push(y);
    }
    expect(results[0]).not.toEqual(results[1]);
    clock.write(Uint32Array.of(0, 0));
    step.run();
    expect(await step.read("y")).toEqual(results[0]);
    step.destroy();
  });

  it("passes NaN on and is the identity at p = 0 and outside training, without a kernel", async () => {
    const device = await testDevice();
    const clock = newClock();
    const x = variable(random([6], 2));
    const step = await compile(device, () => {
      const none = dropout(x, 0, { seed: 1, clock });
      const off = dropout(x, 0.5, { seed: 1, clock }, false);
      expect(none).toBe(x);
      expect(off).toBe(x);
      // Both took their stream, so this one is the third.
      return { after: uniform([4], { seed: 1, clock }) };
    });
    expect(step.explain().dispatches).toHaveLength(1);
    step.run();
    expect(await step.read("after")).toEqual(cpu.uniform(1, FIRST_STREAM + 2, 0, 4));
    const bad = new Variable(new Float32Array(64).fill(Number.NaN), [64]);
    const nan = await compile(device, () => ({ y: dropout(bad, 0.9, { seed: 1, clock }) }));
    nan.run();
    expect((await nan.read("y")).every(Number.isNaN)).toBe(true);
  });

  it("refuses p outside [0, 1), other types, and a gradient after the clock moved on", async () => {
    const device = await testDevice();
    const clock = newClock();
    const x = variable(random([6], 2));
    const run = (fn: () => unknown) =>
      compile(device, () => {
        fn();
        return {};
      });
    for (const p of [1, -0.1, 2, Number.NaN]) {
      await expect(run(() => dropout(x, p, { seed: 1, clock }))).rejects.toThrow(UsageError);
    }
    const integers = new Variable(new Uint32Array(3), [3]);
    await expect(run(() => dropout(integers, 0.5, { seed: 1, clock }))).rejects.toThrow(DTypeError);
    await expect(
      run(() => {
        const y = dropout(x, 0.5, { seed: 1, clock });
        advance(clock);
        grad(y, [x], full([6], 1));
      }),
    ).rejects.toThrow(/call grad before/);
  });
});
