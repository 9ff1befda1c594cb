import { DataError } from "../errors.ts";

/** One line of a metrics file: the training step and whatever was measured there. */
export interface MetricsLine {
  readonly step: number;
  readonly [measure: string]: unknown;
}

/** A line as it stands and as it is meant. */
export interface ReadLine {
  readonly text: string;
  readonly line: MetricsLine;
}

/**
 * The whole lines of a metrics file's text, oldest first. A last line torn by a kill is left out.
 *
 * @throws DataError, naming `path`, for any other line that is not a JSON object with a whole step
 */
export function readLines(text: string, path: string): ReadLine[] {
  const texts = text.split("\n");
  // What follows the last newline was never finished, even if it happens to be JSON.
  texts.pop();
  const lines: ReadLine[] = [];
  for (const [index, one] of texts.entries()) {
    const line = parseLine(one);
    if (line !== undefined) lines.push({ text: one, line });
    else if (index < texts.length - 1) {
      throw new DataError(
        `${path}: line ${index + 1} is not a JSON object with a step: damaged; restore the file or delete the line`,
      );
    }
  }
  return lines;
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
