import { describe, expect, it } from "vitest";
import { evaluate } from "../../../src/autograd/evaluate.ts";
import { flatten } from "../../../src/autograd/ops/flatten.ts";
import { random, zeros } from "../../support/arrays.ts";
import { checkOp, toHost } from "../../support/check.ts";
import { testDevice } from "../../support/device.ts";

describe("flatten", () => {
  it.each([
    [[2, 3, 4], 0, [24]],
    [[2, 3, 4], 1, [2, 12]],
    [[2, 3, 4], -1, [2, 3, 4]],
    [[], 0, [1]],
    [[0, 3, 4], 1, [0, 12]],
  ])("of %j from axis %d is %j, with its gradient", async (shape, axis, flat) => {
    await checkOp({
      op: (x) => flatten(x!, axis),
      oracle: (x) => ({ ...x!, shape: flat }),
      inputs: [random(shape, 1)],
    });
  });

  it.each([3, -4, 0.5])("refuses axis %d of three", async (axis) => {
    await expect(evaluate(await testDevice(), (x) => [flatten(x!, axis)], [toHost(zeros([2, 3, 4]))])).rejects.toThrow(
      `flatten: f32[2, 3, 4] has no axis ${axis}`,
    );
  });
});
