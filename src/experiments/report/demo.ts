import { newLooks } from "./charts.ts";
import type { Report } from "./document.ts";
import { type Curves, curvesFigure } from "./parts/curves.ts";
import { type Distribution, distributionFigure } from "./parts/distributions.ts";
import { type Measured, measuresTable, recallFigure, recallTable, tailSentence } from "./parts/measures.ts";
import { gridFigure } from "./parts/samples.ts";

/** A classifier of the demo: what it was trained on, and what it reached. */
export interface DemoRow extends Measured {
  label: string;
}

/** What the demo shows. */
export interface DemoData {
  subtitle: string;
  adapter: { description: string; software: boolean };
  command: string;
  generatedAt: string;
  rows: readonly DemoRow[];
  classNames: readonly string[];
  distributions: readonly Distribution[];
  grids: readonly { name: string; title: string; caption: string; png: Uint8Array }[];
  curves: readonly DemoCurves[];
  notes: readonly string[];
}

/** Lines that get their look here, the same for a label throughout. */
export interface DemoCurves extends Omit<Curves, "series"> {
  series: readonly Omit<Curves["series"][number], "look">[];
}

/** The demo's report: one seed, three classifiers, one GAN. */
export function demoReport(data: DemoData): Report {
  const { subtitle, adapter, command, generatedAt, rows, classNames, distributions, grids, curves, notes } = data;
  const lookOf = newLooks();
  for (const { label } of rows) lookOf(label);
  const groups = rows.map(({ label, ...run }) => ({ label, runs: [run] }));
  return {
    title: "tailgrad demo: a long tail, rebalanced",
    subtitle,
    facts: [
      adapterFact(adapter),
      { term: "Command", text: command, code: true },
      { term: "Generated", text: generatedAt },
    ],
    sections: [
      {
        title: "Results",
        lead: `${tailSentence(groups)} The best value of each column is marked.`,
        parts: rows.length === 0 ? [] : [measuresTable("results", "Measures on the test set", groups)],
      },
      {
        title: "Recall per class",
        lead: "The share of each class's test images that was recognised; pale cells are classes that were missed.",
        parts:
          rows.length * classNames.length === 0
            ? []
            : [
                recallFigure("recall", "Recall per class", groups, classNames),
                recallTable("recall", groups, classNames),
              ],
      },
      {
        title: "Training images",
        lead: "How many images of each class the classifiers were trained on.",
        parts:
          distributions.length === 0
            ? []
            : [distributionFigure("distributions", "Images per class", distributions, classNames)],
      },
      {
        title: "Samples",
        lead: "Each row is a class.",
        parts: grids.map((grid) => gridFigure(grid, classNames)),
      },
      {
        title: "Training",
        lead: "What was measured on the way.",
        parts: curves.map(({ series, ...rest }) =>
          curvesFigure({ ...rest, series: series.map((line) => ({ ...line, look: lookOf(line.label) })) }),
        ),
      },
      { title: "Notes", parts: notes.length === 0 ? [] : [{ kind: "list", items: [...notes] }] },
    ],
  };
}

/** The adapter, and whether it is a GPU. */
export function adapterFact({ description, software }: { description: string; software: boolean }) {
  const kind = software ? "software adapter: computed on the processor, no GPU" : "GPU";
  return { term: "Adapter", text: `${description} (${kind})` };
}
