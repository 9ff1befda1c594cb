import { heatChart } from "../charts.ts";
import { type Figure, figure, type Table, words } from "../document.ts";
import { showDifference } from "../numbers.ts";
import { mean } from "../statistics.ts";
import { fileWord, type StudyGroup } from "../study.ts";
import { showRecall, spreadCell } from "./measures.ts";

/** A class of which fewer test images than one in a hundred are recognised. */
const DEAD = 0.01;
/** The softmax applied twice gives a net whose outputs are all 0 or 1 a loss of log(e + 9) less 1 where it is right. */
const SATURATED = Math.log(Math.E + 9);

/** A training set that was tried with both losses, with the seeds that both have. */
interface Twin {
  readonly setting: string;
  readonly rebalancing: string;
  readonly label: string;
  readonly plain: StudyGroup["runs"];
  readonly paper: StudyGroup["runs"];
}

/** Training sets that are finished with both losses on at least one seed. */
export function twinsOf(plain: readonly StudyGroup[], paper: readonly StudyGroup[]): Twin[] {
  return plain.flatMap((one) => {
    const other = paper.find(({ setting, rebalancing }) => setting === one.setting && rebalancing === one.rebalancing);
    const shared = one.runs.filter(({ seed }) => other?.runs.some((run) => run.seed === seed));
    if (other === undefined || shared.length === 0) return [];
    const seeds = new Set(shared.map(({ seed }) => seed));
    const { setting, rebalancing } = one;
    const label = setting === "original" ? setting : `${setting}, ${rebalancing}`;
    return [{ setting, rebalancing, label, plain: shared, paper: other.runs.filter(({ seed }) => seeds.has(seed)) }];
  });
}

/** What the two losses make of the same data. */
export function lossTable(twins: readonly Twin[]): Table {
  const dead = (runs: Twin["plain"]) => runs.map(({ recall }) => recall.filter((share) => share < DEAD).length);
  return {
    kind: "table",
    name: "losses-compared",
    title: "The same training sets and seeds with both losses",
    columns: [
      { title: "Training set", words: true },
      { title: "Seeds" },
      { title: "Accuracy, plain", spread: true },
      { title: "Accuracy, softmax twice", spread: true },
      { title: "Dead classes, plain", spread: true },
      { title: "Dead classes, softmax twice", spread: true },
      { title: `Loss, softmax twice, less (${SATURATED.toFixed(4)} \u2212 accuracy)`, spread: true },
    ],
    rows: twins.map(({ label, plain, paper }) => [
      words(label),
      figure(plain.length, String),
      spreadCell(plain.map(({ accuracy }) => accuracy)),
      spreadCell(paper.map(({ accuracy }) => accuracy)),
      deadCell(dead(plain)),
      deadCell(dead(paper)),
      figure(mean(paper.map(({ loss, accuracy }) => loss - (SATURATED - accuracy))), showDifference),
    ]),
    texts: true,
  };
}

function deadCell(counts: readonly number[]) {
  const cell = spreadCell(counts);
  const centre = mean(counts);
  return { ...cell, text: Number.isInteger(centre) ? String(centre) : centre.toFixed(1) };
}

/** Recall of each class, plain above softmax twice; a figure per setting. */
export function deadClassFigures(twins: readonly Twin[], classNames: readonly string[]): Figure[] {
  const settings = [...new Set(twins.map(({ setting }) => setting))];
  return settings.map((setting) => {
    const own = twins.filter((twin) => twin.setting === setting);
    return deadClassFigure(setting, own, classNames);
  });
}

function deadClassFigure(setting: string, twins: readonly Twin[], classNames: readonly string[]): Figure {
  const rows = twins.flatMap(({ rebalancing, plain, paper }) => [
    { label: `${rebalancing}: plain`, runs: plain },
    { label: `${rebalancing}: twice`, runs: paper },
  ]);
  const values = rows.map(({ runs }) =>
    classNames.map((_, c) => mean(runs.map(({ recall }) => recall[c] ?? Number.NaN))),
  );
  const caption = deadSentence(twins, classNames);
  const chart = heatChart(`Recall per class with both losses. ${caption}`, values, {
    rows: rows.map(({ label }) => label),
    columns: classNames,
    show: showRecall,
    full: 1,
  });
  return {
    kind: "figure",
    name: `losses-recall-${fileWord(setting)}`,
    title: `Recall per class with both losses: ${setting}`,
    caption,
    content: { kind: "charts", panels: [{ chart }], legend: [] },
    wide: true,
  };
}

/** Which classes die, and with which loss. */
function deadSentence(twins: readonly Twin[], classNames: readonly string[]): string {
  const times = (pick: (twin: Twin) => Twin["plain"]) => {
    const runs = twins.flatMap(pick);
    const counts = classNames.map((name, c) => ({
      name,
      count: runs.filter(({ recall }) => (recall[c] ?? 1) < DEAD).length,
    }));
    const found = counts.filter(({ count }) => count > 0).sort((a, b) => b.count - a.count);
    const list = found.map(({ name, count }) => `${name} ${count}`).join(", ");
    const all = runs.length === 1 ? "1 run" : `${runs.length} runs`;
    return found.length === 0 ? `none in ${all}` : `${list} (times in ${all})`;
  };
  return `Dead classes, recognised in less than 1% of cases: with the plain loss ${times(({ plain }) => plain)}; with the softmax twice ${times(({ paper }) => paper)}.`;
}
