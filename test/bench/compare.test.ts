import { describe, expect, it } from "vitest";
import { changesBetween, compareText, differencesOf } from "../../bench/compare.ts";
import { report, row, timed } from "./reports.ts";

const BEFORE = report([
  row("faster", { tailgrad: timed(98, 100, 102), "tfjs webgpu": timed(400) }),
  row("slower", { tailgrad: timed(10) }),
  row("noise", { tailgrad: timed(90, 100, 110) }),
  row("gone", { tailgrad: timed(1) }),
  row("failed now", { tailgrad: timed(1) }),
]);
const AFTER = report([
  row("faster", { tailgrad: timed(49, 50, 51), "tfjs webgpu": timed(500) }),
  row("slower", { tailgrad: timed(20) }),
  row("noise", { tailgrad: timed(95, 105, 115) }),
  row("new", { tailgrad: timed(1) }),
  row("failed now", { tailgrad: { status: "failed", reason: "r" } }),
]);

describe("compare", () => {
  it("pairs what both reports have figures for, and marks what is beyond the spread", () => {
    const changes = changesBetween(BEFORE, AFTER).filter(({ who }) => who === "tailgrad");
    expect(changes.map(({ name, ratio, beyond }) => [name, ratio, beyond])).toEqual([
      ["faster", 2, true],
      ["slower", 0.5, true],
      ["noise", 100 / 105, false],
    ]);
  });

  it("prints old and new medians, and the rivals as a control", () => {
    const text = compareText(BEFORE, AFTER);
    expect(text).toMatch(/^faster +100 ms +50\.0 ms +2\.0x +better$/m);
    expect(text).toMatch(/^slower +10\.0 ms +20\.0 ms +0\.50x +WORSE$/m);
    expect(text).toMatch(/^noise +100 ms +105 ms +0\.95x$/m);
    expect(text).toMatch(/rivals, which should not have changed, in 1 row: 0\.80x/);
  });

  it("names the tailgrad of then and now, and marks where a kernel's variant changed", () => {
    const product = (variant?: string) =>
      row("product", { tailgrad: timed(1) }, variant === undefined ? {} : { variants: { "matmul 1x1x1": variant } });
    const then = report([product("tiled 32")], { commit: "0123456" });
    const now = report([product("tiled 64")], { commit: "89abcde-dirty" });
    const text = compareText(then, now);
    expect(text).toMatch(/^Then: tailgrad 0\.1\.0 \(0123456\), 2026-/m);
    expect(text).toMatch(/^Now: {2}tailgrad 0\.1\.0 \(89abcde-dirty\), 2026-/m);
    expect(text).toMatch(/^product .*1\.0x +other variants$/m);
    expect(compareText(then, report([product("tiled 32")]))).not.toContain("other variants");
    expect(compareText(report([product()]), now), "a report that does not tell").not.toContain("other variants");
  });

  it("warns where the two were not measured alike", () => {
    expect(differencesOf(BEFORE, AFTER)).toEqual([]);
    const other = {
      ...report([], { adapter: "another", toggles: ["skip_validation"], tune: "off", versions: { tfjs: "4" } }),
      quick: true,
    };
    expect(differencesOf(BEFORE, other)).toEqual([
      "adapter differs: some adapter then, another now",
      "toggles differs: none then, skip_validation now",
      "--tune differs: on then, off now",
      "tfjs differs: none then, 4 now",
      "--quick differs: false then, true now",
    ]);
  });
});
