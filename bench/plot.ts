import { BarChart, type BarSeriesOption, LineChart, type LineSeriesOption } from "echarts/charts";
import {
  GridComponent,
  type GridComponentOption,
  LegendComponent,
  type LegendComponentOption,
  TitleComponent,
  type TitleComponentOption,
} from "echarts/components";
import { type ComposeOption, init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import type { ConvRung } from "../src/kernels/conv2d/gather.ts";
import type { WeightGradientVariant } from "../src/kernels/conv2d/weight_gradient.ts";
import type { MatmulVariant } from "../src/kernels/matmul/matmul.ts";
import { isTimed, OURS, type Report, type Row } from "./result.ts";
import { RIVAL_NAMES, type RivalName } from "./rivals/rivals.ts";

use([BarChart, LineChart, GridComponent, LegendComponent, TitleComponent, SVGRenderer]);

type Option = ComposeOption<
  BarSeriesOption | LineSeriesOption | GridComponentOption | LegendComponentOption | TitleComponentOption
>;

/** One line or one group of bars: a contestant's GFLOP/s (or time) at each place. */
export interface Series {
  readonly name: string;
  readonly points: readonly (readonly [number | string, number])[];
}

/** A drawn chart and its file's name. */
export interface Chart {
  readonly file: string;
  readonly svg: string;
}

const CONTESTANT_COLOURS: Readonly<Record<typeof OURS | RivalName, string>> = {
  [OURS]: "#c2410c",
  "tfjs webgpu": "#1d4ed8",
  "tfjs wasm": "#60a5fa",
  "tfjs cpu": "#a5b4fc",
  "jax-js webgpu": "#15803d",
  "jax-js wasm": "#86c06a",
};
/** Rungs of the ladders: a hue for each idea, darker for larger tiles. */
const RUNG_COLOURS: Readonly<Record<MatmulVariant | ConvRung | WeightGradientVariant, string>> = {
  naive: "#78716c",
  "shared 16": "#eab308",
  "registers 4": "#db2777",
  "tiled 32": "#c4b5fd",
  "tiled 64": "#8b5cf6",
  "tiled 128": "#5b21b6",
  "subgroup 16": "#5eead4",
  "subgroup 32": "#0f766e",
  "rows 14": "#5eead4",
  "rows 28": "#0f766e",
  subgroup: "#0f766e",
};

/** The series of one chart: ours, rungs, then rivals, in the order of their places. */
export function seriesOf(rows: readonly Row[], chart: string, value: (row: Row, median: number) => number): Series[] {
  const points = new Map<string, [number | string, number][]>();
  for (const row of rows) {
    if (row.plot?.chart !== chart) continue;
    for (const [who, outcome] of Object.entries(row.results)) {
      if (!isTimed(outcome)) continue;
      const own = points.get(who) ?? [];
      own.push([row.plot.x, value(row, outcome.median)]);
      points.set(who, own);
    }
  }
  const rivals: readonly string[] = RIVAL_NAMES;
  const rungs = [...points.keys()].filter((name) => name !== OURS && !rivals.includes(name));
  return [OURS, ...rungs, ...rivals].flatMap((name) => {
    const own = points.get(name);
    return own ? [{ name, points: own.toSorted(([a], [b]) => (typeof a === "number" ? a - Number(b) : 0)) }] : [];
  });
}

const gflopsOf = (row: Row, ms: number) => (row.flops ?? 0) / ms / 1e6;

/** Every chart that the report has figures for. */
export function chartsOf(report: Report): Chart[] {
  const { rows, environment, ceilings } = report;
  const from = `${environment.adapter}, ${environment.date.slice(0, 10)}`;
  const charts: Chart[] = [];
  const add = (file: string, series: readonly Series[], draw: (series: readonly Series[]) => Option) => {
    if (series.length > 0) charts.push({ file: `${file}.svg`, svg: render(draw(series)) });
  };
  add("matmul", seriesOf(rows, "matmul", gflopsOf), (series) =>
    lines(`Square matmul, GFLOP/s by size (${from})`, "size", series, ceilings.gflops),
  );
  for (const direction of ["forward", "input gradient", "weight gradient"]) {
    add(`conv2d_${direction.replace(" ", "_")}`, seriesOf(rows, `conv2d ${direction}`, gflopsOf), (series) =>
      bars(`conv2d, ${direction}, GFLOP/s by layer (${from})`, series),
    );
  }
  const scaling = rows.filter(({ group }) => group === "scaling");
  add("width", seriesOf(scaling, "width", gflopsOf), (series) =>
    lines(`Layer 256 x width x width, GFLOP/s by width (${from})`, "width", series, ceilings.gflops),
  );
  for (const model of ["CNN", "CGAN"]) {
    const perSample = seriesOf(scaling, `batch, ${model}`, (row, ms) => ms / (row.samples ?? 1));
    add(`batch_${model.toLowerCase()}`, perSample, (series) =>
      lines(`${model} step, ms per image by batch (${from})`, "batch", series),
    );
  }
  return charts;
}

const TEXT = { color: "#292524", fontSize: 12, fontFamily: "sans-serif" } as const;
const STILL = { animation: false, silent: true, emphasis: { disabled: true } } as const;

function frame(title: string, names: readonly string[]): Option {
  return {
    animation: false,
    backgroundColor: "#ffffff",
    title: { text: title, left: 12, top: 8, textStyle: { ...TEXT, fontSize: 14, fontWeight: "bold" } },
    legend: { data: [...names], top: 32, left: 12, right: 12, textStyle: TEXT, itemWidth: 18, itemGap: 20 },
    grid: { left: 60, right: 32, top: 104, bottom: 44 },
  };
}

/** Rates differ by factors, which a logarithmic axis shows. */
const LOGARITHMIC = { type: "log", minorTick: { show: true }, minorSplitLine: { show: true } } as const;
const FROM_ZERO = { type: "value", min: 0 } as const;

/** Lines over a logarithmic axis of sizes, doubling from mark to mark; rates lie under the ceiling, which is dashed. */
function lines(title: string, xLabel: string, series: readonly Series[], ceiling?: number): Option {
  const sizes = series.flatMap(({ points }) => points.map(([x]) => Number(x)));
  const [least, most] = [Math.min(...sizes), Math.max(...sizes)];
  // One size alone lies between its half and its double, so that the ceiling has a length.
  const ends = least === most ? [least / 2, most * 2] : [least, most];
  const all =
    ceiling === undefined ? series : [...series, { name: "ceiling", points: ends.map((x) => [x, ceiling] as const) }];
  return {
    ...frame(
      title,
      all.map(({ name }) => name),
    ),
    xAxis: {
      type: "log",
      logBase: 2,
      name: xLabel,
      nameLocation: "middle",
      nameGap: 26,
      nameTextStyle: TEXT,
      axisLabel: TEXT,
      min: ends[0]!,
      max: ends[1]!,
      splitLine: { show: false },
    },
    yAxis: {
      ...(ceiling === undefined ? FROM_ZERO : LOGARITHMIC),
      axisLabel: TEXT,
      splitLine: { lineStyle: { color: "#d6d3d1" } },
    },
    series: all.map(({ name, points }): LineSeriesOption => {
      const color = colourOf(name);
      return {
        ...STILL,
        name,
        type: "line",
        data: points.map(([x, y]) => [x, y]),
        symbolSize: name === "ceiling" ? 0 : 6,
        itemStyle: { color },
        lineStyle: { color, width: name === OURS ? 3 : 1.75, type: name === "ceiling" ? "dashed" : "solid" },
      };
    }),
  };
}

/** Groups of standing bars. */
function bars(title: string, series: readonly Series[]): Option {
  const places = [...new Set(series.flatMap(({ points }) => points.map(([x]) => String(x))))];
  return {
    ...frame(
      title,
      series.map(({ name }) => name),
    ),
    xAxis: { type: "category", data: places, axisLabel: { ...TEXT, interval: 0 }, axisTick: { show: false } },
    yAxis: { type: "value", axisLabel: TEXT, splitLine: { lineStyle: { color: "#e7e5e4" } } },
    series: series.map(({ name, points }): BarSeriesOption => {
      const values = new Map(points.map(([x, y]) => [String(x), y]));
      return {
        ...STILL,
        name,
        type: "bar",
        data: places.map((place) => values.get(place) ?? "-"),
        itemStyle: { color: colourOf(name) },
      };
    }),
  };
}

const COLOURS: Readonly<Record<string, string>> = { ...CONTESTANT_COLOURS, ...RUNG_COLOURS, ceiling: "#a8a29e" };

/** The colour of a series; a report of another version may name what is not known here. */
export function colourOf(name: string): string {
  return COLOURS[name] ?? "#292524";
}

function render(option: Option): string {
  const chart = init(null, null, { renderer: "svg", ssr: true, width: 760, height: 420 });
  chart.setOption(option);
  const svg = chart.renderToSVGString();
  chart.dispose();
  return `${svg}\n`;
}
