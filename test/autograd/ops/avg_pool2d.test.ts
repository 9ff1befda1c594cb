import { describe, expect, it } from "vitest";
import type { Pair } from "../../../src/autograd/arguments.ts";
import { evaluate } from "../../../src/autograd/evaluate.ts";
import { avgPool2d } from "../../../src/autograd/ops/avg_pool2d.ts";
import * as oracle from "../../oracle/avg_pool2d.ts";
import { array, random, zeros } from "../../support/arrays.ts";
import { checkOp, expectClose, toHost } from "../../support/check.ts";
import { testDevice } from "../../support/device.ts";
import { BAD_POOLS, POOL_CASES } from "../../support/pool_cases.ts";

describe("avgPool2d", () => {
  describe.each([true, false])("countIncludePad %s", (countIncludePad) => {
    it.each(POOL_CASES)("of %j in %j, with its gradient", async (shape, pool) => {
      const { kernel, stride, padding, ceilMode = false } = pool;
      await checkOp({
        op: (x) => avgPool2d(x!, kernel, { stride, padding, ceilMode, countIncludePad }),
        oracle: (x) => oracle.avgPool2d(x!, pool, countIncludePad),
        inputs: [random(shape, 1)],
      });
    });
  });

  it("strides by the kernel and counts padding unless told otherwise", async () => {
    const x = toHost(array([1, 2, 3, 4], [1, 1, 2, 2]));
    const [y, z] = await evaluate(await testDevice(), (t) => [avgPool2d(t!, 2), avgPool2d(t!, 2, { padding: 1 })], [x]);
    expect(Array.from(y!.data)).toEqual([2.5]);
    expect(Array.from(z!.data)).toEqual([0.25, 0.5, 0.75, 1]);
  });

  it("keeps NaN and infinities", async () => {
    const x = toHost(array([NaN, 1, Infinity, 1, 1, 1, 1, 1], [1, 1, 2, 4]));
    const [y] = await evaluate(await testDevice(), (t) => [avgPool2d(t!, 2)], [x]);
    expectClose(y!.data, [NaN, Infinity], 0, 0, "avgPool2d");
  });

  it("passes 65,535 workgroups", async () => {
    const count = 65_536 * 64 + 7;
    const data = Float32Array.from({ length: count }, (_, i) => i % 1021);
    const [y] = await evaluate(await testDevice(), (t) => [avgPool2d(t!, 1)], [{ data, shape: [count, 1, 1, 1] }]);
    expect(y!.data.findIndex((v, i) => v !== i % 1021)).toBe(-1);
  });

  it.each(BAD_POOLS)("refuses kernel %j with %j", async (kernel, options, message) => {
    const x = toHost(zeros([1, 1, 4, 4]));
    await expect(evaluate(await testDevice(), (t) => [avgPool2d(t!, kernel as Pair, options)], [x])).rejects.toThrow(
      message,
    );
  });
});
