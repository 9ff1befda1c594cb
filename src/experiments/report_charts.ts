import { BarChart, type BarSeriesOption, LineChart, type LineSeriesOption } from "echarts/charts";
import { GridComponent, type GridComponentOption } from "echarts/components";
import { type ComposeOption, init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { escapeText, type Html, showCount, trusted } from "./report_html.ts";

use([BarChart, LineChart, GridComponent, SVGRenderer]);

type Option = ComposeOption<BarSeriesOption | LineSeriesOption | GridComponentOption>;

/** One width for all charts, so that their type has one size; the page scales them down on a phone. */
const width = 480;
const fontSize = 12;
/** Lines beyond the last colour differ by their dashes too. */
const dashes = ["solid", [6, 3], [2, 2]] as const;
/** How many series colours the page's style defines: --series-1 and so on. */
const seriesColours = 8;

/** The look of a series, the same in each chart and in the legends. */
export interface SeriesLook {
  /** A CSS variable of the page, so that light, dark and print each have their own. */
  colour: string;
  dash: "solid" | number[];
}

/** The look of the index-th series. */
export function seriesLook(index: number): SeriesLook {
  const dash = dashes[Math.floor(index / seriesColours) % dashes.length] ?? "solid";
  return {
    colour: `var(--series-${(index % seriesColours) + 1})`,
    dash: dash === "solid" ? dash : [...dash],
  };
}

/** Images per class as lying bars, synthetic ones after the real. `maximum` makes the axes of several charts equal. */
export function distributionChart(
  description: string,
  classNames: readonly string[],
  counts: readonly number[],
  synthetic: readonly number[] | undefined,
  maximum: number,
): Html {
  const text = classNames.map((_, c) => {
    const added = synthetic?.[c] ?? 0;
    return added > 0 ? `${showCount(counts[c] ?? 0)} + ${showCount(added)}` : showCount(counts[c] ?? 0);
  });
  const label = {
    show: true,
    position: "right",
    color: "var(--muted)",
    fontSize,
    formatter: ({ dataIndex }: { dataIndex: number }) => text[dataIndex] ?? "",
  } as const;
  const bars = (data: readonly number[], colour: string, last: boolean): BarSeriesOption => ({
    ...still,
    type: "bar",
    stack: "images",
    barWidth: "62%",
    data: data.map(drawn),
    itemStyle: { color: colour },
    ...(last ? { label } : {}),
  });
  const series = [bars(counts, "var(--real)", synthetic === undefined)];
  if (synthetic !== undefined) series.push(bars(synthetic, "var(--synthetic)", true));
  return draw(description, 34 + 24 * classNames.length, {
    grid: { left: labelWidth(classNames), right: 92, top: 4, bottom: 26 },
    xAxis: {
      ...valueAxis,
      max: maximum,
      splitNumber: 3,
      axisLabel: { ...valueAxis.axisLabel, formatter: showCount, showMaxLabel: false },
    },
    yAxis: { ...categoryAxis, data: [...classNames] },
    series,
  });
}

/** One group of lying bars per class, one bar per series; all values from 0 to 1. */
export function comparisonChart(
  description: string,
  classNames: readonly string[],
  series: readonly { values: readonly number[]; look: SeriesLook }[],
): Html {
  const barHeight = series.length <= 4 ? 7 : 5;
  return draw(description, 34 + classNames.length * (series.length * barHeight + 14), {
    grid: { left: labelWidth(classNames), right: 16, top: 4, bottom: 26 },
    xAxis: { ...valueAxis, min: 0, max: 1 },
    yAxis: { ...categoryAxis, data: [...classNames] },
    series: series.map(({ values, look }) => ({
      ...still,
      type: "bar",
      barWidth: barHeight - 1,
      barGap: "20%",
      data: values.map(drawn),
      itemStyle: { color: look.colour },
    })),
  });
}

/** Lines over a common axis; points that are not finite, or beyond all measure, are left out. */
export function curvesChart(
  description: string,
  xLabel: string,
  yLabel: string,
  series: readonly { points: readonly (readonly [number, number])[]; look: SeriesLook }[],
): Html {
  return draw(description, 300, {
    grid: { left: 52, right: 20, top: 30, bottom: 46 },
    xAxis: {
      ...valueAxis,
      ...axisName,
      name: xLabel,
      nameLocation: "middle",
      nameGap: 28,
      splitLine: { show: false },
      axisLine: { show: true, lineStyle: { color: "var(--rule)" } },
      min: "dataMin",
      max: "dataMax",
    },
    yAxis: {
      ...valueAxis,
      // Starting at the axis, a long name grows into the chart rather than out of the picture.
      nameTextStyle: { ...axisName.nameTextStyle, align: "left" },
      name: yLabel,
      nameLocation: "end",
      nameGap: 12,
      scale: true,
      splitNumber: 4,
    },
    series: series.map(({ points, look }) => ({
      ...still,
      type: "line",
      showSymbol: points.length === 1,
      sampling: "lttb",
      data: points.map(([x, y]) => [drawn(x), drawn(y)]).filter((point) => point.every(Number.isFinite)),
      lineStyle: { color: look.colour, width: 1.75, type: look.dash },
      itemStyle: { color: look.colour },
    })),
  });
}

// The page is a document: nothing reacts to the pointer.
const still = { silent: true, animation: false, emphasis: { disabled: true } } as const;
const axisText = { color: "var(--muted)", fontSize };
const axisName = { nameTextStyle: { color: "var(--muted)", fontSize, align: "center" } } as const;
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

/** Room for the longest class name at about 6.5 pixels per letter. */
function labelWidth(names: readonly string[]): number {
  return Math.min(132, Math.max(24, ...names.map((name) => 14 + name.length * 6.5)));
}

/** Renders a chart to SVG text; colours stay CSS variables, which the page resolves. */
function draw(description: string, height: number, option: Option): Html {
  const chart = init(null, null, { renderer: "svg", ssr: true, width, height });
  try {
    chart.setOption({ animation: false, backgroundColor: "transparent", ...option });
    return trusted(tidy(chart.renderToSVGString(), description));
  } finally {
    // Its timer would keep the process alive.
    chart.dispose();
  }
}

/** What echarts can find an axis for; it fails on axes shorter than 1e-20 and on those that reach to infinity. */
const PARTS_OF_ONE = 1e12;
const LARGEST = 1e100;

/** A value as it is drawn: NaN, which leaves a gap, if it is not finite or absurdly large. */
function drawn(value: number): number {
  if (!(Math.abs(value) <= LARGEST)) return Number.NaN;
  return Math.abs(value) < 1 ? Math.round(value * PARTS_OF_ONE) / PARTS_OF_ONE : value;
}

/**
 * Takes out what serves only a living chart (its style sheet, classes, marks for scripts), and the page's own font and
 * size in: texts inside are escaped, so a quote ends an attribute and nothing else.
 */
function tidy(svg: string, description: string): string {
  return (
    svg
      .replace(/<style[^>]*>[\s\S]*?<\/style>/g, "")
      .replace(/ (?:class|ecmeta_\w+|pointer-events|xml:space)="[^"]*"/g, "")
      .replace(/font-family:[^;"]*;/g, "")
      .replace(/^<svg width="(\d+)" height="(\d+)"[^>]*>\s*<rect[^>]*><\/rect>/, (_, w: string, h: string) => {
        const label = escapeText(description);
        return `<svg viewBox="0 0 ${w} ${h}" width="${w}" height="${h}" role="img" aria-label="${label}">`;
      })
      .replace(/\n+/g, "\n")
      // Clip paths have the number of the chart drawn in this process; the description tells charts of a page apart.
      .replace(/(\bid="|url\(#)zr\d+-/g, `$1${idOf(description)}-`)
  );
}

function idOf(text: string): string {
  let hash = 0;
  for (const character of text) hash = (Math.imul(hash, 31) + (character.codePointAt(0) ?? 0)) >>> 0;
  return `c${hash.toString(36)}`;
}
