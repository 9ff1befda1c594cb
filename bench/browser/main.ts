import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Option } from "commander";
import type { Browser, Page } from "playwright-core";
import { findChromium } from "../../scripts/chromium.mjs";
import { CannotError } from "../contestant.ts";
import { describeMachine } from "../environment_node.ts";
import { type FirstStepName, type Latency, latencyRows } from "../latency.ts";
import { chosenFirstSteps, onlyProblem } from "../only.ts";
import { benchCommand, type Options } from "../options.ts";
import { FileError, finish, finishStored, loadReport, prepareOutputs, print, say } from "../output_node.ts";
import { OURS } from "../result.ts";
import { RunningReport } from "../running_report_node.ts";
import { type AdapterChoice, launch, MISSING } from "./chromium.ts";
import type { BenchWindow, PageEvent } from "./protocol.ts";
import { serve } from "./server.ts";

type BrowserOptions = Options & { readonly adapter: AdapterChoice };

const HERE = dirname(fileURLToPath(import.meta.url));
/** A step on a software adapter may take a minute. */
const LONGEST_MS = 600_000;

const program = benchCommand("bench:browser", []).addOption(
  new Option("--adapter <name>", "the machine's adapter, or Chromium's own software one")
    .choices(["default", "swiftshader"])
    .default("default"),
);
program.parse();
try {
  process.exitCode = await main(program.opts<BrowserOptions>());
} catch (error) {
  if (!(error instanceof FileError)) throw error;
  program.error(`bench: ${error.message}`, { exitCode: 2 });
}

async function main(options: BrowserOptions): Promise<number> {
  const earlier = options.compare ? loadReport(options.compare) : undefined;
  prepareOutputs(options);
  if (options.from) return finishStored(options.from, earlier, options);
  const problem = onlyProblem(options);
  if (problem !== undefined) program.error(problem, { exitCode: 2 });
  const chromium = findChromium();
  if (!chromium) {
    say(MISSING);
    return 3;
  }
  const wasm = join(dirname(createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm")), "/");
  const { url, close } = await serve({ "/": join(HERE, "../bench_page"), "/wasm/": wasm });
  const open = () => launch(chromium, options.adapter, options.toggles);
  try {
    const browser = await open();
    let running: RunningReport;
    try {
      running = await timeAll(browser, url, options);
    } finally {
      await browser.close();
    }
    await firstSteps(open, url, options, running);
    print("");
    return await finish(running.report(), earlier, options);
  } finally {
    close();
  }
}

/** Opens the page in a browser. */
async function openPage(browser: Browser, url: string): Promise<Page> {
  const page = await browser.newPage();
  page.setDefaultTimeout(LONGEST_MS);
  page.on("pageerror", (error) => say(`page: ${error.message}`));
  await page.goto(url);
  await page.waitForFunction(() => document.title === "ready");
  return page;
}

/** All work in one page. Results are printed as they come. */
async function timeAll(browser: Browser, url: string, options: BrowserOptions): Promise<RunningReport> {
  let running: RunningReport | undefined;
  const listen = (event: PageEvent) => {
    if (event.kind === "environment") {
      const runtime = `headless Chromium ${browser.version()} (${event.environment.runtime})`;
      const { toggles, tune } = options;
      running = new RunningReport({ ...describeMachine(), ...event.environment, runtime, toggles, tune }, options);
    } else if (event.kind === "ceilings") running!.measured(event.ceilings);
    else if (event.kind === "begin") say(`${event.place} of ${event.count}: ${event.work}`);
    else running!.add(event.row);
  };
  const page = await openPage(browser, url);
  await page.exposeFunction("benchEvent", listen);
  const { only, quick = false, ladder = false, scaling = false, rivals, tune } = options;
  await page.evaluate((asked) => (window as unknown as BenchWindow).runBench(asked), {
    only: only?.source,
    quick,
    ladder,
    scaling,
    rivals: rivals || [],
    tune,
  });
  return running!;
}

/** First steps, each in a browser of its own. */
async function firstSteps(
  open: () => Promise<Browser>,
  url: string,
  { only, quick, rivals }: BrowserOptions,
  running: RunningReport,
): Promise<void> {
  for (const name of chosenFirstSteps(only)) {
    say(`first ${name} step of a new browser`);
    const launchOne = async (step: FirstStepName, who: string): Promise<Latency> => {
      const browser = await open();
      try {
        const page = await openPage(browser, url);
        const latency = await page.evaluate(
          ([asked, contestant]) => (window as unknown as BenchWindow).runFirstStep(asked, contestant),
          [step, who] as const,
        );
        if ("cannot" in latency) throw new CannotError(latency.cannot);
        return latency;
      } finally {
        await browser.close();
      }
    };
    const rows = await latencyRows(name, [OURS, ...(rivals || [])], quick ? 1 : 3, launchOne);
    for (const row of rows) running.add(row);
  }
}
