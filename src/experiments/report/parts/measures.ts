import { heatChart } from "../charts.ts";
import type { Cell, Column, Figure, Mark, Table } from "../document.ts";
import { figure, words } from "../document.ts";
import { showCount, showMeasure, showPercent, showSeconds, showSpread } from "../numbers.ts";
import { deviation, mean } from "../statistics.ts";

/** One trained classifier, measured on the test set. Measures are in [0, 1]. */
export interface Measured {
  loss: number;
  accuracy: number;
  f1Weighted: number;
  f1Macro: number;
  gMean: number;
  /** Per class. */
  recall: readonly number[];
  headRecall: number;
  middleRecall: number;
  tailRecall: number;
  steps: number;
  seconds: number;
}

/** Classifiers trained alike but for the seed: a row of a table. */
export interface Group {
  label: string;
  runs: readonly Measured[];
  /** What the others are measured by, and do not compete with: the full set. */
  reference?: boolean;
}

/** A cell of mean and standard deviation over a group's runs. */
export function spreadCell(values: readonly number[], mark?: Mark): Cell {
  const centre = mean(values);
  const spread = deviation(values);
  const cell = figure(centre, () => showSpread(centre, spread), mark);
  return spread === undefined || !Number.isFinite(spread) ? cell : { ...cell, spread };
}

interface Measure {
  title: string;
  of: (run: Measured) => number;
  lower?: boolean;
}

const measures: readonly Measure[] = [
  { title: "Accuracy", of: (run) => run.accuracy },
  { title: "F1 macro", of: (run) => run.f1Macro },
  { title: "F1 weighted", of: (run) => run.f1Weighted },
  { title: "G-mean", of: (run) => run.gMean },
  { title: "Head recall", of: (run) => run.headRecall },
  { title: "Middle recall", of: (run) => run.middleRecall },
  { title: "Tail recall", of: (run) => run.tailRecall },
  { title: "Loss", of: (run) => run.loss, lower: true },
];

/** All measures of each group, the best of each column marked; equal as shown is equally good. */
export function measuresTable(name: string, title: string, groups: readonly Group[]): Table {
  const best = measures.map((measure) => bestOf(measure, groups));
  const columns: Column[] = [
    { title: "Training set", words: true },
    ...(groups.some(({ runs }) => runs.length > 1) ? [{ title: "Seeds" }] : []),
    ...measures.map((measure) => ({ title: measure.title, spread: true })),
    { title: "Steps" },
    { title: "Time", unit: "seconds" },
  ];
  const several = columns[1]?.title === "Seeds";
  const rows = groups.map(({ label, runs, reference }) => [
    words(label),
    ...(several ? [figure(runs.length, showCount)] : []),
    ...measures.map(({ of }, i) => {
      const values = runs.map(of);
      return spreadCell(values, !reference && best[i] === showMeasure(mean(values)) ? "best" : undefined);
    }),
    figure(mean(runs.map(({ steps }) => steps)), showCount),
    figure(mean(runs.map(({ seconds }) => seconds)), showSeconds),
  ]);
  return { kind: "table", name, title, columns, rows };
}

/** The best mean as it is shown; undefined with one row, or where all are alike: then there is no best. */
function bestOf({ of, lower }: Measure, groups: readonly Group[]): string | undefined {
  const means = groups
    .filter(({ reference }) => !reference)
    .map(({ runs }) => mean(runs.map(of)))
    .filter(Number.isFinite);
  if (new Set(means.map(showMeasure)).size < 2) return undefined;
  return showMeasure(lower ? Math.min(...means) : Math.max(...means));
}

/** Mean recall of each class over a group's runs. */
export function meanRecall({ runs }: Group, classes: number): number[] {
  return Array.from({ length: classes }, (_, c) => mean(runs.map(({ recall }) => recall[c] ?? Number.NaN)));
}

/** Recall of each class as shaded cells. */
export function recallFigure(
  name: string,
  title: string,
  groups: readonly Group[],
  classNames: readonly string[],
): Figure {
  const values = groups.map((group) => meanRecall(group, classNames.length));
  const options = { rows: groups.map(({ label }) => label), columns: classNames, show: showRecall, full: 1 };
  const chart = heatChart(`${title}. ${recallSentence(groups, classNames)}`, values, options);
  return {
    kind: "figure",
    name,
    title,
    caption: recallSentence(groups, classNames),
    content: { kind: "charts", panels: [{ chart }], legend: [] },
    wide: true,
  };
}

/** The numbers behind the shaded cells. */
export function recallTable(name: string, groups: readonly Group[], classNames: readonly string[]): Table {
  return {
    kind: "table",
    name,
    title: "Recall per class in numbers",
    columns: [{ title: "Training set", words: true }, ...classNames.map((title) => ({ title, spread: true }))],
    rows: groups.map(({ label, runs }) => [
      words(label),
      ...classNames.map((_, c) => spreadCell(runs.map(({ recall }) => recall[c] ?? Number.NaN))),
    ]),
    folded: true,
  };
}

/** Two decimals: what a cell has room for. */
export function showRecall(value: number): string {
  return value.toFixed(2);
}

/** Which training set finds the rare classes best, and what it is worth against the one that does worst. */
export function tailSentence(groups: readonly Group[]): string {
  const sorted = groups
    .filter(({ reference }) => !reference)
    .map(({ label, runs }) => ({ label, tail: mean(runs.map(({ tailRecall }) => tailRecall)) }))
    .filter(({ tail }) => Number.isFinite(tail))
    .sort((a, b) => b.tail - a.tail);
  const [best] = sorted;
  const worst = sorted.at(-1);
  if (best === undefined || worst === undefined) return "";
  const first = `The rare classes (the third with fewest training images) are recognised in ${showPercent(best.tail)}`;
  if (showMeasure(best.tail) === showMeasure(worst.tail)) return `${first} of cases.`;
  return `${first} of cases by ${best.label}, in ${showPercent(worst.tail)} by ${worst.label}.`;
}

function recallSentence(groups: readonly Group[], classNames: readonly string[]): string {
  let widest = { name: "", low: Number.NaN, high: Number.NaN };
  const recalls = groups.map((group) => meanRecall(group, classNames.length));
  for (const [c, name] of classNames.entries()) {
    const values = recalls.map((recall) => recall[c] ?? Number.NaN).filter(Number.isFinite);
    const [low, high] = [Math.min(...values), Math.max(...values)];
    if (values.length > 0 && !(high - low <= widest.high - widest.low)) widest = { name, low, high };
  }
  if (groups.length === 1 || widest.name === "") return "From 0, never recognised, to 1, always.";
  return `The training sets differ most on ${widest.name}: from ${showPercent(widest.low)} to ${showPercent(widest.high)}.`;
}
