import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { compareText } from "./compare.ts";
import type { Options } from "./options.ts";
import { failuresOf, summaryText } from "./report.ts";
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
    return parseReport(readFileSync(file, "utf8"));
  } catch (error) {
    throw new FileError(`${file}: ${(error as Error).message.split("\n", 1)[0]}`);
  }
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
      mkdirSync(options.plot, { recursive: true });
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
