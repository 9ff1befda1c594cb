import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, type BrowserContextOptions, type Page, chromium as playwright } from "playwright-core";
import { build } from "vite";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { launch, MISSING } from "../../bench/browser/chromium.ts";
import { serve } from "../../bench/browser/server.ts";
import { findChromium } from "../../scripts/chromium.mjs";

/** The page works below any address: the tests serve it below this one. */
const PLACE = "/some/where/";
/** A software adapter on a busy machine takes long to compile a step. */
export const LONG_MS = 240_000;

/** What a page did that it must not do. */
export interface Watch {
  readonly errors: string[];
  readonly foreign: string[];
  readonly policy: string[];
}

/** The built page in a real browser, for the tests of a file. */
export interface Fixture {
  /** Opens a view, such as "train?seed=3". */
  open(view: string, options?: BrowserContextOptions): Promise<{ page: Page; watch: Watch }>;
  readonly folder: string;
}

/** Tests that need Chromium, with its software adapter or with none: skipped with a word where it is not installed. */
export function describeInBrowser(name: string, tests: (fixture: Fixture) => void, webgpu = true): void {
  const chromium = findChromium();
  if (!chromium) {
    describe.skip(`${name}: ${MISSING}`, () => tests({} as Fixture));
    process.stderr.write(`SKIPPED ${name}: ${MISSING}\n`);
    return;
  }
  describe(name, () => {
    const folder = mkdtempSync(join(tmpdir(), "tailgrad-page-"));
    let browser: Browser;
    let server: Awaited<ReturnType<typeof serve>>;
    beforeAll(async () => {
      await build({ configFile: "src/web/vite.config.ts", logLevel: "error", build: { outDir: folder } });
      server = await serve({ [PLACE]: folder });
      // Without the flags of a software adapter, a headless Chromium on a machine without a GPU has none.
      browser = webgpu
        ? await launch(chromium, "swiftshader", [])
        : await playwright.launch({ executablePath: chromium, args: ["--no-sandbox", "--disable-gpu"] });
    }, LONG_MS);
    afterAll(async () => {
      await browser?.close();
      server?.close();
      rmSync(folder, { recursive: true, force: true });
    });
    tests({
      folder,
      async open(view, options = {}) {
        const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
        const page = await context.newPage();
        const watch = await watchPage(page, server.url);
        await page.goto(`${server.url}${PLACE.slice(1)}#${view}`);
        await page.locator("main h1").first().waitFor();
        return { page, watch };
      },
    });
  });
}

async function watchPage(page: Page, origin: string): Promise<Watch> {
  const watch: Watch = { errors: [], foreign: [], policy: [] };
  page.setDefaultTimeout(LONG_MS);
  page.on("console", (message) => {
    if (message.type() === "error") watch.errors.push(message.text());
  });
  page.on("pageerror", (error) => watch.errors.push(error.message));
  page.context().on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(origin) && !/^(data|blob):/.test(url)) watch.foreign.push(url);
  });
  await page.exposeFunction("policyReport", (text: string) => watch.policy.push(text));
  await page.addInitScript(() => {
    addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) => {
      (window as unknown as { policyReport(text: string): void }).policyReport(`${violatedDirective} ${blockedURI}`);
    });
  });
  return watch;
}

/** Nothing was said on the console as an error, no other origin asked, nothing that the policy forbids tried. */
export function expectQuiet(watch: Watch): void {
  expect(watch).toEqual({ errors: [], foreign: [], policy: [] });
}

/** Closes a page and its context. */
export async function close(page: Page): Promise<void> {
  await page.context().close();
}

/** Waits until the figures of the training say something; fails at once where they say that it stopped. */
export async function waitForState(page: Page, state: RegExp): Promise<void> {
  await page.waitForFunction(
    ([source]) => new RegExp(`${source}|stopped`).test(document.querySelector(".figures dd")?.textContent ?? ""),
    [state.source],
    { timeout: LONG_MS },
  );
  const problem = page.locator(".stage .problem");
  if (await problem.count()) throw new Error(await problem.innerText());
}

/** The step that the training is at. */
export async function stepOf(page: Page): Promise<number> {
  return Number(await page.locator(".phases .steps").first().innerText());
}

/** The pixels of the sample grid. */
export function gridOf(page: Page): Promise<string> {
  return page.evaluate(() =>
    [...document.querySelectorAll<HTMLCanvasElement>("canvas.strip")].map((canvas) => canvas.toDataURL()).join(),
  );
}

/** Whether the folder with the shared files is here. */
export const hasShared = existsSync("../shared/conformance/webnn");
