import type { TunedChoices } from "../src/autograd/tuner.ts";
import { isTimed, OURS, ownVersion, type Report } from "./result.ts";
import { geometricMean, type Timing } from "./statistics.ts";
import { meanOf, ratioText, textTable, threeDigits } from "./table.ts";

/** One contestant's result in two reports. */
export interface Change {
  readonly name: string;
  readonly who: string;
  readonly unit: string;
  readonly before: Timing;
  readonly after: Timing;
  /** Old median over new: above 1 is better now. */
  readonly ratio: number;
  /** Whether the quartile ranges are apart, so that the change is more than the spread. */
  readonly beyond: boolean;
  /** Whether our kernels took other variants then. */
  readonly otherVariants: boolean;
}

/** Everything that both reports have figures for. */
export function changesBetween(before: Report, after: Report): Change[] {
  const old = new Map(before.rows.map((row) => [row.name, row]));
  return after.rows.flatMap((row) =>
    Object.entries(row.results).flatMap(([who, outcome]) => {
      const oldRow = old.get(row.name);
      const earlier = oldRow?.results[who];
      if (!isTimed(outcome) || !isTimed(earlier) || outcome.median === 0) return [];
      const [oldLow, oldHigh] = earlier.quartiles;
      const [low, high] = outcome.quartiles;
      const beyond = high < oldLow || low > oldHigh;
      const otherVariants = who === OURS && areOther(oldRow?.variants, row.variants);
      const ratio = earlier.median / outcome.median;
      return [{ name: row.name, who, unit: row.unit, before: earlier, after: outcome, ratio, beyond, otherVariants }];
    }),
  );
}

/** Whether two lists of variants differ; where a report does not tell, nothing is said. */
function areOther(before: TunedChoices | undefined, after: TunedChoices | undefined): boolean {
  return before !== undefined && after !== undefined && JSON.stringify(before) !== JSON.stringify(after);
}

/** Where two reports were not measured alike. */
export function differencesOf(before: Report, after: Report): string[] {
  const lines: string[] = [];
  const compare = (what: string, a: unknown, b: unknown) => {
    if (String(a) !== String(b)) lines.push(`${what} differs: ${a} then, ${b} now`);
  };
  const { environment: a } = before;
  const { environment: b } = after;
  compare("adapter", a.adapter, b.adapter);
  compare("driver", a.driver, b.driver);
  compare("runtime", a.runtime, b.runtime);
  compare("toggles", a.toggles.join() || "none", b.toggles.join() || "none");
  compare("driver variables", JSON.stringify(a.driverVariables), JSON.stringify(b.driverVariables));
  compare("--tune", a.tune ?? "not told", b.tune ?? "not told");
  compare("wasm threads", a.wasmThreads, b.wasmThreads);
  for (const [name, version] of Object.entries(b.versions)) {
    if (name !== OURS) compare(name, a.versions[name] ?? "none", version);
  }
  compare("machine", a.cpu, b.cpu);
  if (before.incomplete) lines.push("then is incomplete: the run was stopped before its end");
  if (after.incomplete) lines.push("now is incomplete: the run was stopped before its end");
  compare("--quick", before.quick, after.quick);
  return lines;
}

/** What changed since an older report: ours row by row, and rivals together as a control. */
export function compareText(before: Report, after: Report): string {
  const changes = changesBetween(before, after);
  const rivals = new Set(after.rows.flatMap(({ results }) => (OURS in results ? Object.keys(results) : [])));
  rivals.delete(OURS);
  const own = changes.filter(({ who }) => !rivals.has(who));
  const control = changes.filter(({ who, unit }) => rivals.has(who) && unit === "ms");
  const lines = [
    `Then: tailgrad ${ownVersion(before.environment)}, ${before.environment.date}`,
    `Now:  tailgrad ${ownVersion(after.environment)}, ${after.environment.date}`,
    ...differencesOf(before, after),
    textTable([
      ["work", "then", "now", "ratio", "", ""],
      ...own.map(({ name, who, unit, before, after, ratio, beyond, otherVariants }) => [
        who === OURS ? name : `${name}: ${who}`,
        `${threeDigits(before.median)} ${unit}`,
        `${threeDigits(after.median)} ${unit}`,
        ratioText(ratio),
        beyond ? (ratio > 1 ? "better" : "WORSE") : "",
        otherVariants ? "other variants" : "",
      ]),
    ]),
    "ratio: above 1 is better now; marked where the quartile ranges are apart, so that it is more than the spread.",
  ];
  const [mean, drift] = [own, control].map((some) => geometricMean(some.map(({ ratio }) => ratio)));
  if (mean !== undefined) lines.push(`tailgrad ${meanOf(own.length)}: ${ratioText(mean)}`);
  if (drift !== undefined) {
    lines.push(
      `rivals, which should not have changed, ${meanOf(control.length)}: ${ratioText(drift)} (the machine's own drift)`,
    );
  }
  return lines.join("\n");
}
