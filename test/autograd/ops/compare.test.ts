import { describe, expect, it } from "vitest";
import { evaluate } from "../../../src/autograd/evaluate.ts";
import * as ops from "../../../src/autograd/ops/compare.ts";
import * as oracle from "../../oracle/compare.ts";
import { array, indices } from "../../support/arrays.ts";
import { toHost } from "../../support/check.ts";
import { testDevice } from "../../support/device.ts";

const VALUES = [NaN, Infinity, -Infinity, 0, -0, 1, -1];
const OPS = [
  ["greater", ops.greater, oracle.greater],
  ["greaterEqual", ops.greaterEqual, oracle.greaterEqual],
  ["less", ops.less, oracle.less],
  ["lessEqual", ops.lessEqual, oracle.lessEqual],
  ["equal", ops.equal, oracle.equal],
] as const;

describe.each(OPS)("%s", (_, op, expected) => {
  it("compares all pairs of special values", async () => {
    const [a, b] = [array(VALUES, [VALUES.length, 1]), array(VALUES, [VALUES.length])];
    const [y] = await evaluate(await testDevice(), (x, z) => [op(x!, z!)], [a, b].map(toHost));
    expect(y!.data).toBeInstanceOf(Uint32Array);
    expect(Array.from(y!.data)).toEqual(Array.from(expected(a, b).data));
  });

  it("refuses integers", async () => {
    const x = toHost(indices([1], [1]));
    await expect(evaluate(await testDevice(), (a) => [op(a!, 1)], [x])).rejects.toThrow("needs f32, but got u32[1]");
  });
});
