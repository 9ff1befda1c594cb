import { PAPER_EPOCHS, paperCurves } from "../../paper/paper.ts";
import type { LossMode } from "../../programs.ts";
import { type Axis, type Line, linesChart, roundAxis } from "../charts.ts";
import type { Figure, Look, Panel } from "../document.ts";
import { showMeasure } from "../numbers.ts";
import { mean } from "../statistics.ts";
import type { StudyGroup, TestPoint } from "../study.ts";
import type { Point } from "./smoothed.ts";

type Key = "loss" | "accuracy" | "f1";

const titles: Readonly<Record<Key, string>> = { loss: "Test loss", accuracy: "Test accuracy", f1: "Test F1, weighted" };
const PAPER_LOOK: Look = { colour: "var(--reference)", dash: [3, 2] };
/** Most of the paper's run: what goes beyond it is shown by training's share. */
const SHARE = 100;

/** The paper's three figures of an experiment, one chart per training set: ours over the paper's. */
export function testCurveFigures(
  name: string,
  context: string,
  groups: readonly StudyGroup[],
  loss: LossMode,
  lookOf: (label: string) => Look,
): Figure[] {
  return (["loss", "accuracy", "f1"] as const).map((key) => curveFigure(name, context, groups, loss, key, lookOf));
}

function curveFigure(
  name: string,
  context: string,
  groups: readonly StudyGroup[],
  loss: LossMode,
  key: Key,
  lookOf: (label: string) => Look,
): Figure {
  // Losses of another kind cannot be compared.
  const compared = key !== "loss" || loss === "paper";
  const byEpoch = groups.every((group) => group.runs.every(({ curve }) => lastEpoch(curve) === PAPER_EPOCHS));
  const drawings = groups.map((group) => ({
    group,
    ours: group.runs.map(({ curve }) => ownPoints(curve, key, byEpoch)),
    theirs: compared
      ? paperCurves(group.setting, group.rebalancing).map((curve) => paperPoints(curve[key], byEpoch))
      : [],
  }));
  const y = axisOf(drawings.flatMap(({ ours, theirs }) => [...ours, ...theirs]).flat(), key);
  const x = byEpoch ? { min: 0, max: PAPER_EPOCHS, interval: 10 } : { min: 0, max: SHARE, interval: 25 };
  const xLabel = byEpoch ? "epoch" : "share of the training, %";
  const panels = drawings.map(({ group, ours, theirs }): Panel => {
    const look = lookOf(group.label);
    const lines: Line[] = [
      ...theirs.map((points) => ({ points, look: PAPER_LOOK })),
      ...(ours.length > 1 ? ours.map((points): Line => ({ points, look, weight: "thin" })) : []),
      { points: meanPoints(ours), look },
    ];
    const title = panelTitle(group);
    const description = `${title}: ${titles[key].toLowerCase()} by ${xLabel}. ${endText(ours, theirs)}`;
    return { title, chart: linesChart(description, lines, { xLabel, yLabel: titles[key], x, y, panel: true }) };
  });
  const seeds = groups.some(({ runs }) => runs.length > 1)
    ? " Thin lines are single seeds, the thick one is their mean."
    : "";
  const epochs = byEpoch
    ? "Over the epochs; "
    : `Over the share of each training, since ours have other numbers of epochs than the paper's ${PAPER_EPOCHS}; `;
  const without = compared ? "" : " The paper's loss is of another kind, so it is not drawn.";
  return {
    kind: "figure",
    name: `${name}-${key}`,
    // The pictures beside the page have no caption to tell the axis.
    title: `${titles[key]} by ${xLabel}`,
    context,
    caption: `${epochs}all charts have the same axes.${seeds}${without}`,
    content: {
      kind: "charts",
      panels,
      legend: [
        { label: "ours, in the colour of its training set", look: { colour: "var(--ink)", dash: "solid" } },
        ...(compared ? [{ label: "the paper's runs", look: PAPER_LOOK }] : []),
      ],
    },
    wide: true,
  };
}

function panelTitle({ setting, rebalancing }: StudyGroup): string {
  return rebalancing === "none" ? setting : rebalancing;
}

function lastEpoch(curve: readonly TestPoint[]): number {
  return curve.at(-1)?.epoch ?? 0;
}

function ownPoints(curve: readonly TestPoint[], key: Key, byEpoch: boolean): Point[] {
  const last = Math.max(lastEpoch(curve), 1e-9);
  return curve.map((point) => [byEpoch ? point.epoch : (point.epoch / last) * SHARE, point[key]]);
}

function paperPoints(values: readonly number[], byEpoch: boolean): Point[] {
  return values.map((value, epoch) => [byEpoch ? epoch : (epoch / PAPER_EPOCHS) * SHARE, value]);
}

/** Means over the seeds, at the places that all have. */
function meanPoints(lines: readonly (readonly Point[])[]): Point[] {
  const [first = []] = lines;
  return first.flatMap(([x], i): Point[] => {
    const values = lines.map((points) => points[i]?.[1]);
    return values.every((value) => value !== undefined) ? [[x, mean(values)]] : [];
  });
}

/** The axis of all charts of a figure: shares from 0 to 1, losses between round ends. */
function axisOf(points: readonly Point[], key: Key): Axis {
  if (key !== "loss") return { min: 0, max: 1, interval: 0.25 };
  return roundAxis(points.map(([, y]) => y));
}

function endText(ours: readonly (readonly Point[])[], theirs: readonly (readonly Point[])[]): string {
  const last = (lines: readonly (readonly Point[])[]) =>
    lines.map((points) => showMeasure(points.at(-1)?.[1] ?? Number.NaN));
  const paper = theirs.length === 0 ? "" : `; the paper's at ${last(theirs).join(" and ")}`;
  return `Ours end at ${last(ours).join(", ")}${paper}.`;
}
