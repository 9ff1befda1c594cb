import { describe, expect, it } from "vitest";
import { grad } from "../../src/autograd/grad.ts";
import { cast } from "../../src/autograd/ops/cast.ts";
import { add, exp, full, mul, neg, relu, sigmoid, sub, tanh } from "../../src/autograd/ops/elementwise.ts";
import { reshape } from "../../src/autograd/ops/reshape.ts";
import { assign } from "../../src/autograd/ops/state.ts";
import { sum } from "../../src/autograd/ops/sum.ts";
import { type Tensor, Variable } from "../../src/autograd/tensor.ts";
import { random } from "../support/arrays.ts";
import { expectClose } from "../support/check.ts";
import { compiled, kernels, variable } from "../support/plan.ts";

/** A chain of binary and unary ops with broadcasting; all its intermediates in order, the result last. */
function chain(x: Tensor, bias: Tensor, scale: Tensor): Tensor[] {
  const values: Tensor[] = [mul(x, scale)];
  const push = (value: Tensor) => values.push(value);
  push(add(values.at(-1)!, bias));
  push(tanh(values.at(-1)!));
  push(sub(1, values.at(-1)!));
  push(mul(values.at(-1)!, values.at(-2)!));
  push(relu(values.at(-1)!));
  return values;
}

describe("fusion of elementwise ops", () => {
  it("computes a chain in one dispatch, like one op after another", async () => {
    for (const [shape, biasShape, scaleShape] of [
      [[8, 12], [12], []],
      [[5, 7], [5, 1], [7]],
      [
        [2, 3, 5],
        [3, 1],
        [2, 1, 5],
      ],
    ]) {
      const [x, bias, scale] = [variable(shape!, 1), variable(biasShape!, 2), variable(scaleShape!, 3)];
      const fused = await compiled(() => ({ y: chain(x, bias, scale).at(-1)! }));
      expect(kernels(fused)).toEqual(["mul add tanh sub mul relu"]);
      const steps = await compiled(() => Object.fromEntries(chain(x, bias, scale).map((value, i) => [`y${i}`, value])));
      expect(kernels(steps)).toEqual(["mul", "add", "tanh", "sub", "mul", "relu"]);
      fused.run();
      steps.run();
      expectClose(await fused.read("y"), await steps.read("y5"), 1e-6, 1e-7, "fused");
    }
  });

  it("writes constants into the kernels that read them", async () => {
    const x = variable([6], 1);
    const step = await compiled(() => {
      const two = full([6], 2);
      return { a: mul(x, two), b: add(two, sum(x)) };
    });
    expect(kernels(step)).toEqual(["mul", "reduce sum", "add"]);
    const bindings = step.explain().dispatches.map(({ shapes }) => shapes.length);
    expect(bindings.reduce((total, count) => total + count)).toBe(6);
  });

  it("writes a constant that is a result, or that another kind of op reads", async () => {
    const step = await compiled(() => {
      const two = full([6], 2);
      return { two, three: add(full([6], 1), two), total: sum(full([6], 4)) };
    });
    step.run();
    expect(Array.from(await step.read("two"))).toEqual([2, 2, 2, 2, 2, 2]);
    expect(Array.from(await step.read("three"))).toEqual([3, 3, 3, 3, 3, 3]);
    expect(Array.from(await step.read("total"))).toEqual([24]);
  });

  it("keeps a result that is also read on the way", async () => {
    const x = variable([6], 1);
    const step = await compiled(() => {
      const middle = exp(x);
      return { middle, last: neg(middle) };
    });
    expect(kernels(step)).toEqual(["exp", "neg"]);
    step.run();
    const expected = random([6], 1).data.map(Math.exp);
    expectClose(await step.read("middle"), expected, 1e-6, 0, "middle");
    expectClose(
      await step.read("last"),
      expected.map((v) => -v),
      1e-6,
      0,
      "last",
    );
  });

  it("keeps what a view of a result shares", async () => {
    const x = variable([6], 1);
    const step = await compiled(() => {
      const middle = exp(x);
      return { view: reshape(middle, [2, 3]), last: neg(middle) };
    });
    expect(kernels(step)).toEqual(["exp", "neg"]);
  });

  it("computes a value once that several kernels read", async () => {
    const x = variable([6], 1);
    const step = await compiled(() => {
      const shared = exp(x);
      return { a: neg(shared), b: tanh(shared), c: sum(shared) };
    });
    expect(kernels(step).toSorted()).toEqual(["exp", "neg", "reduce sum", "tanh"]);
  });

  it("computes a value inside the one kernel that reads it several times", async () => {
    const x = variable([6], 1);
    const step = await compiled(() => {
      const shared = exp(x);
      return { y: add(mul(shared, tanh(shared)), neg(shared)) };
    });
    expect(kernels(step)).toHaveLength(1);
    step.run();
    const expected = random([6], 1).data.map((v) => Math.exp(v) * Math.tanh(Math.exp(v)) - Math.exp(v));
    expectClose(await step.read("y"), expected, 1e-5, 1e-6, "y");
  });

  it("leaves a smaller operand out of the kernel that broadcasts it", async () => {
    const [x, row] = [variable([6, 5], 1), variable([5], 2)];
    const step = await compiled(() => ({ y: add(x, exp(row)) }));
    expect(kernels(step)).toEqual(["exp", "add"]);
  });

  it("splits expressions of more than seven inputs, and of very many ops", async () => {
    const terms = Array.from({ length: 20 }, (_, k) => variable([6], k));
    const step = await compiled(() => ({
      y: terms.slice(1).reduce<Tensor>((total, term) => add(total, term), terms[0]!),
    }));
    expect(kernels(step)).toHaveLength(Math.ceil(19 / 6));
    for (const { shapes } of step.explain().dispatches) expect(shapes.length).toBeLessThanOrEqual(8);
    step.run();
    const expected = Array.from({ length: 6 }, (_, i) =>
      terms.reduce((total, _term, k) => total + random([6], k).data[i]!, 0),
    );
    expectClose(await step.read("y"), expected, 1e-6, 1e-6, "sum of many");

    const x = variable([6], 1);
    const long = await compiled(() => {
      let y: Tensor = x;
      for (let i = 0; i < 60; i++) y = mul(y, 1.01);
      return { y };
    });
    expect(kernels(long)).toHaveLength(3);
    long.run();
    expectClose(
      await long.read("y"),
      random([6], 1).data.map((v) => v * 1.01 ** 60),
      1e-5,
      0,
      "power",
    );
  });

  it("stores integers before another kernel reads them", async () => {
    const x = new Variable(Float32Array.of(1.9, -0.5, 300.2, 7), [4]);
    const step = await compiled(() => ({ y: mul(cast(cast(mul(x, 2), "u32"), "f32"), 0.5) }));
    step.run();
    expect(Array.from(await step.read("y"))).toEqual([1.5, 0, 300, 7]);
  });

  it("reads a variable before an update that comes after the op, and after one that comes before", async () => {
    const w = new Variable(Float32Array.of(1, 2, 3, 4), [4], { name: "w" });
    const step = await compiled(() => {
      const before = mul(w, 10);
      assign(w, add(w, 1));
      const after = mul(w, 100);
      return { before: add(before, 0.5), both: add(before, after) };
    });
    step.run();
    expect(Array.from(await step.read("before"))).toEqual([10.5, 20.5, 30.5, 40.5]);
    expect(Array.from(await step.read("both"))).toEqual([210, 320, 430, 540]);
    step.run();
    expect(Array.from(await step.read("both"))).toEqual([320, 430, 540, 650]);
    expect(Array.from(await w.read())).toEqual([3, 4, 5, 6]);
  });

  it("does not move a read past an update even if only the last op of a chain comes after it", async () => {
    const w = new Variable(Float32Array.of(1, 2), [2], { name: "w" });
    const step = await compiled(() => {
      const early = neg(tanh(w));
      assign(w, full([2], 0));
      return { y: mul(early, 2) };
    });
    step.run();
    expectClose(
      await step.read("y"),
      [1, 2].map((v) => -2 * Math.tanh(v)),
      1e-6,
      1e-6,
      "y",
    );
    expect(Array.from(await w.read())).toEqual([0, 0]);
  });

  it("leaves out what no result and no update needs", async () => {
    const x = variable([6], 1);
    const step = await compiled(() => {
      exp(tanh(x));
      return { y: neg(x) };
    });
    expect(kernels(step)).toEqual(["neg"]);
  });

  it("gives gradients like those of separate kernels", async () => {
    const [x, bias] = [variable([9, 7], 1), variable([7], 2)];
    const record = (keep: boolean) => () => {
      const values = [add(x, bias)];
      values.push(sigmoid(values[0]!));
      values.push(mul(values[1]!, x));
      const [dx, db] = grad(sum(values[2]!), [x, bias]);
      const kept = keep ? Object.fromEntries(values.map((value, i) => [`v${i}`, value])) : {};
      return { dx: dx!, db: db!, ...kept };
    };
    const [fused, kept] = [await compiled(record(false)), await compiled(record(true))];
    fused.run();
    kept.run();
    for (const name of ["dx", "db"] as const)
      expectClose(await fused.read(name), await kept.read(name), 1e-5, 1e-6, name);
    expect(kernels(fused).length).toBeLessThan(kernels(kept).length);
  });
});
