import { fstatSync, fsyncSync, ftruncateSync } from "node:fs";
import { DataError } from "../errors.ts";
import {
  attempt,
  checkOwnFile,
  errorCode,
  readFileIfThere,
  withFile,
  writeAll,
  writeFileAtomic,
} from "./files_node.ts";

/** One line of a metrics file: the training step and whatever was measured there. */
export interface MetricsLine {
  readonly step: number;
  readonly [measure: string]: unknown;
}

/** A million steps with all their measures; the text must fit a JavaScript string. */
const MOST_LOG_BYTES = 2 ** 28;

/**
 * Appends lines in one write; numbers that are not finite become null, as in all JSON. If it fails (disk full), the file is
 * cut back to what it was. @throws DataError
 */
export function appendMetrics(path: string, lines: readonly MetricsLine[]): void {
  if (lines.length === 0) return;
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join("");
  attempt("append", path, () => {
    checkOwnFile(path);
    withFile(path, "a", (file) => {
      const sizeBytes = fstatSync(file).size;
      try {
        writeAll(file, Buffer.from(text));
      } catch (error) {
        ftruncateSync(file, sizeBytes);
        throw error;
      }
    });
  });
}

/** Brings appended lines to the disk itself, so that they survive a power cut. */
export function syncMetrics(path: string): void {
  attempt("sync", path, () => {
    checkOwnFile(path);
    try {
      withFile(path, "r+", fsyncSync);
    } catch (error) {
      // No line yet.
      if (errorCode(error) !== "ENOENT") throw error;
    }
  });
}

/**
 * All whole lines, oldest first; none if there is no file. A last line torn by a kill is left out.
 *
 * @throws DataError for any other line that is not a JSON object with a whole step
 */
export function readMetrics(path: string): MetricsLine[] {
  return readLines(path)?.lines.map(({ line }) => line) ?? [];
}

/**
 * Drops the lines after `step`, and a torn last one: what a run does that goes on from a checkpoint at `step`, since it
 * will measure those steps again. Infinity drops only the torn line.
 */
export function dropMetricsAfter(path: string, step: number): void {
  const read = readLines(path);
  if (read === undefined) return;
  const kept = read.lines.filter(({ line }) => line.step <= step);
  const text = kept.map((whole) => `${whole.text}\n`).join("");
  if (text !== read.text) writeFileAtomic(path, text);
}

/** A file's text and those of its lines that were finished, as they stand and as they are meant. */
function readLines(path: string): { text: string; lines: { text: string; line: MetricsLine }[] } | undefined {
  const bytes = readFileIfThere(path, MOST_LOG_BYTES);
  if (bytes === undefined) return undefined;
  const text = new TextDecoder().decode(bytes);
  const texts = text.split("\n");
  // What follows the last newline was never finished, even if it happens to be JSON.
  texts.pop();
  const lines: { text: string; line: MetricsLine }[] = [];
  for (const [index, one] of texts.entries()) {
    const line = parseLine(one);
    if (line !== undefined) lines.push({ text: one, line });
    else if (index < texts.length - 1) {
      throw new DataError(
        `${path}: line ${index + 1} is not a JSON object with a step: damaged; restore the file or delete the line`,
      );
    }
  }
  return { text, lines };
}

function parseLine(text: string): MetricsLine | undefined {
  try {
    const line: unknown = JSON.parse(text);
    return isMetricsLine(line) ? line : undefined;
  } catch {
    return undefined;
  }
}

function isMetricsLine(line: unknown): line is MetricsLine {
  if (typeof line !== "object" || line === null || !Object.hasOwn(line, "step")) return false;
  const { step } = line as { step: unknown };
  return Number.isSafeInteger(step) && Number(step) >= 0;
}
