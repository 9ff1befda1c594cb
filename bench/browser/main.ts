import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Option } from "commander";
import type { Browser, Page } from "playwright-core";
import { findChromium } from "../../scripts/chromium.mjs";
import type { Ceilings } from "../../src/kernels/ceiling/ceiling.ts";
import { CannotError } from "../contestant.ts";
import { describeMachine } from "../environment_node.ts";
import { type FirstStepName, type Latency, latencyRows } from "../latency.ts";
import { chosenFirstSteps, onlyProblem } from "../only.ts";
import { benchCommand, type Options } from "../options.ts";
import { FileError, finish, finishStored, loadReport, prepareOutputs, print, say } from "../output_node.ts";
import { ceilingsText, headerText, rowText } from "../report.ts";
import { type Environment, OURS, REPORT_FORMAT, type Row } from "../result.ts";
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
    let timed: { environment: Environment; ceilings: Ceilings; rows: Row[] };
    try {
      timed = await timeAll(browser, url, options);
    } finally {
      await browser.close();
    }
    const { environment, ceilings, rows } = timed;
    for (const row of await firstSteps(open, url, options)) {
      rows.push(row);
      print(rowText(row, ceilings));
    }
    print("");
    return await finish(
      { format: REPORT_FORMAT, environment, ceilings, quick: options.quick ?? false, rows },
      earlier,
      options,
    );
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
async function timeAll(browser: Browser, url: string, options: BrowserOptions) {
  const rows: Row[] = [];
  let environment: Environment | undefined;
  let ceilings: Ceilings = { gflops: Number.NaN, gigabytesPerSecond: Number.NaN };
  const listen = (event: PageEvent) => {
    if (event.kind === "environment") {
      const runtime = `headless Chromium ${browser.version()} (${event.environment.runtime})`;
      environment = {
        ...describeMachine(),
        ...event.environment,
        runtime,
        toggles: options.toggles,
        tune: options.tune,
      };
      print(headerText(environment));
    } else if (event.kind === "ceilings") {
      ceilings = event.ceilings;
      print(`${ceilingsText(ceilings)}\n`);
    } else if (event.kind === "begin") say(`${event.place} of ${event.count}: ${event.work}`);
    else {
      rows.push(event.row);
      print(rowText(event.row, ceilings));
    }
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
  return { environment: environment!, ceilings, rows };
}

/** First steps, each in a browser of its own. */
async function firstSteps(
  open: () => Promise<Browser>,
  url: string,
  { only, quick, rivals }: BrowserOptions,
): Promise<Row[]> {
  const rows: Row[] = [];
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
    rows.push(...(await latencyRows(name, [OURS, ...(rivals || [])], quick ? 1 : 3, launchOne)));
  }
  return rows;
}
