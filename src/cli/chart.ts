/** Eighths of a character's height. */
const EIGHTHS = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];
const LABEL_WIDTH = 9;

/**
 * A series as a filled chart of characters, oldest to the left: `height` lines of at most `width` characters, each column the mean
 * of as many values as it takes to fit them in, the greatest and the least mean written beside it.
 */
export function areaChart(values: readonly number[], width: number, height: number): string[] {
  const columns = means(values.filter(Number.isFinite), Math.max(1, width - LABEL_WIDTH - 2));
  if (columns.length === 0) return [];
  const [least, most] = [Math.min(...columns), Math.max(...columns)];
  // The least value still stands one eighth high, so that it is seen.
  const levels = columns.map((value) =>
    most > least ? 1 + Math.round(((value - least) / (most - least)) * (8 * height - 1)) : 4 * height,
  );
  return Array.from({ length: height }, (_, row) => {
    const floor = 8 * (height - 1 - row);
    const text = levels.map((level) => EIGHTHS[Math.max(0, Math.min(8, level - floor))]!).join("");
    const label = row === 0 ? showNumber(most) : row === height - 1 ? showNumber(least) : "";
    return `${label.padStart(LABEL_WIDTH)} ${label === "" ? "│" : "┤"}${text}`.trimEnd();
  });
}

/** How many values a column of the chart stands for. */
export function valuesPerColumn(count: number, width: number): number {
  return Math.max(1, Math.ceil(count / Math.max(1, width - LABEL_WIDTH - 2)));
}

function means(values: readonly number[], most: number): number[] {
  const size = Math.max(1, Math.ceil(values.length / most));
  const columns: number[] = [];
  for (let at = 0; at < values.length; at += size) {
    const part = values.slice(at, at + size);
    columns.push(part.reduce((sum, value) => sum + value, 0) / part.length);
  }
  return columns;
}

function showNumber(value: number): string {
  const magnitude = Math.abs(value);
  return magnitude !== 0 && (magnitude < 1e-3 || magnitude >= 1e5) ? value.toExponential(2) : value.toPrecision(4);
}
