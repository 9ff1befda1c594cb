import { fstatSync, fsyncSync, ftruncateSync } from "node:fs";
import {
  attempt,
  checkOwnFile,
  errorCode,
  readFileIfThere,
  withFile,
  writeAll,
  writeFileAtomic,
} from "./files_node.ts";
import { type MetricsLine, type ReadLine, readLines } from "./metrics_lines.ts";

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
  return readFile(path)?.lines.map(({ line }) => line) ?? [];
}

/**
 * Drops the lines after `step`, and a torn last one: what a run does that goes on from a checkpoint at `step`, since it
 * will measure those steps again. Infinity drops only the torn line.
 */
export function dropMetricsAfter(path: string, step: number): void {
  const read = readFile(path);
  if (read === undefined) return;
  const kept = read.lines.filter(({ line }) => line.step <= step);
  const text = kept.map((whole) => `${whole.text}\n`).join("");
  if (text !== read.text) writeFileAtomic(path, text);
}

/** A file's text and those of its lines that were finished. */
function readFile(path: string): { text: string; lines: ReadLine[] } | undefined {
  const bytes = readFileIfThere(path, MOST_LOG_BYTES);
  if (bytes === undefined) return undefined;
  const text = new TextDecoder().decode(bytes);
  return { text, lines: readLines(text, path) };
}
