import { it } from "vitest";
import { expectOneStep } from "./one_step.ts";
import { close, describeInBrowser, LONG_MS } from "./page.ts";

/** A file of its own, so that another worker can do the rest of generators.test.ts meanwhile. */
describeInBrowser("the generator of convolutions trains in a browser", ({ open }) => {
  it(
    "dccgan_leaky",
    async () => {
      const { page, watch } = await open("about");
      await expectOneStep(page, watch, "dccgan_leaky", 1);
      await close(page);
    },
    2 * LONG_MS,
  );
});
