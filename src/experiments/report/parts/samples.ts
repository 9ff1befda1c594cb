import { encodeGreyPng, imageGrid, readImageGrid, sideBySide } from "../../pictures.ts";
import { heatChart, linesChart, roundAxis } from "../charts.ts";
import type { Figure, LegendEntry, Look, Table } from "../document.ts";
import { figure, words } from "../document.ts";
import { showMeasure } from "../numbers.ts";
import type { StudyGan, SyntheticMeasures } from "../study.ts";
import { showRecall } from "./measures.ts";
import { smoothed } from "./smoothed.ts";

/** Images per class in the grids that runs leave. */
const PER_CLASS = 10;
/** How many of them stand side by side with other generators'. */
const SHOWN = 5;
const PIXELS = 28 * 28;

/** Samples as a picture with one class per row. */
export function gridFigure(
  { name, title, caption, png }: { name: string; title: string; caption: string; png: Uint8Array },
  rowLabels: readonly string[],
): Figure {
  const content = { kind: "picture" as const, png, description: `${title}.`, rowLabels: [...rowLabels] };
  return { kind: "figure", name, title, caption, content };
}

/** Real images beside those of each generator, class by class. @throws DataError if a grid is damaged */
export function besideFigure(
  name: string,
  title: string,
  groups: readonly { label: string; png: Uint8Array }[],
  classNames: readonly string[],
): Figure {
  const grids = groups.map(({ png }) => {
    const own = readImageGrid(png, PER_CLASS);
    const shown = new Uint8Array(classNames.length * SHOWN * PIXELS);
    for (const c of classNames.keys()) {
      const from = c * PER_CLASS * PIXELS;
      shown.set(own.subarray(from, from + SHOWN * PIXELS), c * SHOWN * PIXELS);
    }
    return imageGrid(shown, { columns: SHOWN, scale: 2 });
  });
  const order = `From the left: ${groups.map(({ label }) => label).join(", ")}; ${SHOWN} images of each`;
  const png = encodeGreyPng(sideBySide(grids));
  const content = { kind: "picture" as const, png, description: `${title}. ${order}.`, rowLabels: [...classNames] };
  return { kind: "figure", name, title, caption: `${order}.`, content, wide: true };
}

/** Losses of each generator's training, one chart each. */
export function ganCurvesFigure(name: string, title: string, gans: readonly StudyGan[]): Figure {
  const looks: Readonly<Record<"lossD" | "lossG", Look>> = {
    lossD: { colour: "var(--series-1)", dash: "solid" },
    lossG: { colour: "var(--series-2)", dash: "solid" },
  };
  const legend: LegendEntry[] = [
    { label: "discriminator", look: looks.lossD },
    { label: "generator", look: looks.lossG },
  ];
  const smooth = gans.map(({ run, losses }) => ({
    title: `${run.gan}, seed ${run.seed}`,
    lines: (["lossD", "lossG"] as const).map((key) => ({
      points: smoothed(losses.map((line) => [line.step, line[key]])),
      look: looks[key],
    })),
  }));
  const y = roundAxis(smooth.flatMap(({ lines }) => lines.flatMap(({ points }) => points.map(([, value]) => value))));
  const panels = smooth.map(({ title: label, lines }) => {
    const [d, g] = lines.map(({ points }) => showMeasure(points.at(-1)?.[1] ?? Number.NaN));
    const description = `${label}: binary cross-entropy by step. At the end the discriminator's is ${d}, the generator's ${g}.`;
    return { title: label, chart: linesChart(description, lines, { xLabel: "step", yLabel: "", y, panel: true }) };
  });
  return {
    kind: "figure",
    name,
    title,
    caption: "Binary cross-entropy by step, means over neighbouring steps; all charts have the same vertical axis.",
    content: { kind: "charts", panels, legend },
    wide: true,
  };
}

/** A row of the synthetic images' measures: a generator, or the real images that it is to be compared with. */
export interface SyntheticRow {
  label: string;
  values: readonly (number | null)[];
}

/** A measure of synthetic images per class as shaded cells. */
export function syntheticFigure(
  name: string,
  title: string,
  caption: string,
  rows: readonly SyntheticRow[],
  classNames: readonly string[],
): Figure {
  const values = rows.map((row) => row.values.map((value) => value ?? Number.NaN));
  const chart = heatChart(`${title}. ${caption}`, values, {
    rows: rows.map(({ label }) => label),
    columns: classNames,
    show: showRecall,
    full: Math.max(1, ...values.flat().filter(Number.isFinite)),
  });
  return {
    kind: "figure",
    name,
    title,
    caption,
    content: { kind: "charts", panels: [{ chart }], legend: [] },
    wide: true,
  };
}

/** The numbers behind the shaded cells, of every seed. */
export function syntheticTable(name: string, all: readonly SyntheticMeasures[], classNames: readonly string[]): Table {
  return {
    kind: "table",
    name,
    title: "The measures of synthetic images in numbers, seed by seed",
    columns: [
      { title: "GAN", words: true },
      { title: "Classifier", words: true },
      { title: "Measure", words: true },
      ...classNames.map((title) => ({ title })),
    ],
    rows: all.flatMap(({ gan, classifier, consistency, diversity }) =>
      [
        { measure: "label consistency", values: consistency },
        { measure: "diversity", values: diversity },
      ].map(({ measure, values }) => [
        words(gan),
        words(classifier),
        words(measure),
        ...classNames.map((_, c) => figure(values[c] ?? Number.NaN, showMeasure)),
      ]),
    ),
    folded: true,
  };
}
