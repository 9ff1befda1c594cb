import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { build } from "vite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launch, MISSING } from "../../bench/browser/chromium.ts";
import { serve } from "../../bench/browser/server.ts";
import { findChromium } from "../../scripts/chromium.mjs";
import { sizeOf } from "../../src/gpu/launch.ts";
import { wgslPlugin } from "../../wgsl_plugin.ts";
import { type ConformanceCase, type ConformanceFile, readVectors, WEBNN_VECTORS } from "../conformance/cases.ts";
import { hasShared, LONG_MS } from "./page.ts";

const chromium = findChromium();
const reason = chromium ? `${WEBNN_VECTORS} is not here` : MISSING;
/** Of each op so many cases, and no large ones: the software adapter of the browser is slow. */
const CASES_PER_OP = 6;
const MOST_ELEMENTS = 1000;

const small = ({ expected, inputs }: ConformanceCase) =>
  [expected, ...inputs].every(({ shape }) => sizeOf(shape) <= MOST_ELEMENTS);

if (!chromium || !hasShared) process.stderr.write(`SKIPPED the library's ops in a browser: ${reason}\n`);

describe.runIf(chromium && hasShared)("the library's ops in a browser give what the web platform's vectors say", () => {
  const folder = mkdtempSync(join(tmpdir(), "tailgrad-ops-"));
  let browser: Browser;
  let server: Awaited<ReturnType<typeof serve>>;
  let page: Page;
  beforeAll(async () => {
    mkdirSync(join(folder, "page"));
    await build({
      configFile: false,
      logLevel: "error",
      plugins: [wgslPlugin()],
      build: {
        target: "es2022",
        outDir: join(folder, "page"),
        lib: { entry: "test/browser/operators.ts", formats: ["es"], fileName: () => "operators.js" },
      },
    });
    writeFileSync(
      join(folder, "page/index.html"),
      '<!doctype html><script type="module" src="./operators.js"></script>',
    );
    server = await serve({ "/": join(folder, "page") });
    browser = await launch(chromium!, "swiftshader", []);
    page = await browser.newPage();
    page.setDefaultTimeout(LONG_MS);
    await page.goto(server.url);
    await page.waitForFunction(() => "runOperatorCase" in window);
  }, LONG_MS);
  afterAll(async () => {
    await browser?.close();
    server?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const files: readonly ConformanceFile[] = hasShared ? readVectors(WEBNN_VECTORS) : [];
  it.each(files.map(({ op, cases }) => ({ op, cases: cases.filter(small).slice(0, CASES_PER_OP) })))(
    "$op",
    async ({ op, cases }) => {
      expect(cases.length).toBeGreaterThan(0);
      const wrong = await page.evaluate(
        async ([name, tests]) => {
          const { runOperatorCase } = window as unknown as {
            runOperatorCase(op: string, test: unknown): Promise<string | null>;
          };
          const found: string[] = [];
          for (const test of tests) {
            const problem = await runOperatorCase(name, test);
            if (problem) found.push(`${(test as { name: string }).name}: ${problem}`);
          }
          return found;
        },
        [op, cases] as const,
      );
      expect(wrong).toEqual([]);
    },
    LONG_MS,
  );
});
