import { describe, expect, it } from "vitest";
import { grad } from "../../src/autograd/grad.ts";
import { conv2d } from "../../src/autograd/ops/conv2d.ts";
import { dropout } from "../../src/autograd/ops/dropout.ts";
import { add, full, leakyRelu, mul, relu, square, sub, tanh } from "../../src/autograd/ops/elementwise.ts";
import { linear, matmul } from "../../src/autograd/ops/matmul.ts";
import { maxPool2d } from "../../src/autograd/ops/max_pool2d.ts";
import { newClock } from "../../src/autograd/ops/random.ts";
import { reshape } from "../../src/autograd/ops/reshape.ts";
import { assign } from "../../src/autograd/ops/state.ts";
import { sum } from "../../src/autograd/ops/sum.ts";
import type { Outputs } from "../../src/autograd/step.ts";
import type { Tensor } from "../../src/autograd/tensor.ts";
import { expectClose } from "../support/check.ts";
import { compiled, kernels, variable } from "../support/plan.ts";

/** Both ways of computing a thing; all zeros would agree too. */
async function expectSame(one: Promise<ArrayLike<number>>, other: Promise<ArrayLike<number>>, absolute: number) {
  const expected = await other;
  expect(Array.from(expected).some((value) => value !== 0)).toBe(true);
  expectClose(await one, expected, 1e-6, absolute, "fused");
}

describe("products that compute what follows them", () => {
  const clock = newClock();
  const CHAINS: Readonly<Record<string, (c: Tensor, other: Tensor) => Tensor>> = {
    "an activation": (c) => relu(c),
    "a chain": (c) => mul(tanh(add(c, 1)), 0.5),
    "another tensor": (c, other) => sub(mul(c, other), other),
    dropout: (c) => dropout(leakyRelu(c, 0.2), 0.3, { seed: 3, clock, stream: 7 }),
    "another shape of its result": (c, other) => mul(reshape(c, [c.size]), reshape(other, [c.size])),
  };
  const SIZES = [
    [9, 8],
    [17, 33],
  ] as const;

  describe.each(Object.entries(CHAINS))("%s", (_, chain) => {
    it.each(SIZES)("on a %i x %i matmul, like separate kernels", async (m, n) => {
      const [a, b, bias, other] = [variable([m, 6], 1), variable([n, 6], 2), variable([n], 3), variable([m, n], 4)];
      const fused = await compiled(() => ({ y: chain(linear(a, b, bias), other) }));
      expect(kernels(fused)).toHaveLength(1);
      const separate = await compiled(() => {
        const c = linear(a, b, bias);
        return { c, y: chain(c, other) };
      });
      expect(kernels(separate)).toHaveLength(2);
      fused.run();
      separate.run();
      await expectSame(fused.read("y"), separate.read("y"), 1e-7);
    });

    it.each([3, 8])("on a convolution with %i channels, like separate kernels", async (channels) => {
      const [x, w, bias] = [variable([2, 3, 5, 7], 1), variable([channels, 3, 3, 3], 2), variable([channels], 3)];
      const other = variable([2, channels, 5, 7], 4);
      const fused = await compiled(() => ({ y: chain(conv2d(x, w, bias, { padding: 1 }), other) }));
      expect(kernels(fused).filter((kernel) => !kernel.includes("pack"))).toHaveLength(1);
      const separate = await compiled(() => {
        const c = conv2d(x, w, bias, { padding: 1 });
        return { c, y: chain(c, other) };
      });
      fused.run();
      separate.run();
      await expectSame(fused.read("y"), separate.read("y"), 1e-7);
    });
  });

  it("but not what others read, broadcast over, or would read too late", async () => {
    const [a, b, row] = [variable([4, 6], 1), variable([6, 8], 2), variable([8], 3)];
    const count = async (fn: () => Outputs) => kernels(await compiled(fn)).length;
    expect(await count(() => ({ y: relu(matmul(a, b)) }))).toBe(1);
    expect(
      await count(() => {
        const c = matmul(a, b);
        return { y: relu(c), total: sum(c) };
      }),
    ).toBe(3);
    expect(await count(() => ({ y: add(matmul(a, b), row) }))).toBe(2);
    const step = await compiled(() => {
      const c = matmul(a, b);
      assign(b, full([6, 8], 0));
      return { y: relu(c) };
    });
    step.run();
    expect((await step.read("y")).some((value) => value > 0)).toBe(true);
  });
});

describe("gradients of signs", () => {
  it("are taken before the mask of dropout and the winners of a pool, and are the same", async () => {
    const clock = newClock();
    const x = variable([2, 3, 6, 8], 1);
    const nets: Readonly<Record<string, (y: Tensor) => Tensor>> = {
      dropout: (y) => dropout(y, 0.4, { seed: 5, clock, stream: 3 }),
      maxPool2d: (y) => maxPool2d(y, 2),
      "maxPool2d with overlap": (y) => maxPool2d(y, 3, { stride: 1, padding: 1 }),
    };
    for (const net of Object.values(nets)) {
      for (const activation of [relu, (v: Tensor) => leakyRelu(v, 0.2)]) {
        const step = await compiled(() => {
          const y = activation(x);
          const [moved] = grad(sum(square(net(y))), [x]);
          // A second path to y: the rule must stay where it was.
          const [plain] = grad(add(sum(square(net(y))), mul(sum(y), 0)), [x]);
          return { moved: moved!, plain: plain! };
        });
        step.run();
        await expectSame(step.read("moved"), step.read("plain"), 0);
      }
    }
  });
});
