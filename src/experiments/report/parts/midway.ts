/** The midway report's experiment: its classifiers on views of eight objects. */
import type { MidwayState } from "../../midway/states_node.ts";
import { MIDWAY_ROWS, type MidwayRowName } from "../../midway/training_set.ts";
import type { Part, Section } from "../document.ts";
import { type Group, measuresTable, recallFigure, recallTable, tailSentence } from "./measures.ts";

/** The experiment as its folder shows it. */
export interface MidwayStudy {
  readonly states: readonly MidwayState[];
  readonly classNames: readonly string[];
  /** A contact sheet, a row per class. */
  readonly sheet?: Uint8Array;
}

const LABELS: Readonly<Record<MidwayRowName, string>> = {
  balanced: "all views",
  imbalanced: "imbalanced",
  undersampled: "undersampled",
  oversampled: "oversampled",
  generated: "with generated views",
};

/** The section of a report; nothing if the experiment was not asked for. */
export function midwaySection(midway: MidwayStudy | undefined): Section | undefined {
  if (!midway || midway.states.length === 0) return undefined;
  const { classNames, states } = midway;
  const groups = groupsOf(states);
  const open = states.filter(({ status }) => status !== "finished");
  const title = "Recall per class on the validation views";
  const parts: Part[] = [
    ...(midway.sheet ? [sheetFigure(midway.sheet, classNames)] : []),
    ...(open.length > 0 ? [{ kind: "list" as const, items: open.map(openText) }] : []),
    ...(groups.length > 0
      ? [
          measuresTable("midway", "Measures on the validation views", groups),
          { ...recallFigure("midway-recall", title, groups, classNames), caption: tailSentence(groups) },
          recallTable("midway-recall", groups, classNames),
        ]
      : []),
  ];
  return {
    title: "The midway report",
    lead:
      "The same question as the authors first put it: views of objects from all sides, and a classifier of their own. The NeRF that was to " +
      "make the missing views was never finished; their oversampled result came from the balanced set by mistake. The objects here are rendered.",
    parts,
  };
}

function groupsOf(states: readonly MidwayState[]): Group[] {
  return MIDWAY_ROWS.map((name) => {
    const runs = states.flatMap(({ run, summary }) =>
      run.row === name && summary ? [{ ...summary.evaluation, steps: summary.steps, seconds: summary.seconds }] : [],
    );
    return { label: LABELS[name], runs, reference: name === "balanced" };
  }).filter(({ runs }) => runs.length > 0);
}

function openText({ run, status, problem }: MidwayState): string {
  return `${run.id}: ${status}${problem === undefined ? "" : `, ${problem}`}`;
}

function sheetFigure(png: Uint8Array, classNames: readonly string[]): Part {
  const title = "Training views of each class";
  const content = { kind: "picture" as const, png, description: `${title}.`, rowLabels: [...classNames] };
  const caption = "One object per class, ray-marched from random places on a sphere.";
  return { kind: "figure", name: "midway-views", title, caption, content };
}
