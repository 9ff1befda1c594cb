import type { Evaluation } from "../experiments/evaluation.ts";
import { showLoss } from "../experiments/show_loss.ts";
import { textTable } from "./table.ts";

/** What was measured: a run, or a weights file with its model and, if that is a generator, the classifier that judges. */
export type MeasuredModel =
  | { readonly run: string; readonly step: number }
  | { readonly weights: string; readonly model: string; readonly classifier?: string };

/** A classifier's figures with all that is needed to read them. */
export interface Measured {
  readonly of: MeasuredModel;
  readonly evaluation: Evaluation;
  readonly classNames: readonly string[];
  readonly adapter: string;
}

/** The figures as `evaluate --json` prints them. */
export function evaluationJson({ of, evaluation, classNames, adapter }: Measured) {
  const { samples, loss, accuracy, f1Weighted, f1Macro, gMean, headRecall, middleRecall, tailRecall } = evaluation;
  const { confusion, recall, precision, f1 } = evaluation;
  return {
    ...of,
    samples,
    loss,
    accuracy,
    f1Weighted,
    f1Macro,
    gMean,
    headRecall,
    middleRecall,
    tailRecall,
    perClass: classNames.map((name, c) => ({
      class: c,
      name,
      recall: recall[c] ?? 0,
      precision: precision[c] ?? 0,
      f1: f1[c] ?? 0,
      support: support(confusion[c]),
    })),
    confusion,
    adapter,
  };
}

/** The figures as two aligned tables: the whole, and each class. */
export function evaluationText(measured: Measured): string {
  const { perClass, ...whole } = evaluationJson(measured);
  const figure = (value: number) => value.toFixed(4);
  const summary = [
    ...modelRows(measured.of),
    ["test images", String(whole.samples)],
    ["accuracy", figure(whole.accuracy)],
    ["F1 weighted", figure(whole.f1Weighted)],
    ["F1 macro", figure(whole.f1Macro)],
    ["G-mean", figure(whole.gMean)],
    [
      "recall",
      `head ${figure(whole.headRecall)}, middle ${figure(whole.middleRecall)}, tail ${figure(whole.tailRecall)}`,
    ],
    ["loss", showLoss(whole.loss)],
  ];
  const classes = [
    ["class", "name", "recall", "precision", "F1", "images"],
    ...perClass.map((row) => [
      String(row.class),
      row.name,
      figure(row.recall),
      figure(row.precision),
      figure(row.f1),
      String(row.support),
    ]),
  ];
  return `${textTable(summary, ["left", "left"])}\n\n${textTable(classes, ["right", "left"])}`;
}

function modelRows(of: MeasuredModel): string[][] {
  if ("run" in of) return [["run", `${of.run}, step ${of.step}`]];
  const rows = [["weights", `${of.weights} (${of.model})`]];
  return of.classifier === undefined ? rows : [...rows, ["classifier", of.classifier]];
}

function support(row: readonly number[] = []): number {
  return row.reduce((total, count) => total + count, 0);
}
