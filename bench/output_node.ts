import { closeSync, openSync, readFileSync, realpathSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { DataError } from "../src/errors.ts";
import { attempt, makeFolder, writeFileAtomic } from "../src/experiments/files_node.ts";
import { jsonText } from "../src/experiments/json_file_node.ts";
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

/** Writes what there is of a report, marked as incomplete. Where that fails the run goes on. */
export function keepSoFar(file: string, report: Report): void {
  // A pipe is given the whole report alone.
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) return;
  try {
    write(file, { ...report, incomplete: true });
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    say(error.message);
  }
}

/** Writes a report. Throws FileError where that fails. */
function save(file: string, report: Report): void {
  try {
    write(file, report);
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    throw new FileError(error.message);
  }
  say(`wrote ${file}`);
}

/** A file is replaced at once, so that it is whole whenever the run is stopped; a link stays one. */
function write(file: string, report: Report): void {
  const text = jsonText(report);
  if (statSync(file, { throwIfNoEntry: false })?.isFile()) writeFileAtomic(realpathSync(file), text);
  else attempt("write", file, () => writeFileSync(file, text));
}
