import { heatChart } from "../charts.ts";
import type { Figure, Table } from "../document.ts";
import { figure, words } from "../document.ts";
import { showCount } from "../numbers.ts";
import type { StudyGroup } from "../study.ts";

/** Confusion matrices, one per training set: where the images of each class went, in percent, over all seeds. */
export function confusionFigure(
  name: string,
  title: string,
  groups: readonly StudyGroup[],
  classNames: readonly string[],
): Figure {
  const panels = groups.map((group) => {
    const shares = sharesOf(group, classNames.length);
    const options = {
      rows: classNames.map((label, c) => `${label} ${c}`),
      columns: classNames.map((_, c) => String(c)),
      show: (share: number) => (share < 0.005 ? "" : (share * 100).toFixed(0)),
      full: 1,
      panel: true,
    };
    const description = `${group.setting}, ${group.label}: ${worstSentence(shares, classNames)}`;
    return { title: group.label, chart: heatChart(description, shares, options) };
  });
  return {
    kind: "figure",
    name,
    title,
    caption:
      "Rows are the true classes, columns what the classifier called them, by number; percent of the row, over all seeds. " +
      "Cells below half a percent are left blank.",
    content: { kind: "charts", panels, legend: [] },
    wide: true,
  };
}

/** The counts behind the matrices. */
export function confusionTable(name: string, groups: readonly StudyGroup[], classNames: readonly string[]): Table {
  return {
    kind: "table",
    name,
    title: "The same in counts",
    columns: [
      { title: "Rebalancing", words: true },
      { title: "True class", words: true },
      ...classNames.map((title) => ({ title })),
    ],
    rows: groups.flatMap((group) =>
      countsOf(group, classNames.length).map((row, c) => [
        words(group.label),
        words(classNames[c] ?? String(c)),
        ...row.map((count) => figure(count, showCount)),
      ]),
    ),
    folded: true,
  };
}

/** Counts [true][predicted] over all seeds. */
function countsOf({ runs }: StudyGroup, classes: number): number[][] {
  const place = Array.from({ length: classes }, (_, i) => i);
  return place.map((r) => place.map((c) => runs.reduce((total, { confusion }) => total + (confusion[r]?.[c] ?? 0), 0)));
}

function sharesOf(group: StudyGroup, classes: number): number[][] {
  return countsOf(group, classes).map((row) => {
    const total = row.reduce((sum, count) => sum + count, 0);
    return row.map((count) => count / Math.max(1, total));
  });
}

/** The commonest mistake in words. */
function worstSentence(shares: readonly (readonly number[])[], classNames: readonly string[]): string {
  let worst = { share: 0, text: "no mistake." };
  for (const [r, row] of shares.entries()) {
    for (const [c, share] of row.entries()) {
      if (r === c || share <= worst.share) continue;
      worst = {
        share,
        text: `the commonest mistake calls ${(share * 100).toFixed(0)}% of ${classNames[r]} ${classNames[c]}.`,
      };
    }
  }
  return worst.text;
}
