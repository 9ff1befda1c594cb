/** Numbers as people read them; a dash stands for one that is not finite. */

const NONE = "\u2013";

/** A count with thousands separated: 48,010. */
export function showCount(count: number): string {
  return Number.isFinite(count) ? count.toLocaleString("en-US", { maximumFractionDigits: 0 }) : NONE;
}

/** A measure with three decimals. */
export function showMeasure(value: number): string {
  return Number.isFinite(value) ? value.toFixed(3) : NONE;
}

/** A mean and its standard deviation: 0.812 ± 0.004; the mean alone where one value was measured. */
export function showSpread(mean: number, deviation: number | undefined): string {
  if (deviation === undefined || !Number.isFinite(deviation)) return showMeasure(mean);
  return `${showMeasure(mean)} \u00b1 ${showMeasure(deviation)}`;
}

/** A difference with its sign: +0.012, −0.340. */
export function showDifference(value: number): string {
  if (!Number.isFinite(value)) return NONE;
  const text = Math.abs(value).toFixed(3);
  if (text === "0.000") return text;
  return `${value < 0 ? "\u2212" : "+"}${text}`;
}

/** A probability: 0.031, or < 0.001. */
export function showProbability(value: number): string {
  if (!Number.isFinite(value)) return NONE;
  return value < 0.001 ? "< 0.001" : value.toFixed(3);
}

/** A share in whole percent, rounded as the tables' two digits are. */
export function showPercent(share: number): string {
  return Number.isFinite(share) ? `${(Number(share.toFixed(2)) * 100).toFixed(0)}%` : NONE;
}

/** A duration: 8.4 s, 3 min 20 s, 2 h 05 min. */
export function showSeconds(seconds: number): string {
  if (!Number.isFinite(seconds)) return NONE;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${pad(whole % 60)} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${pad(minutes % 60)} min`;
}

function pad(value: number): string {
  return String(value).padStart(2, "0");
}
