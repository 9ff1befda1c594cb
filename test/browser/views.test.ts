import { mkdirSync } from "node:fs";
import { expect, it } from "vitest";
import { VIEW_NAMES, VIEWS } from "../../src/web/view_names.ts";
import { violations } from "./axe.ts";
import { close, describeInBrowser, expectQuiet, LONG_MS } from "./page.ts";

/** Pictures are kept where the document names them only when asked for: they differ a little from machine to machine. */
const PICTURES = process.env.PAGE_PICTURES;

const FORMS = [
  { name: "light", colorScheme: "light", viewport: { width: 1280, height: 900 } },
  { name: "dark", colorScheme: "dark", viewport: { width: 1280, height: 900 } },
  { name: "phone", colorScheme: "light", viewport: { width: 390, height: 844 } },
] as const;

describeInBrowser("every view", ({ open }) => {
  it.each(FORMS)(
    "is accessible and quiet, and fits ($name)",
    async ({ name, ...form }) => {
      const { page, watch } = await open("train", form);
      for (const view of VIEW_NAMES) {
        await page.evaluate((hash) => {
          location.hash = hash;
        }, view);
        await page.locator(`nav a[aria-current="page"][href^="#${view}"]`).waitFor();
        await page.waitForTimeout(300);
        expect(await page.title()).toBe(`${VIEWS[view]} – tailgrad`);
        expect(await violations(page), view).toEqual([]);
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        expect(overflow, `${view}: pixels wider than the window`).toBeLessThanOrEqual(0);
        if (PICTURES) {
          mkdirSync(PICTURES, { recursive: true });
          // A picture shows what a view shows once it has what it shows.
          if (view === "train") {
            await page.locator("canvas.strip:not(.empty)").first().waitFor();
            await page.getByRole("button", { name: "Start", exact: true }).click();
            await page.waitForFunction(() => Number(document.querySelector(".phases .steps")?.textContent) >= 60);
            await page.getByRole("button", { name: "Pause" }).click();
            await page.getByRole("button", { name: "Go on" }).waitFor();
          }
          if (view === "workshop") {
            await page.getByRole("button", { name: "Run all" }).click();
            await page.getByText("not run yet").first().waitFor({ state: "hidden" });
            await page.getByRole("button", { name: "Run all", disabled: false }).waitFor();
          }
          await page.getByText("Compiling the step").waitFor({ state: "hidden" });
          // Editors measure their lines only where they can be seen.
          const height = await page.evaluate(() => document.documentElement.scrollHeight);
          await page.setViewportSize({ ...form.viewport, height });
          await page.waitForTimeout(300);
          await page.screenshot({ path: `${PICTURES}/${view}-${name}.png`, fullPage: true });
          await page.setViewportSize(form.viewport);
        }
      }
      expectQuiet(watch);
      await close(page);
    },
    LONG_MS,
  );

  it(
    "can be reached and worked by keyboard alone",
    async () => {
      const { page, watch } = await open("train");
      await page.keyboard.press("Tab");
      expect(await page.locator(":focus").innerText()).toBe("Skip to the content");
      await page.keyboard.press("Enter");
      expect(await page.evaluate(() => document.activeElement?.id)).toBe("main");
      await page.getByRole("link", { name: "Keep & share" }).focus();
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { name: "Keep & share" }).waitFor();
      await page.getByRole("link", { name: "Train", exact: true }).focus();
      await page.keyboard.press("Enter");
      await page.getByRole("slider").focus();
      await page.keyboard.press("ArrowRight");
      expect(page.url()).toContain("imbalance=0.51");
      expectQuiet(watch);
      await close(page);
    },
    LONG_MS,
  );

  it(
    "keeps every setting in the address",
    async () => {
      const { page } = await open(
        "train?imbalance=7%2F9&gan=big_mlp_cgan_leaky&seed=7&loss=paper&batch=64&gan-steps=9&cnn-steps=8",
      );
      await page.getByRole("link", { name: "Keep & share" }).click();
      const commands = (await page.locator("pre code").nth(1).innerText()).replaceAll("\n", " ");
      expect(commands).toContain(
        "train gan --gan big_mlp_cgan_leaky --dataset garments --imbalance 7/9 --batch-size 64",
      );
      expect(commands).toContain("--seed 7");
      expect(commands).toContain("--max-steps 9");
      expect(commands).toContain("train cnn --rebalance big_mlp_cgan_leaky --gan-run runs/gan --loss paper");
      expect(commands).toContain("--max-steps 8");
      await close(page);
    },
    LONG_MS,
  );
});

describeInBrowser(
  "a browser without WebGPU",
  ({ open }) => {
    it(
      "says how to get it, and replays a run that is labelled as recorded",
      async () => {
        const { page, watch } = await open("train");
        await page.getByRole("alert").filter({ hasText: "does not offer WebGPU" }).waitFor();
        await page.getByText("The cause: no WebGPU adapter was found.", { exact: true }).waitFor();
        await page.getByRole("button", { name: "Replay" }).click();
        await page.getByText("Recorded run", { exact: true }).waitFor();
        await page.getByText(/It ran on .+ on \d{4}-/).waitFor();
        await page.locator("canvas.strip:not(.empty)").first().waitFor();
        await page.waitForFunction(() => Number(document.querySelector(".phases .steps")?.textContent) > 20);
        expect(await violations(page)).toEqual([]);
        if (PICTURES) {
          await page.getByRole("button", { name: "Replay" }).waitFor();
          await page.screenshot({ path: `${PICTURES}/recorded-light.png`, fullPage: true });
        }
        expectQuiet(watch);
        await close(page);
      },
      LONG_MS,
    );
  },
  false,
);
