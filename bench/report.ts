import type { TuneMode } from "../src/autograd/tuner.ts";
import { countedNames } from "../src/cli/table.ts";
import type { Ceilings } from "../src/kernels/ceiling/ceiling.ts";
import { GROUPS, type Group } from "./contestant.ts";
import {
  type Environment,
  isTimed,
  OURS,
  type Outcome,
  ownVersion,
  type Rate,
  type Report,
  type Row,
  rateOf,
  ratioTo,
} from "./result.ts";
import { RIVAL_NAMES } from "./rivals/rivals.ts";
import { geometricMean, spreadOf } from "./statistics.ts";
import { markdownTable, meanOf, percent, ratioText, textTable, threeDigits } from "./table.ts";

/** What the figures were measured on. */
export function headerText(environment: Environment): string {
  const { versions, toggles, driverVariables } = environment;
  const variables = Object.entries(driverVariables).map(([name, value]) => `, ${name}=${value}`);
  const named = Object.entries(versions).map(
    ([name, version]) => `${name} ${name === OURS ? ownVersion(environment) : version}`,
  );
  return [
    `adapter   ${environment.adapter}, subgroups of ${environment.subgroupSize || "no fixed size"}`,
    `driver    ${environment.driver || "not told"}${variables.join("")}`,
    `runtime   ${environment.runtime}`,
    `toggles   ${toggles.join(", ") || "none"} (the same for everybody)`,
    `tune      ${tuneText(environment)}`,
    `threads   wasm: ${environment.wasmThreads}`,
    `versions  ${named.join(", ")}`,
    `machine   ${environment.cpu}, ${environment.memoryGiB} GiB, ${environment.system}`,
    `date      ${environment.date}`,
  ].join("\n");
}

const TUNES: Readonly<Record<TuneMode, string>> = {
  on: "our kernels are chosen by measuring",
  off: "our kernels are the usual ones",
  force: "our kernels are chosen by measuring anew",
};

function tuneText({ tune }: Environment): string {
  return tune === undefined ? "not told" : `${tune}: ${TUNES[tune]}`;
}

/** The two ceilings that shares are of. */
export function ceilingsText({ gflops, gigabytesPerSecond }: Ceilings): string {
  return `ceilings  ${threeDigits(gflops)} GFLOP/s of fused multiply-adds, ${threeDigits(gigabytesPerSecond)} GB/s of copying (read and written)`;
}

const rateText = ({ value, unit }: Rate) => `${threeDigits(value)} ${unit}`;

/** One piece of work in full: a line for everybody who entered. */
export function rowText(row: Row, ceilings: Ceilings): string {
  const lines = Object.entries(row.results).map(([name, outcome]) => {
    const head = `  ${name.padEnd(14)}`;
    if (!isTimed(outcome)) return `${head}${outcome.status}: ${outcome.reason}`;
    const [low, high] = outcome.quartiles;
    const rate = rateOf(row, outcome, ceilings);
    const ratio = ratioTo(row, name);
    const ours = name in row.results && (name === OURS || row.group === "ladder");
    return [
      head,
      `${threeDigits(outcome.median)} ${row.unit}`.padStart(12),
      `(${threeDigits(low)} to ${threeDigits(high)})`.padStart(20),
      `${outcome.samples.length} x ${outcome.runsPerSample}`.padStart(9),
      (rate ? rateText(rate) : "").padStart(16),
      // The ceilings are the adapter's: a rival on the CPU is not bound by them.
      (rate && ours ? `${percent(rate.share)} of ceiling` : "").padStart(17),
      ratio !== undefined && name !== OURS ? ratioText(ratio).padStart(9) : "",
    ]
      .join("")
      .trimEnd();
  });
  // In full they are in what --json writes.
  const variants = countedNames(Object.values(row.variants ?? {}).join(" + ")).join(", ");
  return [row.name, ...lines, ...(variants ? [`  ${"our variants".padEnd(14)}${variants}`] : [])].join("\n");
}

const TITLES: Record<Group, string> = {
  products: "Products",
  convolutions: "Convolutions",
  "other ops": "Other ops",
  models: "Models",
  ladder: "Ladder: every rung on the same work",
  scaling: "How cost grows",
  start: "Start, first step, memory",
};

/** The closing tables: our medians and the ratio to each rival, group by group. */
export function summaryText(report: Report, markdown = false): string {
  const parts: string[] = [];
  for (const group of GROUPS) {
    const rows = report.rows.filter((row) => row.group === group);
    if (rows.length === 0) continue;
    const table =
      group === "ladder"
        ? ladderTable(rows)
        : group === "scaling"
          ? scalingTable(rows, report)
          : groupTable(rows, report);
    parts.push(
      `${markdown ? "### " : ""}${TITLES[group]}${markdown ? "\n" : ""}`,
      (markdown ? markdownTable : textTable)(table),
      "",
    );
  }
  return [...parts, ...closingLines(report)].join("\n");
}

function rivalsOf(rows: readonly Row[]): string[] {
  return RIVAL_NAMES.filter((name) => rows.some(({ results }) => name in results));
}

function groupTable(rows: readonly Row[], { ceilings }: Report): string[][] {
  const rivals = rivalsOf(rows);
  const unit = rows[0]!.group === "other ops" ? "GB/s" : "GFLOP/s";
  const rated = rows.some(({ flops, bytes }) => flops !== undefined || bytes !== undefined);
  const size = rows.some((row) => row.unit !== "ms") ? "" : "ms";
  return [
    ["work", size, "spread", ...(rated ? [unit, "share"] : []), ...rivals.map(heading)],
    ...rows.map((row) => {
      const ours = row.results[OURS];
      const ratios = rivals.map((rival) => ratioCell(row, rival));
      if (!isTimed(ours)) return [row.name, ours?.status ?? "-", "", ...(rated ? ["", ""] : []), ...ratios];
      const rate = rateOf(row, ours, ceilings);
      const rateCells = rate ? [threeDigits(rate.value), percent(rate.share)] : ["", ""];
      const median = size ? threeDigits(ours.median) : `${threeDigits(ours.median)} ${row.unit}`;
      return [row.name, median, spreadText(ours), ...(rated ? rateCells : []), ...ratios];
    }),
  ];
}

/** Two lines, to keep the table within a terminal. */
const heading = (rival: string) => rival.replace(" ", "\n");

function spreadText(outcome: Outcome): string {
  const spread = isTimed(outcome) ? spreadOf(outcome) : undefined;
  return spread === undefined ? "" : `±${percent(spread)}`;
}

function ratioCell(row: Row, rival: string): string {
  const ratio = ratioTo(row, rival);
  if (ratio !== undefined) return ratioText(ratio);
  const outcome = row.results[rival];
  if (outcome === undefined || isTimed(outcome)) return "-";
  return outcome.status === "skipped" ? "slow" : outcome.status;
}

/** GFLOP/s of every rung. */
function ladderTable(rows: readonly Row[]): string[][] {
  const rungs = [...new Set(rows.flatMap(({ results }) => Object.keys(results)))];
  return [
    ["work, GFLOP/s", ...rungs],
    ...rows.map(({ name, flops, results }) => [
      name.replace(/^ladder, /, ""),
      ...rungs.map((rung) => {
        const outcome = results[rung];
        if (isTimed(outcome)) return threeDigits((flops ?? 0) / outcome.median / 1e6);
        return outcome?.status ?? "";
      }),
    ]),
  ];
}

function scalingTable(rows: readonly Row[], { ceilings }: Report): string[][] {
  return [
    ["work", "ms", "spread", "ms a sample", "GFLOP/s", "share"],
    ...rows.map((row) => {
      const ours = row.results[OURS];
      if (!isTimed(ours)) return [row.name, ours?.status ?? "-", "", "", "", ""];
      const rate = rateOf(row, ours, ceilings);
      return [
        row.name,
        threeDigits(ours.median),
        spreadText(ours),
        row.samples ? threeDigits(ours.median / row.samples) : "",
        rate ? threeDigits(rate.value) : "",
        rate ? percent(rate.share) : "",
      ];
    }),
  ];
}

/** What the columns mean, the mean ratios, and the least one. */
function closingLines({ rows, incomplete }: Report): string[] {
  const lines = [
    ...(incomplete ? ["INCOMPLETE: the run was stopped before its end."] : []),
    "Columns of rivals: how many times faster (or smaller) tailgrad is, by medians of interleaved samples.",
    "Every result was checked before it was timed.",
  ];
  for (const rival of rivalsOf(rows)) {
    const ratios = rows
      .filter(({ unit }) => unit === "ms")
      .flatMap((row) => {
        const ratio = ratioTo(row, rival);
        return ratio === undefined ? [] : [{ ratio, name: row.name }];
      })
      .toSorted((a, b) => a.ratio - b.ratio);
    const mean = geometricMean(ratios.map(({ ratio }) => ratio));
    if (mean === undefined) continue;
    const slower = ratios.filter(({ ratio }) => ratio < 1).length;
    const [least] = ratios;
    lines.push(
      `${rival}: ${ratioText(mean)} ${meanOf(ratios.length)}` +
        `${ratios.length > 1 ? `, least ${ratioText(least!.ratio)}` : ""} (${least!.name})` +
        `${slower > 0 ? `, ahead of us in ${slower}` : ""}`,
    );
  }
  return lines;
}

/** Rows in which our own result is missing, as text. */
export function failuresOf(rows: readonly Row[]): string[] {
  return rows.flatMap(({ name, results }) =>
    Object.entries(results).flatMap(([who, outcome]) =>
      !isTimed(outcome) && outcome.status === "failed" && !(RIVAL_NAMES as readonly string[]).includes(who)
        ? [`${name}: ${who}: ${outcome.reason}`]
        : [],
    ),
  );
}
