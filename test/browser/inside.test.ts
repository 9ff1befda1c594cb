import { expect, it } from "vitest";
import { violations } from "./axe.ts";
import { close, describeInBrowser, expectQuiet, LONG_MS } from "./page.ts";

describeInBrowser("look inside", ({ open }) => {
  it(
    "draws the plan of a GAN's step, and shows a dispatch down to its text and its share of the ceiling",
    async () => {
      const { page, watch } = await open("inside?plan=cgan&plan-gan=small_mlp_cgan_leaky&plan-batch=10");
      await page.locator(".drawing-frame svg").waitFor();
      expect(await page.locator(".box").count()).toBeGreaterThan(15);
      const box = page.getByRole("button", { name: /^matmul tanh\s*generator.layers.4/ });
      await box.focus();
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { name: "generator.layers.4" }).waitFor();
      expect(await box.getAttribute("aria-pressed")).toBe("true");
      const layer = page.locator(".layer");
      await layer.getByText("A result of 10 rows of A x 784 columns of B").waitFor();
      expect(await layer.getByRole("table").innerText()).toMatch(
        /generator\.layers\.4\.weight\s+read\s+f32 \[784, 512\]/,
      );
      expect(
        await layer
          .locator(".code")
          .first()
          .evaluate((host) => host.shadowRoot!.textContent),
      ).toContain("C");
      await page.getByRole("button", { name: "Measure times" }).click();
      await page.getByText(/One step takes/).waitFor();
      await layer.getByText(/% of arithmetic, .+ % of memory/).waitFor();
      expect(await violations(page)).toEqual([]);
      await layer.getByRole("link", { name: "Follow one of its numbers" }).click();
      await page.getByRole("heading", { name: "3. See what it is made of" }).waitFor();
      expectQuiet(watch);
      await close(page);
    },
    LONG_MS,
  );

  it(
    "what is chosen while a step compiles is shown afterwards",
    async () => {
      const { page, watch } = await open("inside?plan-batch=10");
      const status = page.locator("main [role=status]");
      await status.getByText("Compiling the step").waitFor();
      await page.getByRole("button", { name: "Follow one number" }).click();
      await page.getByRole("heading", { name: "3. See what it is made of" }).waitFor();
      expectQuiet(watch);
      await close(page);
    },
    LONG_MS,
  );

  it(
    "follows a pixel back to the dot product that made it, and that to its inputs",
    async () => {
      const { page, watch } = await open("inside?part=follow");
      await page.getByRole("button", { name: /^tanh/ }).click();
      const numbers = page.getByRole("slider");
      await numbers.focus();
      await page.keyboard.press("ArrowRight");
      expect(page.url()).toContain("number=407");
      const trace = page.locator("section").filter({ has: page.getByRole("heading", { name: "3. See what" }) });
      await trace.getByText(/From x = .* by tanh/).waitFor();
      await trace.getByRole("button", { name: "[407]" }).click();
      await trace.getByText(/A dot product: every number of the layer before, 512 in all/).waitFor();
      // The products that are shown, the others and the bias make up the number itself.
      const sum = await trace.locator(".sum").innerText();
      const [, shown, sign, rest, sign2, bias, total] =
        /^(\S+) \(these 10\) ([+-]) (\S+) \(the other 502\) ([+-]) (\S+) \(bias\) = (\S+)$/.exec(sum)!;
      const signed = (minus: string | undefined, size: string | undefined) => (minus === "-" ? -1 : 1) * Number(size);
      expect(Number(shown) + signed(sign, rest) + signed(sign2, bias)).toBeCloseTo(Number(total), 3);
      await trace.getByText(/g times the weight/).waitFor();
      await trace.locator("tbody button").first().click();
      await trace
        .getByText(/leaky|below zero/)
        .first()
        .waitFor();
      expect(await violations(page)).toEqual([]);
      expectQuiet(watch);
      await close(page);
    },
    LONG_MS,
  );

  it(
    "shows the window of a convolution and of a pooling",
    async () => {
      const { page, watch } = await open("inside?part=follow&network=cnn&class=1");
      await page
        .getByRole("button", { name: /^convolution 32/ })
        .first()
        .click();
      await page.getByText("A window of 3 x 3 numbers, each times a weight").waitFor();
      expect(await page.locator(".terms tbody tr").count()).toBe(9);
      // On a phone the table scrolls within its frame, and the page does not.
      await page.setViewportSize({ width: 390, height: 844 });
      const frame = page.getByRole("region", { name: "Products, and what goes back" });
      await frame.focus();
      await page.keyboard.press("ArrowRight");
      await expect.poll(() => frame.evaluate(({ scrollLeft }) => scrollLeft)).toBeGreaterThan(0);
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
      await page.setViewportSize({ width: 1280, height: 900 });
      await page
        .getByRole("button", { name: /^max pooling/ })
        .first()
        .click();
      await page.getByText("The largest of a window of 4").waitFor();
      expect(await page.locator(".terms .winner").count()).toBe(1);
      expect(await violations(page)).toEqual([]);
      expectQuiet(watch);
      await close(page);
    },
    LONG_MS,
  );
});
