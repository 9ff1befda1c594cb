import { describe, expect, it } from "vitest";
import {
  showCount,
  showDifference,
  showMeasure,
  showPercent,
  showProbability,
  showSeconds,
  showSpread,
} from "../../../src/experiments/report/numbers.ts";

describe("numbers for people", () => {
  it.each([
    [showCount(48010), "48,010"],
    [showCount(Number.NaN), "\u2013"],
    [showMeasure(0.9205), "0.920"],
    [showMeasure(Number.POSITIVE_INFINITY), "\u2013"],
    [showSpread(0.5, 0.01), "0.500 \u00b1 0.010"],
    [showSpread(0.5, undefined), "0.500"],
    [showDifference(0.0123), "+0.012"],
    [showDifference(-0.34), "\u22120.340"],
    [showDifference(-0.0001), "0.000"],
    [showProbability(0.0004), "< 0.001"],
    [showProbability(0.25), "0.250"],
    [showPercent(0.255), "26%"],
    [showPercent(0.745), `${(0.745).toFixed(2).slice(2)}%`],
    [showSeconds(8.44), "8.4 s"],
    [showSeconds(59.94), "59.9 s"],
    [showSeconds(59.96), "1 min 00 s"],
    [showSeconds(200), "3 min 20 s"],
    [showSeconds(3599.6), "1 h 00 min"],
    [showSeconds(7500), "2 h 05 min"],
    [showSeconds(Number.NaN), "\u2013"],
  ])("%s", (shown, wanted) => expect(shown).toBe(wanted));
});
