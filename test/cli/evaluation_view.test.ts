import { expect, test } from "vitest";
import { evaluationJson, evaluationText } from "../../src/cli/evaluation_view.ts";
import { classMetrics } from "../../src/experiments/metrics.ts";

const confusion = [
  [8, 2],
  [5, 5],
];
const evaluation = { ...classMetrics(confusion), loss: 0.5, confusion, samples: 20 };
const measured = { of: { run: "runs/a", step: 7 }, evaluation, classNames: ["shirt", "bag"], adapter: "some GPU" };

test("the JSON form has the figures, each class, the confusion and the adapter, and nothing more", () => {
  const json = evaluationJson(measured);
  expect(Object.keys(json)).toEqual([
    "run",
    "step",
    "samples",
    "loss",
    "accuracy",
    "f1Weighted",
    "f1Macro",
    "gMean",
    "headRecall",
    "middleRecall",
    "tailRecall",
    "perClass",
    "confusion",
    "adapter",
  ]);
  expect(json).toMatchObject({ run: "runs/a", step: 7, samples: 20, accuracy: 0.65, confusion, adapter: "some GPU" });
  expect(json.perClass[1]).toEqual({ class: 1, name: "bag", recall: 0.5, precision: 5 / 7, f1: 10 / 17, support: 10 });
});

test("the loss of a training that diverged is in exponent form", () => {
  const diverged = { ...measured, evaluation: { ...evaluation, loss: 1.1e15 } };
  expect(evaluationText(diverged).split("\n")).toContain("loss         1.1e+15");
});

test("the text form is two aligned tables", () => {
  const lines = evaluationText(measured).split("\n");
  expect(lines[0]).toBe("run          runs/a, step 7");
  expect(lines).toContain("accuracy     0.6500");
  expect(lines.at(-1)).toBe("    1  bag    0.5000     0.7143  0.5882      10");
});
