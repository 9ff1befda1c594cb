/** What `npm run golden` and its short form in the tests allow. */
export const LIMITS = {
  /** A float64 gradient and central differences, relative. */
  gradient: 1e-5,
  /** Losses of ours and of float64, relative. */
  loss: 1e-3,
  /** A tensor's distance from float64's as a share of the way that it went. */
  tensor: 1e-2,
  /** Losses of ours and of tfjs: four decimals. */
  tfjs: 0.5e-4,
} as const;

/** Throws unless `value` is a number of at most `limit`. */
export function within(what: string, value: number, limit: number): void {
  if (!(value <= limit)) throw new Error(`${what} is ${value.toExponential(2)}, above ${limit}`);
}
