import { fstatSync, fsyncSync, ftruncateSync } from "node:fs";
import { DataError } from "../errors.ts";
import { attempt, errorCode, readFileIfThere, withFile, writeAll, writeFileAtomic } from "./files_node.ts";

/** One line of a metrics file: the training step and whatever was measured there. */
export interface MetricsLine {
  readonly step: number;
  readonly [measure: string]: unknown;
}

/**
 * Appends lines in one write; numbers that are not finite become null, as in all JSON. If it fails (disk full), the file is
 * cut back to what it was. @throws DataError
 */
export function appendMetrics(path: string, lines: readonly MetricsLine[]): void {
  if (lines.length === 0) return;
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join("");
  attempt("append", path, () =>
    withFile(path, "a", (file) => {
      const sizeBytes = fstatSync(file).size;
      try {
        writeAll(file, Buffer.from(text));
      } catch (error) {
        ftruncateSync(file, sizeBytes);
        throw error;
      }
    }),
  );
}

/** Brings appended lines to the disk itself, so that they survive a power cut. */
export function syncMetrics(path: string): void {
  attempt("sync", path, () => {
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
  const bytes = readFileIfThere(path);
  if (bytes === undefined) return [];
  const lines = new TextDecoder().decode(bytes).split("\n");
  // What follows the last newline was never finished, even if it happens to be JSON.
  lines.pop();
  const metrics: MetricsLine[] = [];
  for (const [index, text] of lines.entries()) {
    const line = parseLine(text);
    if (line !== undefined) metrics.push(line);
    else if (index < lines.length - 1) {
      throw new DataError(
        `${path}: line ${index + 1} is not a JSON object with a step: damaged; restore the file or delete the line`,
      );
    }
  }
  return metrics;
}

/**
 * Drops the lines after `step`, and a torn last one: what a run does that goes on from a checkpoint at `step`, since it
 * will measure those steps again. Infinity drops only the torn line.
 */
export function dropMetricsAfter(path: string, step: number): void {
  const bytes = readFileIfThere(path);
  if (bytes === undefined) return;
  const kept = readMetrics(path).filter((line) => line.step <= step);
  const text = kept.map((line) => `${JSON.stringify(line)}\n`).join("");
  if (text !== new TextDecoder().decode(bytes)) writeFileAtomic(path, text);
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
  return typeof line === "object" && line !== null && "step" in line && Number.isSafeInteger(line.step);
}
