/** Mean, or NaN of nothing. */
export function mean(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0) / values.length;
}

/** Standard deviation of a sample (n - 1); undefined for fewer than two values. */
export function deviation(values: readonly number[]): number | undefined {
  if (values.length < 2) return undefined;
  const centre = mean(values);
  const squares = values.reduce((total, value) => total + (value - centre) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1));
}

/** Fewer pairs than these say nothing: with two, the test has one degree of freedom. */
export const LEAST_PAIRS = 3;

export interface PairedTest {
  readonly pairs: number;
  /** Mean of a - b. */
  readonly difference: number;
  readonly deviation: number | undefined;
  /** Two-sided p of Student's paired t-test; undefined with fewer than LEAST_PAIRS pairs. */
  readonly p: number | undefined;
}

/** Student's paired t-test of a against b, paired by place (the same seed). */
export function pairedTest(a: readonly number[], b: readonly number[]): PairedTest {
  const differences = a.map((value, i) => value - (b[i] ?? Number.NaN));
  const pairs = differences.length;
  const difference = mean(differences);
  const spread = deviation(differences);
  if (pairs < LEAST_PAIRS || spread === undefined) return { pairs, difference, deviation: spread, p: undefined };
  // All differences alike: none at all, or one that never varies.
  if (spread === 0) return { pairs, difference, deviation: spread, p: difference === 0 ? 1 : 0 };
  return { pairs, difference, deviation: spread, p: studentP(difference / (spread / Math.sqrt(pairs)), pairs - 1) };
}

/**
 * P values after Holm's correction for having tested so many, in the given order. Source: Holm, "A Simple Sequentially
 * Rejective Multiple Test Procedure", 1979.
 */
export function holm(ps: readonly number[]): number[] {
  const order = ps.map((_, i) => i).sort((i, j) => ps[i]! - ps[j]!);
  const out = new Array<number>(ps.length);
  let most = 0;
  for (const [rank, i] of order.entries()) {
    most = Math.max(most, Math.min(1, ps[i]! * (ps.length - rank)));
    out[i] = most;
  }
  return out;
}

/** P(|T| >= |t|) of Student's t distribution: the regularized incomplete beta function I_x(df/2, 1/2), x = df/(df + t^2). */
export function studentP(t: number, degreesOfFreedom: number): number {
  return incompleteBeta(degreesOfFreedom / (degreesOfFreedom + t * t), degreesOfFreedom / 2, 0.5);
}

/** I_x(a, b) by its continued fraction. Source: Abramowitz and Stegun, 26.5.8; evaluated by Lentz's method. */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  // The fraction converges fast only on this side.
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log(1 - x)) / a;
  const tiny = 1e-300;
  let c = 1;
  let d = 1 / nonZero(1 - ((a + b) * x) / (a + 1), tiny);
  let fraction = d;
  for (let m = 1; m <= 300; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / nonZero(1 + even * d, tiny);
    c = nonZero(1 + even / c, tiny);
    fraction *= c * d;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / nonZero(1 + odd * d, tiny);
    c = nonZero(1 + odd / c, tiny);
    fraction *= c * d;
    if (Math.abs(c * d - 1) < 1e-15) break;
  }
  return front * fraction;
}

function nonZero(value: number, tiny: number): number {
  return Math.abs(value) < tiny ? tiny : value;
}

/** ln Gamma(x) for x > 0: Stirling's series, after shifting x above 10. Source: Abramowitz and Stegun, 6.1.41. */
function logGamma(x: number): number {
  let shift = 0;
  let z = x;
  for (; z < 10; z++) shift += Math.log(z);
  const series = 1 / (12 * z) - 1 / (360 * z ** 3) + 1 / (1260 * z ** 5) - 1 / (1680 * z ** 7);
  return (z - 0.5) * Math.log(z) - z + 0.5 * Math.log(2 * Math.PI) + series - shift;
}
