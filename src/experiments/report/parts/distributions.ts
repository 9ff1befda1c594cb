import { distributionChart } from "../charts.ts";
import type { Figure } from "../document.ts";
import { showCount } from "../numbers.ts";

/** Training images per class: real ones and, if any were added, copies of them or synthetic ones. */
export interface Distribution {
  label: string;
  counts: readonly number[];
  added?: { kind: "copies" | "synthetic"; counts: readonly number[] };
}

const LEGEND = [
  { kind: "real", label: "real images", look: { colour: "var(--real)", dash: "solid" as const } },
  { kind: "copies", label: "copies of them", look: { colour: "var(--copies)", dash: "solid" as const } },
  { kind: "synthetic", label: "synthetic images", look: { colour: "var(--synthetic)", dash: "solid" as const } },
];

/** What a classifier was trained on; `tail`, the images of the long tail itself, tells the copies from it. */
export function distributionOf(
  label: string,
  { real, synthetic }: { real: readonly number[]; synthetic: readonly number[] },
  tail: readonly number[] | undefined,
): Distribution {
  if (synthetic.some((count) => count > 0))
    return { label, counts: real, added: { kind: "synthetic", counts: synthetic } };
  if (!tail || !real.some((count, c) => count > (tail[c] ?? 0))) return { label, counts: real };
  return { label, counts: tail, added: { kind: "copies", counts: real.map((count, c) => count - (tail[c] ?? 0)) } };
}

/** One chart per training set, all with the same axis. */
export function distributionFigure(
  name: string,
  title: string,
  all: readonly Distribution[],
  classNames: readonly string[],
): Figure {
  const totals = all.flatMap(({ counts, added }) => counts.map((count, c) => count + (added?.counts[c] ?? 0)));
  const maximum = Math.max(1, ...totals);
  const panels = all.map(({ label, counts, added }) => {
    const sentence = distributionSentence(counts, added);
    const description = `Training images per class: ${label}. ${sentence}`;
    const more = added && { counts: added.counts, colour: `var(--${added.kind})` };
    return { title: `${label}: ${sentence}`, chart: distributionChart(description, classNames, counts, more, maximum) };
  });
  const kinds = new Set<string>(["real", ...all.flatMap(({ added }) => (added ? [added.kind] : []))]);
  const legend = LEGEND.filter(({ kind }) => kinds.has(kind)).map(({ label, look }) => ({ label, look }));
  return {
    kind: "figure",
    name,
    title,
    caption: "All charts have the same axis.",
    content: { kind: "charts", panels, legend: kinds.size > 1 ? legend : [] },
    wide: true,
  };
}

function distributionSentence(counts: readonly number[], added: Distribution["added"]): string {
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  const spread =
    least === most ? `${showCount(most)} of each class` : `from ${showCount(least)} to ${showCount(most)} per class`;
  const real = `${showCount(sum(counts))} real images, ${spread}`;
  if (added === undefined) return `${real}.`;
  return `${real}, and ${showCount(sum(added.counts))} ${added.kind === "copies" ? "copies" : "synthetic ones"}.`;
}
