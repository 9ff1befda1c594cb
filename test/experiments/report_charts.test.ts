import { describe, expect, it } from "vitest";
import { comparisonChart, curvesChart, distributionChart, seriesLook } from "../../src/experiments/report_charts.ts";

const look = seriesLook(0);

describe("charts", () => {
  it("grow with what they hold and keep one width", () => {
    const heightOf = (classes: number) => {
      const names = Array.from({ length: classes }, (_, c) => `class ${c}`);
      const { markup } = distributionChart("d", names, Array(classes).fill(5), undefined, 5);
      return Number(markup.match(/viewBox="0 0 480 (\d+)"/)?.[1]);
    };
    expect(heightOf(20) - heightOf(10)).toBe(240);
  });

  it("hold no style sheet, class or mark for scripts, whose names could clash on one page", () => {
    const charts = [
      distributionChart("d", ["a"], [1], [2], 3),
      comparisonChart("c", ["a"], [{ values: [0.5], look }]),
      curvesChart("l", "x", "y", [
        {
          points: [
            [0, 1],
            [1, 2],
          ],
          look,
        },
      ]),
    ];
    for (const { markup } of charts) expect(markup).not.toMatch(/<style|class=|ecmeta|CDATA|"zr\d/);
  });

  it("name clip paths by their chart, so that each refers to its own", () => {
    const draw = (description: string) =>
      curvesChart(description, "x", "y", [
        {
          points: [
            [0, 1],
            [1, 2],
          ],
          look,
        },
      ]).markup;
    const ids = (markup: string) => [...markup.matchAll(/\bid="([^"]+)"/g)].map(([, id]) => id);
    const [one, other] = [draw("one"), draw("other")];
    expect(ids(one).length).toBeGreaterThan(0);
    for (const [, id] of one.matchAll(/url\(#([^)]+)\)/g)) expect(ids(one)).toContain(id);
    expect(ids(other)).not.toContain(ids(one)[0]);
    expect(draw("one")).toBe(one);
  });

  it("draw tens of thousands of points as no more than the width shows", () => {
    const points = Array.from({ length: 50_000 }, (_, i): [number, number] => [i, Math.sin(i / 1000)]);
    expect(curvesChart("l", "x", "y", [{ points, look }]).markup.length).toBeLessThan(30_000);
  });

  it.each([5e-324, 1e-300, 1e-20, 3e-13, 1e-12, 1e20, 1e99, 1e101, 1.7e308, Number.NaN, Number.POSITIVE_INFINITY])(
    "take values of any size: %d",
    (value) => {
      const points: [number, number][][] = [
        [
          [0, value],
          [1, value],
        ],
        [
          [0, 0],
          [1, value],
          [2, -value / 2],
        ],
        [
          [-value, 1],
          [value, 2],
        ],
      ];
      const charts = [
        ...points.map((one) => curvesChart("l", "x", "y", [{ points: one, look }])),
        comparisonChart("c", ["a", "b"], [{ values: [value, -value], look }]),
        distributionChart("d", ["a", "b"], [value, 1], [value, 0], 2),
      ];
      for (const { markup } of charts) expect(markup).not.toMatch(/NaN|Infinity/);
    },
  );

  it("take empty and single-point series", () => {
    expect(curvesChart("l", "x", "y", [{ points: [], look }]).markup).toContain("</svg>");
    expect(curvesChart("l", "x", "y", [{ points: [[3, 4]], look }]).markup).toContain(look.colour);
  });
});
