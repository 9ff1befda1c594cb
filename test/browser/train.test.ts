import { expect, it } from "vitest";
import { close, describeInBrowser, expectQuiet, gridOf, LONG_MS, stepOf, waitForState } from "./page.ts";

const losses = (text: string) =>
  [...text.matchAll(/(?:discriminator|generator)\s+(\d+\.\d+)/g)].map((match) => match[1]);

describeInBrowser("training in a browser", ({ open }) => {
  it(
    "50 steps change grid and losses; it steps, pauses, answers at once while it trains, and resets",
    async () => {
      const { page, watch } = await open("train?batch=8&gan-steps=2000");
      const button = (name: string | RegExp) => page.getByRole("button", { name, exact: typeof name === "string" });
      const figure = () => page.locator(".plot figcaption").first().innerText();

      await button("One step").focus();
      await page.keyboard.press("Enter");
      await waitForState(page, /paused/);
      expect(await stepOf(page)).toBe(1);
      // Who works by keyboard stays at the button, out of use as it was meanwhile.
      expect(await page.locator(":focus").innerText()).toBe("One step");
      const first = { grid: await gridOf(page), losses: losses(await figure()) };
      expect(first.losses).toHaveLength(2);

      await button("Go on").click();
      await waitForState(page, /training/);
      // The page stays quick while the GPU works: a setting's panel opens within 200 ms, by the page's own clock.
      const answeredMs = await page.evaluate(async () => {
        const summary = document.querySelector<HTMLElement>(".settings summary")!;
        const times: number[] = [];
        for (let i = 0; i < 10; i++) {
          const began = performance.now();
          summary.click();
          await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 0)));
          times.push(performance.now() - began);
          await new Promise((resolve) => setTimeout(resolve, 100));
        }
        return times.sort((a, b) => a - b)[Math.floor(times.length / 2)]!;
      });
      expect(answeredMs).toBeLessThan(200);
      await page.waitForFunction(() => Number(document.querySelector(".phases .steps")?.textContent) >= 50);
      await button("Pause").click();
      await waitForState(page, /paused/);
      const paused = await stepOf(page);
      expect(paused).toBeGreaterThanOrEqual(50);
      const later = { grid: await gridOf(page), losses: losses(await figure()) };
      expect(later.grid).not.toBe(first.grid);
      expect(later.losses).not.toEqual(first.losses);

      // The curves are drawn anew in other colours, and as they were.
      const curves = () => page.evaluate(() => document.querySelector<HTMLCanvasElement>(".plot canvas")!.toDataURL());
      const light = await curves();
      const asBefore = async () => (await curves()) === light;
      await page.emulateMedia({ colorScheme: "dark" });
      await expect.poll(asBefore).toBe(false);
      await page.emulateMedia({ colorScheme: "light" });
      await expect.poll(asBefore, { timeout: 10_000 }).toBe(true);
      await page.waitForTimeout(1500);
      expect(await stepOf(page)).toBe(paused);

      await button("Reset").click();
      await waitForState(page, /press Start/);
      expect(await stepOf(page)).toBe(0);
      expect(losses(await figure())).toHaveLength(0);

      // The same seed begins with the same numbers.
      await button("One step").click();
      await waitForState(page, /paused/);
      expect({ grid: await gridOf(page), losses: losses(await figure()) }).toEqual(first);
      expectQuiet(watch);
      await close(page);
    },
    LONG_MS,
  );

  it(
    "a setting that is changed while the training is opened is the one that is trained; a stray file changes nothing",
    async () => {
      const { page, watch } = await open("train?batch=4&gan-steps=500");
      await page.locator(".badge").waitFor();
      await page.getByRole("button", { name: "Start", exact: true }).click();
      await page.getByRole("slider").focus();
      await page.keyboard.press("ArrowRight");
      await page.getByRole("button", { name: "One step" }).click();
      await waitForState(page, /paused/);
      expect(losses(await page.locator(".plot figcaption").first().innerText())).toHaveLength(2);
      const counts = page.locator(".classes td.count").nth(1);
      expect(await counts.innerText()).toMatch(/^510 \+ 490/);

      // An address with other settings begins anew, as a changed field does.
      await page.evaluate(() => {
        location.hash = "train?batch=4&gan-steps=500&imbalance=0.6";
      });
      await waitForState(page, /press Start/);
      await page.getByRole("button", { name: "One step" }).click();
      await waitForState(page, /paused/);
      expect(await counts.innerText()).toMatch(/^600 \+ 400/);

      await page.getByRole("link", { name: "Keep & share" }).click();
      await page.evaluate(() => {
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File(["no images"], "cat.png"));
        dispatchEvent(new DragEvent("drop", { dataTransfer }));
      });
      await page.getByRole("alert").filter({ hasText: "it has cat.png" }).waitFor();
      expect(await stepOf(page)).toBe(1);
      expect(page.url()).not.toContain("data=");
      expectQuiet(watch);
      await close(page);
    },
    LONG_MS,
  );

  it(
    "a lost device is told, opened again, and the training goes on from its checkpoint",
    async () => {
      const { page } = await open("train?batch=8&gan-steps=2000");
      await page.getByRole("button", { name: "Start", exact: true }).click();
      await page.waitForFunction(() => Number(document.querySelector(".phases .steps")?.textContent) >= 4);
      await page.getByRole("button", { name: "Pause" }).click();
      await waitForState(page, /paused/);
      const before = await stepOf(page);
      await page.getByRole("button", { name: "Go on" }).click();
      await waitForState(page, /training/);
      await page.getByRole("link", { name: "About" }).click();
      await page.getByRole("button", { name: "Lose the device now" }).click();
      await page.getByRole("alert").filter({ hasText: "The GPU device was lost" }).waitFor();
      await page.getByRole("link", { name: "Look inside" }).click();
      await page.getByRole("button", { name: "Follow one number" }).click();
      await page.getByRole("heading", { name: "3. See what it is made of" }).waitFor();
      await page.getByRole("link", { name: "Train", exact: true }).click();
      await page.waitForFunction(
        ([least]) => Number(document.querySelector(".phases .steps")?.textContent) > least!,
        [before + 1],
      );
      await waitForState(page, /training/);
      await close(page);
    },
    LONG_MS,
  );

  it(
    "goes on to the classifier, with its measures",
    async () => {
      const { page, watch } = await open("train?fill=none&batch=4&cnn-steps=2");
      await page.getByRole("button", { name: "Start", exact: true }).click();
      await waitForState(page, /done/);
      const figures = (await page.locator(".figures").innerText()).replaceAll("\n", " ");
      expect(figures).toMatch(/Accuracy \d+\.\d%/);
      expect(figures).toMatch(/Tail recall \d+\.\d%/);
      expect(await page.locator(".confusion td:not(:empty)").count()).toBeGreaterThan(5);
      expect(await page.locator(".classes td.recall").first().innerText()).toMatch(/%/);
      expectQuiet(watch);
      await close(page);
    },
    LONG_MS,
  );
});
