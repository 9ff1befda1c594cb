import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { exerciseOf } from "../../src/web/workshop/exercises.ts";
import { textOf } from "../../src/web/workshop/ladder_texts.ts";
import { rungOf } from "../../src/web/workshop/ladders.ts";
import { violations } from "./axe.ts";
import { close, describeInBrowser, expectQuiet, LONG_MS } from "./page.ts";

/** Types into the editor at the end of the first line that holds `text`. */
async function typeAfter(page: Page, source: string, text: string, typed: string): Promise<void> {
  const line = source.split("\n").findIndex((one) => one.includes(text));
  await page.locator(".cm-content").click();
  await page.keyboard.press("Control+Home");
  for (let i = 0; i < line; i++) await page.keyboard.press("ArrowDown");
  await page.keyboard.press("End");
  await page.keyboard.insertText(typed);
}

/** Checks what stands in the editor; gives the verdicts as text. */
async function verdicts(page: Page, button: string): Promise<string> {
  await page.getByRole("button", { name: button, exact: true }).click();
  await page.locator(".verdict, .problem").first().waitFor();
  await page.getByRole("button", { name: button, exact: true, disabled: false }).waitFor();
  return (await page.locator(".verdict, .problem").allInnerTexts()).join("\n");
}

describeInBrowser("the kernel workshop", ({ open }) => {
  it(
    "finds an exercise wrong, its solution right, and keeps count",
    async () => {
      const { page, watch } = await open("workshop?bench=exercises&exercise=reduction");
      expect(await verdicts(page, "Check")).toContain("wrong");
      expect(await violations(page)).toEqual([]);
      await page.getByText("Solution").click();
      await page.getByRole("button", { name: "Put it into the editor" }).click();
      expect(await page.locator(".verdict").count()).toBe(0);
      expect(await verdicts(page, "Check")).toContain("Your text: right");
      await page.getByText("1 of 8 solved").waitFor();
      await page.getByRole("button", { name: "Reset" }).click();
      expect(await verdicts(page, "Check")).toContain("wrong");
      expectQuiet(watch);
      await close(page);
    },
    LONG_MS,
  );

  it(
    "shows a compile error at its line, and breaks a loop off that does not end",
    async () => {
      const { page, watch } = await open("workshop?bench=exercises&exercise=reduction");
      const { code } = exerciseOf("reduction")!.broken;
      await typeAfter(page, code, "if (lane < half)", " nothing();");
      const line = code.split("\n").findIndex((one) => one.includes("if (lane < half)")) + 1;
      expect(await verdicts(page, "Check")).toMatch(new RegExp(`does not compile\\s+line ${line}: .*nothing`));
      await page.locator(".cm-marked").first().waitFor();
      await page.getByRole("button", { name: "Reset" }).click();
      await typeAfter(page, code, "for (var half", " half *= 2u;");
      const loop = code.split("\n").findIndex((one) => one.includes("for (var half")) + 1;
      expect(await verdicts(page, "Check")).toMatch(new RegExp(`does not end\\s+line ${loop}:`));
      expectQuiet(watch);
      await close(page);
    },
    LONG_MS,
  );

  it(
    "judges a changed rung by results and gradient, and compares its speed",
    async () => {
      const { page, watch } = await open("workshop?bench=matmul&rung=naive");
      const text = textOf(rungOf("matmul", "naive")!);
      await typeAfter(page, text, "var total = 0.0;", " // as it was");
      const right = await verdicts(page, "Check and time");
      expect(right).toContain("Results against float64: right");
      expect(right).toContain("As a gradient against finite differences: right");
      await page.getByText(/One run takes .* with your text/).waitFor();
      await page.getByRole("button", { name: "Reset" }).click();
      await typeAfter(page, text, "var total = 0.0;", " total += 1.0;");
      expect(await verdicts(page, "Check and time")).toMatch(/Results against float64: wrong[\s\S]*should be/);
      expect(await violations(page)).toEqual([]);
      expectQuiet(watch);
      await close(page);
    },
    LONG_MS,
  );

  it(
    "runs a ladder and plots it",
    async () => {
      const { page, watch } = await open("workshop?bench=conv2d");
      await page.getByRole("button", { name: "Run all rungs on this adapter" }).click();
      await page.getByRole("button", { name: "Run all rungs on this adapter", disabled: false }).waitFor();
      const label = await page.locator(".ladder-plot [role=img]").getAttribute("aria-label");
      expect(label).toMatch(/Naive [\d.]+, Tiles of 32 [\d.]+/);
      expect(label).toMatch(/ceiling [\d.]+$/);
      expect(await page.locator(".ladder-plot .bar").count()).toBeGreaterThanOrEqual(4);
      expectQuiet(watch);
      await close(page);
    },
    LONG_MS,
  );

  it(
    "gives a kernel up that takes too long, and goes on with a new device",
    async () => {
      const { page } = await open("workshop?bench=exercises&exercise=bounds");
      const { code } = exerciseOf("bounds")!.broken;
      expect(await verdicts(page, "Check")).toContain("wrong");
      await page.clock.install();
      // No single loop runs for long: there are many, one after another.
      const loop = " for (var a = 0u; a < 16000u; a++) { x = sin(x) + cos(x) + tan(x); }";
      const slow = ` var x = 1.0;${loop.repeat(40)} if (x == 7.5) { return; }`;
      await typeAfter(page, code, "let i = id.x;", slow);
      await page.getByRole("button", { name: "Check", exact: true }).click();
      const alert = page.getByRole("alert").filter({ hasText: "was given up" }).first();
      while (!(await alert.isVisible())) await page.clock.fastForward(5000);
      await page.getByRole("button", { name: "Reset" }).click();
      expect(await verdicts(page, "Check")).toContain("wrong");
      await close(page);
    },
    LONG_MS,
  );
});
