/** One trained classifier, measured on the test set. Measures are in [0, 1]. */
export interface ReportRow {
  /** What it was trained on, e.g. "none" or "mlp_cgan_leaky"; the same label has the same colour in every chart. */
  label: string;
  loss: number;
  accuracy: number;
  f1Weighted: number;
  f1Macro: number;
  gMean: number;
  /** Per class. */
  recall: number[];
  headRecall: number;
  tailRecall: number;
  steps: number;
  seconds: number;
}

/** Training images per class: real ones and, if any were made, synthetic ones. */
export interface ReportDistribution {
  label: string;
  counts: number[];
  synthetic?: number[];
}

/** A picture of samples, one row per class unless `rowLabels` says otherwise. */
export interface ReportGrid {
  title: string;
  caption: string;
  png: Uint8Array;
  rowLabels?: string[];
}

/** Lines over a common axis. Without a caption the report says where the lines end. */
export interface ReportCurves {
  title: string;
  xLabel: string;
  yLabel: string;
  series: { label: string; points: [number, number][] }[];
  caption?: string;
}

/** All that a report shows. Parts without entries are left out of the page. */
export interface ReportData {
  title: string;
  subtitle: string;
  adapter: { description: string; software: boolean };
  /** The command line that gives this report again. */
  command: string;
  /** As it is to be shown, e.g. "2025-03-01 12:00 UTC". */
  generatedAt: string;
  rows: ReportRow[];
  classNames: string[];
  distributions: ReportDistribution[];
  grids: ReportGrid[];
  curves: ReportCurves[];
  notes: string[];
}
