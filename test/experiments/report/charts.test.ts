import { describe, expect, it } from "vitest";
import {
  distributionChart,
  heatChart,
  type Line,
  linesChart,
  roundAxis,
  seriesLook,
} from "../../../src/experiments/report/charts.ts";
import { reportStyle } from "../../../src/experiments/report/style.ts";

const look = seriesLook(0);
const axes = { xLabel: "x", yLabel: "y" };
const heat = { rows: ["a", "b"], columns: ["c", "d"], show: (value: number) => value.toFixed(2), full: 1 };
const line = (...points: [number, number][]): Line => ({ points, look });

describe("charts", () => {
  it("grow with what they hold and keep one width", () => {
    const heightOf = (classes: number) => {
      const names = Array.from({ length: classes }, (_, c) => `class ${c}`);
      const chart = distributionChart("d", names, Array(classes).fill(5), undefined, 5);
      expect(chart.width).toBe(480);
      return chart.height;
    };
    expect(heightOf(20) - heightOf(10)).toBe(240);
  });

  it("hold no style sheet, class or mark for scripts, whose names could clash on one page", () => {
    const charts = [
      distributionChart("d", ["a"], [1], { counts: [2], colour: "var(--copies)" }, 3),
      heatChart("h", [[0.5]], heat),
      linesChart("l", [line([0, 1], [1, 2])], axes),
    ];
    for (const { body } of charts) {
      expect(body).not.toMatch(/<style|class=|ecmeta|CDATA|"zr\d|<svg|dominant-baseline|font-family/);
      expect(body).toMatch(/^\s*<(g|path|text|defs)/);
    }
  });

  it("write to nothing that all objects inherit, whatever the classes are called", () => {
    const names = ["__proto__", "constructor", "toString", "a", "__proto__"];
    distributionChart("d", names, [1, 2, 3, 4, 5], undefined, 5);
    heatChart("h", [[0.5]], { ...heat, rows: ["__proto__"], columns: ["__proto__"] });
    for (const touched of [{}, Object, Object.prototype.toString]) {
      expect("next" in touched || "prev" in touched).toBe(false);
    }
  });

  it("name clip paths by their chart, so that each refers to its own", () => {
    const draw = (description: string) => linesChart(description, [line([0, 1], [1, 2])], axes).body;
    const ids = (body: string) => [...body.matchAll(/\bid="([^"]+)"/g)].map(([, id]) => id);
    const [one, other] = [draw("one"), draw("other")];
    expect(ids(one).length).toBeGreaterThan(0);
    for (const [, id] of one.matchAll(/url\(#([^)]+)\)/g)) expect(ids(one)).toContain(id);
    expect(ids(other)).not.toContain(ids(one)[0]);
    expect(draw("one")).toBe(one);
  });

  it("draw tens of thousands of points as no more than the width shows", () => {
    const points = Array.from({ length: 50_000 }, (_, i): [number, number] => [i, Math.sin(i / 1000)]);
    expect(linesChart("l", [{ points, look }], axes).body.length).toBeLessThan(30_000);
  });

  it("write each cell's number in it, on a shade that grows with it, and leave empty what was not measured", () => {
    const { body } = heatChart("h", [[0, 0.5], [1]], heat);
    expect([...body.matchAll(/>(\d\.\d\d)<\/text>/g)].map(([, text]) => text)).toEqual(["0.00", "0.50", "1.00"]);
    const shades = [...body.matchAll(/fill="var\(--heat\)"(?: fill-opacity="([\d.]+)")?/g)].map(([, s]) =>
      Number(s ?? 1),
    );
    expect(shades).toEqual([0.04, 0.52, 1]);
  });

  it("write the numbers in ink that can be read on every shade, in light, dark and print", () => {
    const luminance = (colour: string) => {
      const [r, g, b] = [1, 3, 5].map((at) => {
        const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
        return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
    };
    const palettes = [...reportStyle.matchAll(/--ink: (#\w{6});.*?--heat: (#\w{6});/g)];
    expect(palettes).toHaveLength(3);
    for (const [, ink, heat] of palettes) {
      const [a, b] = [luminance(ink!), luminance(heat!)].sort((x, y) => y - x) as [number, number];
      expect((a + 0.05) / (b + 0.05)).toBeGreaterThan(4.5);
    }
    expect(heatChart("h", [[0, 1]], heat).body).not.toContain("var(--paper)");
  });

  it.each([5e-324, 1e-300, 1e-20, 3e-13, 1e-12, 1e20, 1e99, 1e101, 1.7e308, Number.NaN, Number.POSITIVE_INFINITY])(
    "take values of any size: %d",
    (value) => {
      const lines = [
        [line([0, value], [1, value])],
        [line([0, 0], [1, value], [2, -value / 2])],
        [line([-value, 1], [value, 2])],
      ];
      const charts = [
        ...lines.map((one) => linesChart("l", one, axes)),
        heatChart("h", [[value, -value], []], { ...heat, show: (v) => (v > 2 ? "many" : v.toFixed(1)) }),
        distributionChart("d", ["a", "b"], [value, 1], { counts: [value, 0], colour: "red" }, 2),
        distributionChart("d", ["a", "b"], [value, 1], { counts: [value, 0], colour: "red" }, value),
      ];
      for (const { body } of charts) expect(body).not.toMatch(/NaN|Infinity/);
    },
  );

  it("take empty and single-point series", () => {
    expect(linesChart("l", [line()], axes).body).toContain("</text>");
    expect(linesChart("l", [line([3, 4])], axes).body).toContain(look.colour);
    expect(heatChart("h", [], { ...heat, rows: [], columns: [] }).body).not.toContain("NaN");
  });
});

describe("roundAxis", () => {
  it.each([
    [[0.375, 2.31], { min: 0, max: 2.5, interval: 0.5 }],
    [[0, 7.9], { min: 0, max: 8, interval: 2 }],
    [[-0.3, 1], { min: -0.5, max: 1, interval: 0.5 }],
    [[], { min: 0, max: 1, interval: 0.5 }],
    [[0, Number.NaN, Number.POSITIVE_INFINITY], { min: 0, max: 1, interval: 0.5 }],
  ])("%j", (values, axis) => expect(roundAxis(values)).toEqual(axis));
});
