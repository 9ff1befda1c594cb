import type { Chart, Look } from "./document.ts";
import { type ChartOption, drawChart, drawn } from "./draw.ts";
import { showCount } from "./numbers.ts";
import { SERIES_COLOURS } from "./style.ts";

/** One width for all single charts, so that their type has one size; the page scales them down on a phone. */
const WIDTH = 480;
/** Of a chart among several of one figure. */
const PANEL_WIDTH = 300;
const LINES_PANEL_WIDTH = 240;
const FONT_SIZE = 12;
/** Lines beyond the last colour differ by their dashes too. */
const DASHES = ["solid", [6, 3], [2, 2]] as const;

/** The look of the index-th series. */
export function seriesLook(index: number): Look {
  const dash = DASHES[Math.floor(index / SERIES_COLOURS) % DASHES.length] ?? "solid";
  return { colour: `var(--series-${(index % SERIES_COLOURS) + 1})`, dash: dash === "solid" ? dash : [...dash] };
}

/** Gives each new label the next look. */
export function newLooks(): (label: string) => Look {
  const known = new Map<string, Look>();
  return (label) => {
    const look = known.get(label) ?? seriesLook(known.size);
    known.set(label, look);
    return look;
  };
}

/** Height of a bar as a share of its row. */
const BAR = 0.62;

/** Images per class as lying bars, added ones after the real. `maximum` makes the axes of several charts equal. */
export function distributionChart(
  description: string,
  classNames: readonly string[],
  counts: readonly number[],
  more: { counts: readonly number[]; colour: string } | undefined,
  maximum: number,
): Chart {
  const bars = classNames.map((_, c) => ({ real: drawn(counts[c] ?? 0), added: drawn(more?.counts[c] ?? 0) }));
  return drawChart(description, WIDTH, 34 + 24 * classNames.length, {
    grid: { left: labelWidth(classNames), right: 92, top: 4, bottom: 26 },
    xAxis: {
      ...valueAxis,
      min: 0,
      max: drawn(maximum),
      splitNumber: 3,
      axisLabel: { ...valueAxis.axisLabel, formatter: showCount, showMaxLabel: false },
    },
    yAxis: { ...categoryAxis, data: [...classNames] },
    series: [
      {
        silent: true,
        animation: false,
        type: "custom",
        data: bars.map(({ real, added }, c) => [real + added, c]),
        renderItem: ({ dataIndex }, api) => {
          const { real, added } = bars[dataIndex]!;
          const [start, middle, end] = [0, real, real + added].map((value) => api.coord([value, dataIndex]));
          const [x, y] = end!;
          const height = BAR * ((api.size?.([0, 1]) as number[] | undefined)?.[1] ?? 0);
          const bar = (from: number, to: number, fill: string) =>
            ({
              type: "rect",
              shape: { x: from, y: y! - height / 2, width: to - from, height },
              style: { fill },
            }) as const;
          const text = added > 0 ? `${showCount(real)} + ${showCount(added)}` : showCount(real);
          return {
            type: "group",
            children: [
              bar(start![0]!, middle![0]!, "var(--real)"),
              ...(more ? [bar(middle![0]!, x!, more.colour)] : []),
              {
                type: "text",
                style: { text, x: x! + 5, y: y!, fill: "var(--muted)", fontSize: FONT_SIZE, verticalAlign: "middle" },
              },
            ],
          };
        },
      },
    ],
  });
}

/** A line of a chart; thin ones stand for single seeds, faint ones for what ours are compared with. */
export interface Line {
  points: readonly (readonly [number, number])[];
  look: Look;
  weight?: "thin" | "normal";
}

/** Ends of an axis and the distance of its marks. */
export interface Axis {
  min: number;
  max: number;
  interval: number;
}

/** An axis from 0 or a round number to a round number, with three to six marks. */
export function roundAxis(values: readonly number[]): Axis {
  const known = values.map(drawn).filter(Number.isFinite);
  const [low, high] = [Math.min(0, ...known), Math.max(0, ...known)];
  const least = (high - low) / 5;
  const power = 10 ** Math.floor(Math.log10(least));
  const interval = [1, 2, 5, 10].map((digit) => digit * power).find((size) => size >= least) ?? 1;
  if (!(interval > 0)) return { min: 0, max: 1, interval: 0.5 };
  return { min: Math.floor(low / interval) * interval, max: Math.ceil(high / interval) * interval, interval };
}

export interface LinesOptions {
  xLabel: string;
  yLabel: string;
  /** Ends of the axes, where several charts shall have the same. */
  x?: Axis;
  y?: Axis;
  /** One of several charts of a figure: smaller, without names at the axes. */
  panel?: boolean;
}

/** Lines over a common axis, the first behind; points that are not finite, or beyond all measure, are left out. */
export function linesChart(description: string, lines: readonly Line[], options: LinesOptions): Chart {
  const { xLabel, yLabel, x, y, panel = false } = options;
  const grid = panel ? { left: 38, right: 10, top: 8, bottom: 24 } : { left: 52, right: 20, top: 30, bottom: 46 };
  const option: ChartOption = {
    grid,
    xAxis: {
      ...valueAxis,
      ...axisName,
      ...(panel ? {} : { name: xLabel }),
      nameLocation: "middle",
      nameGap: 28,
      splitNumber: panel ? 3 : 5,
      splitLine: { show: false },
      axisLine: { show: true, lineStyle: { color: "var(--rule)" } },
      ...(x ?? { min: "dataMin", max: "dataMax" }),
    },
    yAxis: {
      ...valueAxis,
      // Starting at the axis, a long name grows into the chart rather than out of the picture.
      nameTextStyle: { ...axisName.nameTextStyle, align: "left" },
      ...(panel ? {} : { name: yLabel }),
      nameLocation: "end",
      nameGap: 12,
      scale: true,
      splitNumber: panel ? 3 : 4,
      ...y,
    },
    series: lines.map(({ points, look, weight = "normal" }) => ({
      ...still,
      type: "line",
      showSymbol: points.length === 1,
      sampling: "lttb",
      data: points.map(([px, py]) => [drawn(px), drawn(py)]).filter((point) => point.every(Number.isFinite)),
      lineStyle: {
        color: look.colour,
        width: weight === "thin" ? 0.8 : 1.75,
        opacity: weight === "thin" ? 0.6 : 1,
        type: look.dash,
      },
      itemStyle: { color: look.colour },
    })),
  };
  return panel ? drawChart(description, LINES_PANEL_WIDTH, 160, option) : drawChart(description, WIDTH, 300, option);
}

/** A matrix as shaded cells with its numbers in them. */
export interface HeatOptions {
  rows: readonly string[];
  columns: readonly string[];
  /** Text of a cell. */
  show: (value: number) => string;
  /** The value that is shaded fully; those beyond it look the same. */
  full: number;
  panel?: boolean;
}

/** A matrix of values from 0 on, as shaded cells; those that are not finite are left empty. */
export function heatChart(
  description: string,
  values: readonly (readonly number[])[],
  { rows, columns, show, full, panel = false }: HeatOptions,
): Chart {
  const fontSize = panel ? 9 : FONT_SIZE - 1;
  const cells = rows
    .flatMap((_, r) => columns.map((_, c) => ({ r, c, value: drawn(values[r]?.[c] ?? Number.NaN) })))
    .filter(({ value }) => Number.isFinite(value));
  const shade = (value: number) => Math.min(1, Math.max(0, value / full));
  const left = panel ? Math.min(92, labelWidth(rows)) : Math.min(210, labelWidth(rows, 210));
  const width = panel ? PANEL_WIDTH : Math.max(WIDTH, left + 20 + columns.length * 52);
  const top = panel ? 20 : columnHeight(columns);
  const height = top + 6 + rows.length * (panel ? 20 : 26);
  return drawChart(description, width, height, {
    grid: { left, right: 6, top, bottom: 6 },
    xAxis: {
      ...categoryAxis,
      inverse: false,
      position: "top",
      data: [...columns],
      axisLabel: { ...categoryAxis.axisLabel, fontSize, rotate: panel ? 0 : 35, width: 90 },
      axisLine: { show: false },
    },
    yAxis: {
      ...categoryAxis,
      data: [...rows],
      axisLabel: { ...categoryAxis.axisLabel, fontSize, width: left - 12 },
      axisLine: { show: false },
    },
    series: [
      {
        silent: true,
        animation: false,
        type: "custom",
        data: cells.map(({ r, c, value }) => [c, r, value]),
        renderItem: (_, api) => {
          const [x, y] = api.coord([api.value(0), api.value(1)]);
          const [w, h] = (api.size?.([1, 1]) as number[] | undefined) ?? [0, 0];
          const value = Number(api.value(2));
          const strength = shade(value);
          return {
            type: "group",
            children: [
              {
                type: "rect",
                shape: { x: x! - w! / 2 + 0.5, y: y! - h! / 2 + 0.5, width: w! - 1, height: h! - 1 },
                style: { fill: "var(--heat)", opacity: Math.round((0.04 + 0.96 * strength) * 100) / 100 },
              },
              {
                type: "text",
                style: {
                  text: show(value),
                  x: x!,
                  y: y!,
                  fill: "var(--ink)",
                  fontSize,
                  align: "center",
                  verticalAlign: "middle",
                },
              },
            ],
          };
        },
      },
    ],
  });
}

// The page is a document: nothing reacts to the pointer.
const still = { silent: true, animation: false, emphasis: { disabled: true } } as const;
const axisText = { color: "var(--muted)", fontSize: FONT_SIZE };
const axisName = { nameTextStyle: { color: "var(--muted)", fontSize: FONT_SIZE, align: "center" } } as const;
const valueAxis = {
  type: "value",
  axisLabel: { ...axisText, hideOverlap: true },
  axisLine: { show: false },
  axisTick: { show: false },
  splitLine: { lineStyle: { color: "var(--rule)" } },
} as const;
const categoryAxis = {
  type: "category",
  inverse: true,
  axisLabel: { ...axisText, color: "var(--ink)", interval: 0, width: 120, overflow: "truncate" },
  axisLine: { lineStyle: { color: "var(--rule)" } },
  axisTick: { show: false },
} as const;

/** Room for the longest name at about 6.5 pixels per letter. */
function labelWidth(names: readonly string[], most = 150): number {
  return Math.min(most, Math.max(24, ...names.map((name) => 14 + name.length * 6.5)));
}

/** Room for names that stand slanted over their columns. */
function columnHeight(names: readonly string[]): number {
  return Math.min(72, Math.max(24, ...names.map((name) => 14 + name.length * 4)));
}
