import { type Cell, type Fact, figure, type Part, type Table, words } from "../document.ts";
import { showCount, showMeasure, showSeconds } from "../numbers.ts";
import type { Study, StudyGan, StudyRow } from "../study.ts";

/** Facts under the title: on what, with what, how far. */
export function studyFacts({ matrix, rows, gans, midway, command, generatedAt }: Study): Fact[] {
  const views = midway?.states ?? [];
  const adapters = new Map(matrix.commands.map(({ adapter, software }) => [adapter, software]));
  const seeds = [...new Set(matrix.rows.map(({ seed }) => seed))].sort((a, b) => a - b);
  const seconds = [...rows, ...gans, ...views].reduce((total, { summary }) => total + (summary?.seconds ?? 0), 0);
  const versions = [...new Set(matrix.commands.map(({ version }) => version))];
  return [
    { term: "Finished", text: finishedText(rows, gans, views) },
    { term: "Data set", text: `${matrix.dataset}, ${showCount(matrix.testImages)} test images` },
    { term: "Preset", text: `${matrix.preset}: ${sizesText(matrix.sizes)}` },
    { term: "Seeds", text: seeds.join(", ") },
    ...[...adapters].map(([adapter, software]) => ({
      term: "Adapter",
      text: software ? `${adapter}, computed on the processor, no GPU` : adapter,
    })),
    { term: "Time", text: `${showSeconds(seconds)} of training in all, as far as finished` },
    { term: "Version", text: `tailgrad ${versions.join(", ")}` },
    ...matrix.commands.map((one) => ({ term: "Command", text: one.command, code: true })),
    { term: "Report", text: command, code: true },
    { term: "Generated", text: generatedAt },
  ];
}

function finishedText(rows: Study["rows"], gans: Study["gans"], views: readonly { status: string }[]): string {
  const parts = [finishedOf(rows, "classifiers"), finishedOf(gans, "GANs")];
  if (views.length > 0) parts.push(finishedOf(views, "rows of the midway report"));
  return parts.join("; ");
}

function finishedOf(runs: readonly { status: string }[], what: string): string {
  const finished = runs.filter(({ status }) => status === "finished").length;
  return finished === runs.length ? `all ${finished} ${what}` : `${finished} of ${runs.length} ${what}`;
}

/** The sizes of a preset in words. */
function sizesText({ cut, gan, cnn }: Study["matrix"]["sizes"]): string {
  const images = cut
    ? `at most ${showCount(cut.trainPerClass)} training and ${showCount(cut.testPerClass)} test images a class, at least ${cut.leastPerClass}; `
    : "all images; ";
  const least = cnn.leastSteps > 0 ? `, or ${cnn.leastSteps} steps if those are more` : "";
  return (
    `${images}GANs ${gan.epochs} epochs, batch ${gan.batchSize}, Adam ${gan.learningRate}, beta1 ${gan.beta1}; ` +
    `CNNs ${cnn.epochs} ${cnn.epochs === 1 ? "epoch" : "epochs"}${least}, batch ${cnn.batchSize}, Adam ${cnn.learningRate}`
  );
}

/** What is not finished, run by run; nothing if all is. */
export function unfinishedParts({ rows, gans }: Study): Part[] {
  const open = [...gans, ...rows].filter(({ status }) => status !== "finished");
  if (open.length === 0) return [];
  return [
    {
      kind: "table",
      name: "unfinished",
      title: "Runs that are not in the figures",
      columns: [
        { title: "Run", words: true },
        { title: "State", words: true },
        { title: "Steps" },
        { title: "of" },
        { title: "Why", words: true },
      ],
      rows: open.map((state) => [
        words(state.run.key),
        words(state.status, "alert"),
        figure(state.step, showCount),
        figure(state.run.steps, showCount),
        words(state.problem ?? meanings[state.status] ?? ""),
      ]),
    },
  ];
}

const meanings: Readonly<Record<string, string>> = {
  interrupted: "the same reproduce command goes on with it",
  missing: "not begun",
};

/** Every run with its seed, state, time, adapter and what it reached. */
export function runTables({ rows, gans }: Study): Table[] {
  const times = (state: StudyRow | StudyGan): Cell[] => [
    words(state.status, state.status === "finished" ? undefined : "alert"),
    figure(state.run.seed, String),
    figure(state.summary?.steps ?? state.step, showCount),
    figure(state.summary?.seconds ?? Number.NaN, showSeconds),
    words(state.invocation?.adapter ?? ""),
  ];
  const timeColumns = [
    { title: "State", words: true },
    { title: "Seed" },
    { title: "Steps" },
    { title: "Time", unit: "seconds" },
    { title: "Adapter", words: true },
  ];
  return [
    {
      kind: "table",
      name: "runs-classifiers",
      title: "Classifiers",
      columns: [{ title: "Run", words: true }, ...timeColumns, ...measures.map(({ title }) => ({ title }))],
      rows: rows.map((row) => [
        words(row.run.key),
        ...times(row),
        ...measures.map(({ of }) => figure(row.summary ? of(row.summary.evaluation) : Number.NaN, showMeasure)),
      ]),
      folded: true,
    },
    {
      kind: "table",
      name: "runs-gans",
      title: "GANs",
      columns: [
        { title: "Run", words: true },
        ...timeColumns,
        { title: "Discriminator's last loss" },
        { title: "Generator's last loss" },
      ],
      rows: gans.map((gan) => [
        words(gan.run.key),
        ...times(gan),
        figure(gan.summary?.lossD ?? Number.NaN, showMeasure),
        figure(gan.summary?.lossG ?? Number.NaN, showMeasure),
      ]),
      folded: true,
    },
  ];
}

type Evaluation = NonNullable<StudyRow["summary"]>["evaluation"];

const measures: readonly { title: string; of: (evaluation: Evaluation) => number }[] = [
  { title: "Loss", of: ({ loss }) => loss },
  { title: "Accuracy", of: ({ accuracy }) => accuracy },
  { title: "F1 weighted", of: ({ f1Weighted }) => f1Weighted },
  { title: "F1 macro", of: ({ f1Macro }) => f1Macro },
  { title: "G-mean", of: ({ gMean }) => gMean },
  { title: "Head recall", of: ({ headRecall }) => headRecall },
  { title: "Middle recall", of: ({ middleRecall }) => middleRecall },
  { title: "Tail recall", of: ({ tailRecall }) => tailRecall },
];
