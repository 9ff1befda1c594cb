import { type Cell, figure, type Mark, type Part, type Table, words } from "../document.ts";
import { showCount, showDifference, showProbability } from "../numbers.ts";
import { holm, LEAST_PAIRS, type PairedTest, pairedTest } from "../statistics.ts";
import { fileWord, type StudyGroup } from "../study.ts";
import { spreadCell } from "./measures.ts";

interface Pair {
  readonly a: StudyGroup;
  readonly b: StudyGroup;
  readonly test: PairedTest;
  readonly differences: readonly number[];
}

const measures = [
  { title: "accuracy", of: (run: StudyGroup["runs"][number]) => run.accuracy },
  { title: "tail recall", of: (run: StudyGroup["runs"][number]) => run.tailRecall },
] as const;

/** Every two rebalancings of a setting compared seed by seed; nothing where no two share two seeds. */
export function pairedParts(name: string, heading: string, groups: readonly StudyGroup[]): Part[] {
  return measures.flatMap(({ title, of }): Part[] => {
    const pairs = judged(pairsOf(groups, of).filter(({ test }) => test.pairs > 1));
    if (pairs.length === 0) return [];
    const stem = `${name}-${fileWord(title)}`;
    return [
      gridTable(stem, `${heading}: mean difference in ${title}, row less column`, groups, pairs),
      listTable(`${stem}-pairs`, `${heading}: ${title}, pair by pair`, pairs),
    ];
  });
}

/** What the seeds allow to be said. */
export function seedsSentence(groups: readonly StudyGroup[]): string {
  const most = Math.max(0, ...groups.map(({ runs }) => runs.length));
  if (most < 2) {
    return "One seed was run: there is no spread and no test. One seed is not evidence; ask for more with --seeds.";
  }
  if (most < LEAST_PAIRS) {
    return (
      `${most} seeds were run: too few for a test (with one degree of freedom, only differences of a dozen standard ` +
      "deviations would count), so the differences stand with their spread alone; ask for more with --seeds."
    );
  }
  const few =
    most < 6 ? " So few seeds show only large differences; what is not significant is not shown to be equal." : "";
  return (
    `Student's paired t-test over up to ${most} seeds, two-sided; each p is corrected for the number of pairs in its table ` +
    `(Holm). Bold: p < 0.05.${few}`
  );
}

function pairsOf(groups: readonly StudyGroup[], of: (run: StudyGroup["runs"][number]) => number): Pair[] {
  return groups.flatMap((a, i) =>
    groups.slice(i + 1).map((b) => {
      const shared = a.runs.flatMap((run) => {
        const other = b.runs.find(({ seed }) => seed === run.seed);
        return other ? [[of(run), of(other)] as const] : [];
      });
      const test = pairedTest(
        shared.map(([x]) => x),
        shared.map(([, y]) => y),
      );
      return { a, b, test, differences: shared.map(([x, y]) => x - y) };
    }),
  );
}

/** With p corrected for the number of tests. */
interface Judged extends Pair {
  readonly corrected: number | undefined;
}

function judged(pairs: readonly Pair[]): Judged[] {
  const tested = pairs.filter(({ test }) => test.p !== undefined);
  const corrected = holm(tested.map(({ test }) => test.p!));
  return pairs.map((pair) => ({ ...pair, corrected: corrected[tested.indexOf(pair)] }));
}

/** Mean differences as a square: row less column. */
function gridTable(name: string, title: string, groups: readonly StudyGroup[], pairs: readonly Judged[]): Table {
  const cellOf = (row: StudyGroup, column: StudyGroup): Cell => {
    const pair = pairs.find(({ a, b }) => (a === row && b === column) || (a === column && b === row));
    if (pair === undefined) return words("");
    const sign = pair.a === row ? 1 : -1;
    return figure(sign * pair.test.difference, showDifference, markOf(pair));
  };
  return {
    kind: "table",
    name,
    title,
    columns: [{ title: "Rebalancing", words: true }, ...groups.map(({ label }) => ({ title: label }))],
    rows: groups.map((row) => [words(row.label), ...groups.map((column) => cellOf(row, column))]),
  };
}

/** The same pair by pair, with spread and p. */
function listTable(name: string, title: string, pairs: readonly Judged[]): Table {
  const tested = pairs.some(({ test }) => test.p !== undefined);
  return {
    kind: "table",
    name,
    title,
    columns: [
      { title: "Rebalancing", words: true },
      { title: "less", words: true },
      { title: "Seeds" },
      { title: "Difference", spread: true },
      ...(tested ? [{ title: "p" }, { title: "p corrected" }] : []),
    ],
    rows: pairs.map((pair) => {
      const { a, b, test, corrected, differences } = pair;
      const spread = test.deviation === undefined ? "" : ` \u00b1 ${test.deviation.toFixed(3)}`;
      return [
        words(a.label),
        words(b.label),
        figure(test.pairs, showCount),
        { ...spreadCell(differences), text: `${showDifference(test.difference)}${spread}` },
        ...(tested
          ? [
              figure(test.p ?? Number.NaN, showProbability),
              figure(corrected ?? Number.NaN, showProbability, markOf(pair)),
            ]
          : []),
      ];
    }),
    folded: true,
  };
}

function markOf({ corrected }: Judged): Mark | undefined {
  return corrected !== undefined && corrected < 0.05 ? "significant" : undefined;
}
