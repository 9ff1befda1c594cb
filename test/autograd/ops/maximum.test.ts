import { describe, expect, it } from "vitest";
import { evaluate } from "../../../src/autograd/evaluate.ts";
import { grad } from "../../../src/autograd/grad.ts";
import { maximum, minimum } from "../../../src/autograd/ops/maximum.ts";
import { sum } from "../../../src/autograd/ops/sum.ts";
import * as oracle from "../../oracle/maximum.ts";
import { array, indices, random } from "../../support/arrays.ts";
import { checkOp, expectClose, toHost } from "../../support/check.ts";
import { testDevice } from "../../support/device.ts";

const SPECIALS = [NaN, Infinity, -Infinity, 0, 1, -1];
const OPS = [
  ["maximum", maximum, oracle.maximum],
  ["minimum", minimum, oracle.minimum],
] as const;

describe.each(OPS)("%s", (_, op, expected) => {
  it.each([
    [[7], [7]],
    [[5, 8], [8]],
    [
      [2, 3, 5],
      [3, 1],
    ],
    [[2, 1], []],
    [[0, 3], [3]],
  ])("of %j and %j, with gradients", async (a, b) => {
    await checkOp({
      op: (x, y) => op(x!, y!),
      oracle: (x, y) => expected(x!, y!),
      inputs: [random(a, 1), random(b, 2)],
    });
  });

  it("lets NaN win on either side", async () => {
    const n = SPECIALS.length;
    const [a, b] = [array(SPECIALS, [n, 1]), array(SPECIALS, [1, n])];
    const [y] = await evaluate(await testDevice(), (x, z) => [op(x!, z!)], [a, b].map(toHost));
    expectClose(y!.data, expected(a, b).data, 0, 0, "all pairs");
  });

  it("halves the gradient between equal operands", async () => {
    const data = Float32Array.from([2, -0, 3]);
    const inputs = [
      { data, shape: [3] },
      { data: Float32Array.from([2, 0, 3]), shape: [3] },
    ];
    const gradients = await evaluate(await testDevice(), (a, b) => grad(sum(op(a!, b!)), [a!, b!]), inputs);
    for (const { data } of gradients) expect(Array.from(data)).toEqual([0.5, 0.5, 0.5]);
  });

  it("refuses integers", async () => {
    const x = toHost(indices([1], [1]));
    await expect(evaluate(await testDevice(), (a) => [op(a!, 1)], [x])).rejects.toThrow("needs f32, but got u32[1]");
  });
});
