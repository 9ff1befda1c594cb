import { describe, expect, it } from "vitest";
import { evaluate } from "../../../src/autograd/evaluate.ts";
import { oneHot } from "../../../src/autograd/ops/one_hot.ts";
import * as oracle from "../../oracle/one_hot.ts";
import { indices, randomIndices, zeros } from "../../support/arrays.ts";
import { checkOp, toHost } from "../../support/check.ts";
import { testDevice } from "../../support/device.ts";

describe("oneHot", () => {
  it.each([
    [[256], 10],
    [[], 3],
    [[1], 1],
    [[5, 7], 13],
    [[0], 4],
    [[131], 67],
    [[65_537], 65],
  ])("of indices %j in %d classes", async (shape, classes) => {
    // Some indices are too large: their rows stay 0.
    const inputs = [randomIndices(shape, classes + 1, 1)];
    await checkOp({ op: (k) => oneHot(k!, classes), oracle: (k) => oracle.oneHot(k!, classes), inputs });
  });

  it.each([0, -1, 2.5, Number.NaN])("refuses %d classes", async (classes) => {
    const k = toHost(indices([1], [1]));
    await expect(evaluate(await testDevice(), (t) => [oneHot(t!, classes)], [k])).rejects.toThrow(
      "oneHot: the number of classes is",
    );
  });

  it("refuses indices of f32", async () => {
    await expect(evaluate(await testDevice(), (t) => [oneHot(t!, 2)], [toHost(zeros([2]))])).rejects.toThrow(
      "oneHot: indices must be u32, but got f32[2]; convert them with cast",
    );
  });
});
