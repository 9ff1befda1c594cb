import { expect, it } from "vitest";
import { compile } from "../../../src/autograd/compile.ts";
import { evaluate } from "../../../src/autograd/evaluate.ts";
import { confusionCounts } from "../../../src/autograd/ops/confusion_counts.ts";
import { Variable } from "../../../src/autograd/tensor.ts";
import { DTypeError, ShapeError } from "../../../src/errors.ts";
import { randomIndices } from "../../support/arrays.ts";
import { testDevice } from "../../support/device.ts";

it.each([
  [0, 3],
  [1, 1],
  [100, 10],
  [1031, 7],
  [4_200_001, 3],
])("counts %i pairs of %i classes, on top of what is there", async (size, classes) => {
  // One label too many: such pairs are left out.
  const labels = Uint32Array.from(randomIndices([size], classes + 1, 1).data);
  const predictions = Uint32Array.from(randomIndices([size], classes + 1, 2).data);
  const counts = new Variable(new Uint32Array(classes * classes).fill(5), [classes, classes]);
  const variables = [labels, predictions].map((data) => new Variable(data, [size]));
  const step = await compile(await testDevice(), () => {
    confusionCounts(counts, variables[0]!, variables[1]!);
    return {};
  });
  step.run(2);
  const expected = new Uint32Array(classes * classes).fill(5);
  labels.forEach((label, n) => {
    if (label < classes && predictions[n]! < classes) expected[label * classes + predictions[n]!]! += 2;
  });
  expect(await counts.read()).toEqual(expected);
  step.destroy();
  for (const variable of [counts, ...variables]) variable.destroy();
});

it("refuses what does not fit", async () => {
  const device = await testDevice();
  const run = (
    counts: Variable,
    labels: number[],
    predictions: number[],
    data = (n: number): Float32Array | Uint32Array => new Uint32Array(n),
  ) =>
    evaluate(
      device,
      (a, b) => {
        confusionCounts(counts, a!, b!);
        return [a!];
      },
      [labels, predictions].map((shape) => ({ data: data(shape.reduce((m, n) => m * n, 1)), shape })),
    );
  const square = new Variable(new Uint32Array(4), [2, 2]);
  await expect(run(new Variable(new Uint32Array(4), [4]), [3], [3])).rejects.toThrow(
    new ShapeError("confusionCounts: the counts are u32[4]; they must be square, classes by classes"),
  );
  await expect(run(square, [3], [4])).rejects.toThrow(
    new ShapeError("confusionCounts: labels u32[3] and predictions u32[4] must both be [N]; reshape them"),
  );
  await expect(run(square, [3, 1], [3, 1])).rejects.toThrow(ShapeError);
  await expect(run(new Variable(new Float32Array(4), [2, 2]), [3], [3])).rejects.toThrow(
    new DTypeError("confusionCounts: counts must be u32, but got f32[2, 2]; convert them with cast"),
  );
  await expect(run(square, [3], [3], (n) => new Float32Array(n))).rejects.toThrow(DTypeError);
});
