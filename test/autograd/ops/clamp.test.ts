import { describe, expect, it } from "vitest";
import { evaluate } from "../../../src/autograd/evaluate.ts";
import { grad } from "../../../src/autograd/grad.ts";
import { clamp } from "../../../src/autograd/ops/clamp.ts";
import { sum } from "../../../src/autograd/ops/sum.ts";
import * as oracle from "../../oracle/clamp.ts";
import { array, random } from "../../support/arrays.ts";
import { checkOp, expectClose, toHost } from "../../support/check.ts";
import { testDevice } from "../../support/device.ts";

describe("clamp", () => {
  it.each([
    [-0.5, 0.25],
    [-0.5, undefined],
    [undefined, 0.25],
    [-Infinity, Infinity],
    [0.5, -0.5],
  ])("between %j and %j, with its gradient", async (least, most) => {
    const inputs = [random([5, 7], 1)];
    await checkOp({ op: (x) => clamp(x!, least, most), oracle: (x) => oracle.clamp(x!, least, most), inputs });
  });

  it("keeps NaN and cuts infinities", async () => {
    const x = array([NaN, Infinity, -Infinity, 0.5], [4]);
    const [y] = await evaluate(await testDevice(), (t) => [clamp(t!, -1, 1)], [toHost(x)]);
    expectClose(y!.data, [NaN, 1, -1, 0.5], 0, 0, "clamp");
  });

  it.each([
    [Infinity, undefined, [NaN, Infinity, Infinity, Infinity], [0, 1, 0, 0]],
    [undefined, -Infinity, [NaN, -Infinity, -Infinity, -Infinity], [0, 0, 1, 0]],
    [Infinity, 2, [NaN, 2, 2, 2], [0, 0, 0, 0]],
    [1e39, -1e39, [NaN, -Infinity, -Infinity, -Infinity], [0, 0, 0, 0]],
  ])("takes %j and %j, infinite on the wrong side, as bounds", async (least, most, y, g) => {
    const x = toHost(array([NaN, Infinity, -Infinity, 0.5], [4]));
    const results = await evaluate(
      await testDevice(),
      (t) => {
        const clamped = clamp(t!, least, most);
        return [clamped, ...grad(sum(clamped), [t!])];
      },
      [x],
    );
    expect(results.map(({ data }) => Array.from(data))).toEqual([y, g]);
  });

  it("passes the gradient on the bounds", async () => {
    const x = toHost(array([-2, -1, 0, 1, 2], [5]));
    const [g] = await evaluate(await testDevice(), (t) => grad(sum(clamp(t!, -1, 1)), [t!]), [x]);
    expect(Array.from(g!.data)).toEqual([0, 1, 1, 1, 0]);
  });

  it("refuses to have no bound, or NaN as one", async () => {
    const x = toHost(array([1], [1]));
    const device = await testDevice();
    await expect(evaluate(device, (t) => [clamp(t!)], [x])).rejects.toThrow(
      "clamp: neither a lower nor an upper bound",
    );
    await expect(evaluate(device, (t) => [clamp(t!, NaN)], [x])).rejects.toThrow(
      "clamp: the bound NaN is no number; give one, or leave it out",
    );
  });
});
