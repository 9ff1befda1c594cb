import { CustomChart, type CustomSeriesOption, LineChart, type LineSeriesOption } from "echarts/charts";
import { type GridComponentOption, GridSimpleComponent } from "echarts/components";
import { type ComposeOption, init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import type { Chart } from "./document.ts";

use([LineChart, CustomChart, GridSimpleComponent, SVGRenderer]);

export type ChartOption = ComposeOption<LineSeriesOption | CustomSeriesOption | GridComponentOption>;

/** Draws a chart of echarts' as SVG elements; colours stay CSS variables, which the page or the file resolves. */
export function drawChart(description: string, width: number, height: number, option: ChartOption): Chart {
  const chart = init(null, null, { renderer: "svg", ssr: true, width, height });
  try {
    chart.setOption({ animation: false, backgroundColor: "transparent", ...harmless(option) });
    return { width, height, body: tidy(chart.renderToSVGString(), description), description };
  } finally {
    // Its timer would keep the process alive.
    chart.dispose();
  }
}

/**
 * The option with an unseen space behind texts such as "__proto__": echarts looks up the width of a text in a plain object, finds
 * what all objects inherit, and writes to it.
 */
function harmless<T>(value: T): T {
  if (typeof value === "string") return (value in Object.prototype ? `${value}\u200b` : value) as T;
  if (Array.isArray(value)) return value.map(harmless) as T;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, harmless(item)])) as T;
}

/** What echarts can find an axis for; it fails on axes shorter than 1e-20 and on those that reach to infinity. */
const PARTS_OF_ONE = 1e12;
const LARGEST = 1e100;

/** A value as it is drawn: NaN, which leaves a gap, if it is not finite or absurdly large. */
export function drawn(value: number): number {
  if (!(Math.abs(value) <= LARGEST)) return Number.NaN;
  return Math.abs(value) < 1 ? Math.round(value * PARTS_OF_ONE) / PARTS_OF_ONE : value;
}

/**
 * The elements within the svg tag and its ground, without what serves only a living chart (its style sheet, classes, marks
 * for scripts) and without its own font: texts inside are escaped, so a quote ends an attribute and nothing else.
 */
function tidy(svg: string, description: string): string {
  return (
    svg
      .replace(/<style[^>]*>[\s\S]*?<\/style>/g, "")
      .replace(/ (?:class|ecmeta_\w+|pointer-events|xml:space)="[^"]*"/g, "")
      .replace(/font-family:[^;"]*;/g, "")
      .replace(/^<svg [^>]*>\s*<rect[^>]*><\/rect>/, "")
      .replace(/<\/svg>\s*$/, "")
      .replace(/<text dominant-baseline="central"([^>]*)>/g, (_, attributes: string) => `<text${lowered(attributes)}>`)
      .replace(/\n+/g, "\n")
      // Clip paths have the number of the chart drawn in this process; the description tells charts of a page apart.
      .replace(/(\bid="|url\(#)zr\d+-/g, `$1${idOf(description)}-`)
  );
}

/** Puts a text whose middle is meant onto its baseline: not every program that shows SVG knows dominant-baseline. */
function lowered(attributes: string): string {
  const size = Number(/font-size:([\d.]+)px/.exec(attributes)?.[1] ?? 12);
  const y = Number(/ y="([^"]*)"/.exec(attributes)?.[1] ?? 0);
  return ` y="${Math.round((y + size * 0.35) * 100) / 100}"${attributes.replace(/ y="[^"]*"/, "")}`;
}

function idOf(text: string): string {
  let hash = 0;
  for (const character of text) hash = (Math.imul(hash, 31) + (character.codePointAt(0) ?? 0)) >>> 0;
  return `c${hash.toString(36)}`;
}
