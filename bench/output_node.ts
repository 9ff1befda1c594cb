import { closeSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { DataError } from "../src/errors.ts";
import { attempt, makeFolder } from "../src/experiments/files_node.ts";
import { compareText } from "./compare.ts";
import type { Options } from "./options.ts";
import { ceilingsText, failuresOf, headerText, summaryText } from "./report.ts";
import { parseReport, type Report } from "./result.ts";

export function say(line: string): void {
  process.stderr.write(`bench: ${line}\n`);
}

export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** A file or folder that an option names cannot be used. */
export class FileError extends Error {
  override readonly name = "FileError";
}

/** A stored report. Throws FileError where there is none. */
export function loadReport(file: string): Report {
  try {
    return parseReport(attempt("read", file, () => readFileSync(file, "utf8")));
  } catch (error) {
    const [problem] = (error as Error).message.split("\n", 1);
    throw new FileError(error instanceof DataError ? problem : `${file}: ${problem}`);
  }
}

/** Makes what `--json` and `--plot` name, before anything is timed. Throws FileError where they cannot be written. */
export function prepareOutputs({ json, plot }: Options): void {
  try {
    if (plot) makeFolder(plot);
    if (json) {
      makeFolder(dirname(json));
      closeSync(openSync(json, "a"));
    }
  } catch (error) {
    throw new FileError((error as Error).message);
  }
}

/** `--from`: prints a stored report and does with it what the options ask; returns the exit code. */
export async function finishStored(file: string, earlier: Report | undefined, options: Options): Promise<number> {
  const report = loadReport(file);
  print(`${headerText(report.environment)}\n${ceilingsText(report.ceilings)}\n`);
  return await finish(report, earlier, options);
}

/** Prints the closing tables and does what the options ask with the report; returns the exit code. */
export async function finish(report: Report, earlier: Report | undefined, options: Options): Promise<number> {
  print(summaryText(report, options.markdown));
  if (earlier) print(`\n${compareText(earlier, report)}`);
  if (options.json) save(options.json, report);
  if (options.plot) {
    // Loaded here: a process that is timed from its start must not load what draws.
    const { chartsOf } = await import("./plot.ts");
    for (const { file, svg } of chartsOf(report)) {
      writeFileSync(join(options.plot, file), svg);
      say(`wrote ${join(options.plot, file)}`);
    }
  }
  const failures = failuresOf(report.rows);
  for (const line of failures) say(`FAILED ${line}`);
  return failures.length > 0 ? 1 : 0;
}

export function save(file: string, content: unknown): void {
  writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`);
  say(`wrote ${file}`);
}
