import { expect, it } from "vitest";
import { GENERATOR_NAMES, type GeneratorName } from "../../src/models/generator_names.ts";
import { close, describeInBrowser, expectQuiet, gridOf, LONG_MS, waitForState } from "./page.ts";

/** Batch-norm needs two images. */
const BATCH: Partial<Record<GeneratorName, number>> = { big_mlp_cgan_leaky: 2 };

describeInBrowser("every generator trains in a browser", ({ open }) => {
  it.each(GENERATOR_NAMES)(
    "%s",
    async (name) => {
      const { page, watch } = await open(`train?gan=${name}&batch=${BATCH[name] ?? 1}&seed=2`);
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
