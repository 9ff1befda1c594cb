import { describe, expect, it } from "vitest";
import { evaluate } from "../../../src/autograd/evaluate.ts";
import { grad } from "../../../src/autograd/grad.ts";
import { pow } from "../../../src/autograd/ops/pow.ts";
import { sum } from "../../../src/autograd/ops/sum.ts";
import * as oracle from "../../oracle/pow.ts";
import { array, indices, random } from "../../support/arrays.ts";
import { checkOp, expectClose, toHost } from "../../support/check.ts";
import { testDevice } from "../../support/device.ts";

const BASES = [NaN, Infinity, -Infinity, 0, -0, 1, -1, 2, -2, 0.5, -0.5, 3e38, -3e38];
const EXPONENTS = [NaN, Infinity, -Infinity, 0, -0, 1, -1, 2, 3, -3, 0.5, -0.5, 2.5, 33554432, 3e38];

describe("pow", () => {
  it.each([
    [[7], [7]],
    [[3, 8], [8]],
    [
      [2, 3, 1],
      [1, 5],
    ],
    [[0], [1]],
  ])("of %j to %j, with gradients", async (a, b) => {
    const inputs = [random(a, 1, 0.3, 3), random(b, 2, -3, 3)];
    await checkOp({ op: (x, y) => pow(x!, y!), oracle: (x, y) => oracle.pow(x!, y!), inputs });
  });

  it("takes special bases and exponents as C does", async () => {
    const [a, b] = [array(BASES, [BASES.length, 1]), array(EXPONENTS, [1, EXPONENTS.length])];
    const [y] = await evaluate(await testDevice(), (x, z) => [pow(x!, z!)], [a, b].map(toHost));
    const expected = Float32Array.from(oracle.pow(a, b).data);
    // Results below the normal range may be flushed to 0.
    expectClose(y!.data, expected, 1e-6, 1.2e-38, "all pairs");
    const negative = (data: ArrayLike<number>) => Array.from(expected, (e, i) => e === 0 && Object.is(data[i], -0));
    expect(negative(y!.data), "signs of zeros").toEqual(negative(expected));
  });

  it.each([-2, -1, 0, 0.5, 1, 2, 3, 4, 2.5, -0.5])(
    "takes special bases to the number %d as C does",
    async (exponent) => {
      const x = array(BASES, [BASES.length]);
      const [y] = await evaluate(await testDevice(), (t) => [pow(t!, exponent)], [toHost(x)]);
      const expected = Float32Array.from(oracle.pow(x, array([exponent], [])).data);
      expectClose(y!.data, expected, 1e-6, 1.2e-38, "all bases");
    },
  );

  it.each([-2, -1, 0, 0.5, 1, 2, 3, 4, 2.5])("to the number %d, with its gradient", async (exponent) => {
    const low = Number.isInteger(exponent) ? -2 : 0.3;
    const x = random([37], 4, low, 2);
    const data = x.data.map((v) => (Math.abs(v) < 0.3 ? v + 0.6 : v));
    const inputs = [array(data, [37])];
    await checkOp({ op: (t) => pow(t!, exponent), oracle: (t) => oracle.pow(t!, array([exponent], [])), inputs });
  });

  it("takes a number to a tensor", async () => {
    await checkOp({
      op: (t) => pow(2.5, t!),
      oracle: (t) => oracle.pow(array([2.5], []), t!),
      inputs: [random([9], 5, -3, 3)],
    });
  });

  it("has PyTorch's gradients at 0", async () => {
    const x = toHost(array([0, 0, 0, 2, 0], [5]));
    const e = toHost(array([0, 2, 1, 0, -1], [5]));
    const [dx, de] = await evaluate(await testDevice(), (a, b) => grad(sum(pow(a!, b!)), [a!, b!]), [x, e]);
    expectClose(dx!.data, [0, 0, 1, 0, -Infinity], 1e-6, 0, "to the base");
    expectClose(de!.data, [0, 0, 0, Math.log(2), -Infinity], 1e-6, 0, "to the exponent");
    const [zero] = await evaluate(await testDevice(), (a) => grad(sum(pow(a!, 0)), [a!]), [x]);
    expect(Array.from(zero!.data)).toEqual([0, 0, 0, 0, 0]);
    const [square] = await evaluate(await testDevice(), (a) => grad(sum(pow(a!, 2)), [a!]), [x]);
    expect(Array.from(square!.data)).toEqual([0, 0, 0, 4, 0]);
  });

  it("takes exponents that are not finite", async () => {
    const x = toHost(array([0.5, 1, 2, NaN], [4]));
    const results = await evaluate(await testDevice(), (a) => [pow(a!, Infinity), pow(a!, -Infinity), pow(a!, NaN)], [
      x,
    ]);
    expect(results.map(({ data }) => Array.from(data))).toEqual([
      [0, 1, Infinity, NaN],
      [Infinity, 1, 0, NaN],
      [NaN, 1, NaN, NaN],
    ]);
  });

  it("refuses integers and what is no number", async () => {
    const device = await testDevice();
    const u = toHost(indices([1], [1]));
    const x = toHost(array([1], [1]));
    await expect(evaluate(device, (a) => [pow(a!, 2)], [u])).rejects.toThrow("pow: needs f32, but got u32[1]");
    await expect(evaluate(device, (a) => [pow(a!, "2" as never)], [x])).rejects.toThrow(
      'pow: needs a tensor or a number, but got "2"',
    );
  });
});
