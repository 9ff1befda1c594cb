import { expect, it } from "vitest";
import { GENERATOR_NAMES } from "../../src/models/generator_names.ts";
import { close, describeInBrowser, expectQuiet, gridOf, LONG_MS, waitForState } from "./page.ts";

describeInBrowser("every generator trains in a browser", ({ open }) => {
  it.each(GENERATOR_NAMES)(
    "%s",
    async (name) => {
      const { page, watch } = await open(`train?gan=${name}&batch=1&seed=2`);
      await page.getByRole("button", { name: "One step" }).click();
      await waitForState(page, /paused/);
      const losses = await page.locator(".plot figcaption").first().innerText();
      expect(losses).toMatch(/discriminator\s+0\.\d+/);
      expect(losses).toMatch(/generator\s+0\.\d+/);
      expect((await gridOf(page)).length).toBeGreaterThan(1000);
      expectQuiet(watch);
      await close(page);
    },
    LONG_MS,
  );
});
