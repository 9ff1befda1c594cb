/** A report as data: sections of figures and tables. What the page shows also lies beside it, each piece as a file. */
export interface Report {
  title: string;
  subtitle: string;
  /** What stands under the title: adapter, command, when. */
  facts: Fact[];
  sections: Section[];
}

export interface Fact {
  term: string;
  text: string;
  /** Set as code, e.g. a command line. */
  code?: boolean;
}

export interface Section {
  title: string;
  lead?: string;
  parts: Part[];
}

export type Part = Figure | Table | List | Heading | Text | Fold;

/** Parts that are folded away until asked for; print says where else they are. */
export interface Fold {
  kind: "fold";
  title: string;
  parts: (Figure | List)[];
  elsewhere: string;
}

/** All parts of a report, those in folds too. */
export function allParts({ sections }: Report): Exclude<Part, Fold>[] {
  return sections.flatMap(({ parts }) => parts.flatMap((part) => (part.kind === "fold" ? part.parts : [part])));
}

export interface Heading {
  kind: "heading";
  text: string;
}

export interface Text {
  kind: "text";
  text: string;
}

export interface List {
  kind: "list";
  items: string[];
}

/** A chart, or several that belong together, or a picture. */
export interface Figure {
  kind: "figure";
  /** The stem of its files, unique in the report. */
  name: string;
  title: string;
  /** What the page's heading says of it, for its file, which stands alone. */
  context?: string;
  caption: string;
  content: Charts | Picture;
  /** Over the full width of the page. */
  wide?: boolean;
}

export interface Charts {
  kind: "charts";
  panels: Panel[];
  legend: LegendEntry[];
}

/** One chart of a figure, titled where there are several. */
export interface Panel {
  title?: string;
  chart: Chart;
}

/** A drawn chart: SVG elements whose colours are the page's CSS variables, and what they show, in words. */
export interface Chart {
  width: number;
  height: number;
  body: string;
  description: string;
}

export interface LegendEntry {
  label: string;
  look: Look;
}

/** How a series is drawn, the same in each chart and in the legends. */
export interface Look {
  /** A CSS variable of the page, so that light, dark and print each have their own. */
  colour: string;
  dash: "solid" | number[];
}

/** A PNG, with what it shows in words. */
export interface Picture {
  kind: "picture";
  png: Uint8Array;
  description: string;
  /** Names of its rows, from the top. */
  rowLabels?: string[];
}

export interface Table {
  kind: "table";
  /** The stem of its files, unique in the report. */
  name: string;
  title: string;
  columns: Column[];
  rows: Cell[][];
  caption?: string;
  /** Folded away until asked for, where a figure shows the same. */
  folded?: boolean;
  /** Also written as Markdown and LaTeX. */
  texts?: boolean;
}

export interface Column {
  title: string;
  /** Words stand to the left, numbers to the right. */
  words?: boolean;
  /** Its cells may have a standard deviation, which is a column of its own in the files. */
  spread?: boolean;
  /** Of its values in the files, where the page shows them otherwise: "seconds". */
  unit?: string;
}

/** A cell as it is read, and as programs read it. */
export interface Cell {
  text: string;
  /** The number behind the text, in full precision; null where nothing was measured. */
  value?: number | null;
  /** Standard deviation of the value over the seeds. */
  spread?: number;
  mark?: Mark;
}

/** Best of its column; above or below the paper's; a difference beyond chance; something that calls for attention. */
export type Mark = "best" | "above" | "below" | "significant" | "alert";

/** A cell of words. */
export function words(text: string, mark?: Mark): Cell {
  return mark === undefined ? { text } : { text, mark };
}

/** A cell of a number, shown as `show` says. */
export function figure(value: number, show: (value: number) => string, mark?: Mark): Cell {
  const cell: Cell = { text: show(value), value: Number.isFinite(value) ? value : null };
  return mark === undefined ? cell : { ...cell, mark };
}
