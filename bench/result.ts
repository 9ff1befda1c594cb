import type { TunedChoices, TuneMode } from "../src/autograd/tuner.ts";
import type { Ceilings } from "../src/kernels/ceiling/ceiling.ts";
import type { Group, PlotPlace } from "./contestant.ts";
import type { Timing } from "./statistics.ts";

/** Why a contestant has no time: it lacks what the work needs, it would take too long, or it went wrong. */
export interface Absent {
  readonly status: "cannot" | "skipped" | "failed";
  readonly reason: string;
}

/** What came out for one contestant. */
export type Outcome = Timing | Absent;

/** Whether an outcome has figures. */
export function isTimed(outcome: Outcome | undefined): outcome is Timing {
  return outcome !== undefined && "median" in outcome;
}

/** What came out for one piece of work. */
export interface Row {
  readonly name: string;
  readonly group: Group;
  readonly unit: "ms" | "MiB";
  readonly flops?: number;
  readonly bytes?: number;
  readonly samples?: number;
  readonly plot?: PlotPlace;
  readonly results: Readonly<Record<string, Outcome>>;
  /** Which of their variants our kernels took, by kernel and sizes, where there was a choice. */
  readonly variants?: TunedChoices;
}

/** What a figure means nothing without. */
export interface Environment {
  readonly date: string;
  /** Of tailgrad, with "-dirty" where its files differ from it; none where there is no git. */
  readonly commit?: string;
  /** How our kernels were chosen; reports of before do not tell. */
  readonly tune?: TuneMode;
  readonly adapter: string;
  readonly driver: string;
  readonly subgroupSize: number;
  readonly software: boolean;
  readonly runtime: string;
  readonly toggles: readonly string[];
  readonly driverVariables: Readonly<Record<string, string>>;
  readonly versions: Readonly<Record<string, string>>;
  readonly cpu: string;
  readonly memoryGiB: number;
  readonly system: string;
  readonly wasmThreads: string;
}

/** Everything that one run of the benchmark found, as `--json` writes it. */
export interface Report {
  readonly format: typeof REPORT_FORMAT;
  readonly environment: Environment;
  readonly ceilings: Ceilings;
  readonly quick: boolean;
  /** Set where the run was stopped, or is still going on. */
  readonly incomplete?: true;
  readonly rows: readonly Row[];
}

/** The version of tailgrad that was measured, with its commit where that is known. */
export function ownVersion({ versions, commit }: Environment): string {
  return `${versions[OURS]}${commit === undefined ? "" : ` (${commit})`}`;
}

export const REPORT_FORMAT = "tailgrad bench 2";

/** A stored report. Throws SyntaxError where the text is something else. */
export function parseReport(text: string): Report {
  const report = JSON.parse(text) as Report;
  const { format, environment, ceilings, rows } = report ?? {};
  if (format !== REPORT_FORMAT || !environment || !ceilings || !Array.isArray(rows)) {
    throw new SyntaxError(`not a report of this benchmark (its format is "${REPORT_FORMAT}")`);
  }
  return report;
}

/** The name under which our own results stand. */
export const OURS = "tailgrad";

/** Figures that a median stands for: GFLOP/s or GB/s, and that as a share of the ceiling. */
export interface Rate {
  readonly value: number;
  readonly unit: "GFLOP/s" | "GB/s";
  readonly share: number;
}

/** The rate of a row's outcome: by operations where they are counted, else by bytes. */
export function rateOf(row: Row, timing: Timing, ceilings: Ceilings): Rate | undefined {
  if (row.unit !== "ms") return undefined;
  const [work, unit, ceiling] =
    row.flops !== undefined
      ? ([row.flops, "GFLOP/s", ceilings.gflops] as const)
      : ([row.bytes, "GB/s", ceilings.gigabytesPerSecond] as const);
  if (work === undefined) return undefined;
  const value = work / timing.median / 1e6;
  return { value, unit, share: value / ceiling };
}

/** How many times faster (or smaller) ours is than a rival's. */
export function ratioTo(row: Row, rival: string): number | undefined {
  const ours = row.results[OURS];
  const theirs = row.results[rival];
  return isTimed(ours) && isTimed(theirs) && ours.median > 0 ? theirs.median / ours.median : undefined;
}
