import type { Page } from "playwright-core";
import { expect } from "vitest";
import type { GeneratorName } from "../../src/models/generator_names.ts";
import { expectQuiet, gridOf, type Watch, waitForState } from "./page.ts";

/** Trains one step of a generator by its address, in a page that may have trained another. */
export async function expectOneStep(page: Page, watch: Watch, name: GeneratorName, batch: number): Promise<void> {
  await page.evaluate((hash) => {
    location.hash = hash;
  }, `train?gan=${name}&batch=${batch}&seed=2`);
  await page.waitForFunction(
    (wanted) => [...document.querySelectorAll("select")].some(({ value }) => value === wanted),
    name,
  );
  await waitForState(page, /press Start/);
  await page.getByRole("button", { name: "One step" }).click();
  await waitForState(page, /paused/);
  const losses = await page.locator(".plot figcaption").first().innerText();
  expect(losses).toMatch(/discriminator\s+0\.\d+/);
  expect(losses).toMatch(/generator\s+0\.\d+/);
  // Where a grid takes long, that of the beginning stays for a while.
  expect(await page.locator("th.samples").innerText()).toMatch(/^Made by the generator at step [01]$/);
  expect((await gridOf(page)).length).toBeGreaterThan(1000);
  expectQuiet(watch);
}
