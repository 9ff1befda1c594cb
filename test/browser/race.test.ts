import { expect, it } from "vitest";
import { close, describeInBrowser, expectQuiet, LONG_MS } from "./page.ts";

describeInBrowser("the race in a browser", ({ open }) => {
  it(
    "trains the generator first, then measures four classifiers on the same steps, and pauses",
    async () => {
      // Hardly a tail: few images for the generator to make, as the software adapter is slow.
      const { page, watch } = await open("race?imbalance=0.99&batch=2&gan-steps=2&cnn-steps=500");
      await page.getByRole("button", { name: "Start", exact: true }).click();
      await page.waitForFunction(() =>
        [...document.querySelectorAll(".lane-value")].every((value) => value.textContent?.endsWith("%")),
      );
      const steps = page.locator(".phases li", { hasText: "Race" }).locator(".steps");
      await page.waitForFunction(
        () => Number([...document.querySelectorAll(".phases .steps")].at(-1)?.textContent) >= 2,
      );
      await page.getByRole("button", { name: "Pause" }).click();
      await page.getByRole("button", { name: "Go on" }).waitFor();
      const paused = await steps.innerText();
      expect(await page.locator(".phases li", { hasText: "Generator" }).locator(".steps").innerText()).toBe("2");
      const facts = await page.locator(".lane-facts").allInnerTexts();
      expect(facts).toHaveLength(4);
      for (const fact of facts) expect(fact).toMatch(/[\d,]+ images, accuracy [\d.]+%, head recall [\d.]+%/);
      await page.waitForTimeout(1000);
      expect(await steps.innerText()).toBe(paused);

      // Another view, and what is chosen there, leaves the race as it is.
      await page.getByRole("link", { name: "Kernel workshop" }).click();
      await page.getByRole("button", { name: "Exercises" }).click();
      await page.getByRole("link", { name: "Rebalance race" }).click();
      expect(await steps.innerText()).toBe(paused);
      expectQuiet(watch);

      // A lost device: the classifiers begin anew on the next one, with the generator that was trained.
      await page.getByRole("button", { name: "Go on" }).click();
      await page.waitForFunction(
        (before) => Number([...document.querySelectorAll(".phases .steps")].at(-1)?.textContent) > before,
        Number(paused),
      );
      await page.getByRole("link", { name: "About" }).click();
      await page.getByRole("button", { name: "Lose the device now" }).click();
      await page.getByRole("alert").filter({ hasText: "The GPU device was lost" }).waitFor();
      await page.getByRole("link", { name: "Rebalance race" }).click();
      const raced = (least: number, most: number) =>
        page.waitForFunction(
          ([low, high]) => {
            const [generator, race] = [...document.querySelectorAll(".phases .steps")].map((one) =>
              Number(one.textContent),
            );
            return generator === 2 && race! >= low! && race! <= high!;
          },
          [least, most],
        );
      await raced(0, 1);
      await raced(2, 500);
      await page.getByRole("button", { name: "Pause" }).waitFor();
      await close(page);
    },
    LONG_MS,
  );
});
