import type { Page } from "playwright-core";
import { afterAll, beforeAll, it } from "vitest";
import { GENERATOR_NAMES, type GeneratorName } from "../../src/models/generator_names.ts";
import { expectOneStep } from "./one_step.ts";
import { close, describeInBrowser, LONG_MS, type Watch } from "./page.ts";

/** Batch-norm needs two images. */
const BATCH: Partial<Record<GeneratorName, number>> = { big_mlp_cgan_leaky: 2 };

/** The convolutions are in dccgan.test.ts: a software adapter compiles them for minutes, beside these. */
const DENSE = GENERATOR_NAMES.filter((name) => name !== "dccgan_leaky");

describeInBrowser("every dense generator trains in a browser, one after another in a page", ({ open }) => {
  let page: Page;
  let watch: Watch;
  beforeAll(async () => {
    ({ page, watch } = await open("about"));
  }, LONG_MS);
  afterAll(() => close(page));

  it.each(DENSE)("%s", (name) => expectOneStep(page, watch, name, BATCH[name] ?? 1), LONG_MS);
});
