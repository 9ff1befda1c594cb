import { paperResult } from "../../paper/paper.ts";
import type { LossMode } from "../../programs.ts";
import { type Cell, figure, type Table, words } from "../document.ts";
import { showDifference, showMeasure } from "../numbers.ts";
import { mean } from "../statistics.ts";
import { groupsOf, lossTitles, type Study, type StudyGroup, type StudyRow } from "../study.ts";
import { spreadCell } from "./measures.ts";

/** Differences from the paper beyond this are marked: two test images in a hundred. */
export const MARKED_DIFFERENCE = 0.02;

/** Tell marked differences apart where there are no colours. */
const ARROWS = { above: "\u2191", below: "\u2193" } as const;

/** The rows of one loss beside the paper's: mean and standard deviation over the finished seeds, and the difference. */
export function table1(study: Study, loss: LossMode): Table {
  const own = study.rows.filter(({ run }) => run.loss === loss);
  const groups = groupsOf(study, loss);
  const planned = [...new Map(own.map((row) => [`${row.run.setting}/${row.run.rebalancing}`, row.run])).values()];
  const rows = planned.map(({ setting, rebalancing }) => {
    const group = groups.find((one) => one.setting === setting && one.rebalancing === rebalancing);
    const seeds = own.filter(({ run }) => run.setting === setting && run.rebalancing === rebalancing);
    return [words(setting), words(rebalancing), stateCell(seeds), ...figures(group, setting, rebalancing, loss)];
  });
  return {
    kind: "table",
    name: `table-1-${loss}`,
    title: `Table 1, trained with ${lossTitles[loss]}`,
    columns: [
      { title: "Data set", words: true },
      { title: "Rebalancing", words: true },
      { title: "Seeds" },
      { title: "Loss", spread: true },
      // Only the same loss can be compared.
      ...(loss === "paper" ? [{ title: "paper" }] : []),
      { title: "Accuracy", spread: true },
      { title: "paper" },
      { title: "difference" },
      { title: "F1 weighted", spread: true },
      { title: "paper" },
      { title: "difference" },
    ].map(unique),
    rows,
    texts: true,
    caption: caption(loss),
  };
}

/** Columns of one title, e.g. "paper", get the measure's name before them, so that programs can tell them apart. */
function unique(column: Table["columns"][number], index: number, all: Table["columns"]): Table["columns"][number] {
  if (column.title !== "paper" && column.title !== "difference") return column;
  const measure = all.slice(0, index).findLast(({ spread }) => spread)?.title ?? "";
  return { ...column, title: `${measure}, ${column.title}` };
}

function figures(group: StudyGroup | undefined, setting: string, rebalancing: string, loss: LossMode): Cell[] {
  const paper = paperResult(setting, rebalancing);
  const compared = (values: readonly number[], theirs: number | undefined): Cell[] => {
    const difference = mean(values) - (theirs ?? Number.NaN);
    const mark = difference > MARKED_DIFFERENCE ? "above" : difference < -MARKED_DIFFERENCE ? "below" : undefined;
    const show = (value: number) => (mark ? `${showDifference(value)} ${ARROWS[mark]}` : showDifference(value));
    return [spreadCell(values), paperCell(theirs), figure(difference, show, mark)];
  };
  const runs = group?.runs ?? [];
  return [
    spreadCell(runs.map((run) => run.loss)),
    ...(loss === "paper" ? [paperCell(paper?.loss)] : []),
    ...compared(
      runs.map(({ accuracy }) => accuracy),
      paper?.accuracy,
    ),
    ...compared(
      runs.map(({ f1Weighted }) => f1Weighted),
      paper?.f1,
    ),
  ];
}

function paperCell(value: number | undefined): Cell {
  return figure(value ?? Number.NaN, showMeasure);
}

/** How many of the planned seeds are finished: "2", or "1 of 2". */
function stateCell(seeds: readonly StudyRow[]): Cell {
  const finished = seeds.filter(({ status }) => status === "finished").length;
  if (finished === seeds.length) return figure(finished, String);
  return { text: `${finished} of ${seeds.length}`, value: finished, mark: "alert" };
}

function caption(loss: LossMode): string {
  const lossText =
    loss === "paper"
      ? ""
      : " The paper's losses are of another kind (its softmax applied twice) and are not set beside these.";
  return (
    `Ours is the mean over the finished seeds, \u00b1 their standard deviation; the paper's is one seed. Differences of more than ${MARKED_DIFFERENCE} ` +
    `are set in bold, with ${ARROWS.above} where ours is above the paper's and ${ARROWS.below} where it is below.${lossText}`
  );
}
