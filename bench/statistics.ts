/** Times (or sizes) of one contestant, per run. */
export interface Timing {
  readonly samples: readonly number[];
  /** Runs per sample. */
  readonly runsPerSample: number;
  readonly median: number;
  /** First and third quartile. */
  readonly quartiles: readonly [number, number];
}

/** Median and quartiles of samples. */
export function summarize(samples: readonly number[], runsPerSample: number): Timing {
  const sorted = samples.toSorted((a, b) => a - b);
  return {
    samples,
    runsPerSample,
    median: quantile(sorted, 0.5),
    quartiles: [quantile(sorted, 0.25), quantile(sorted, 0.75)],
  };
}

/** Quantile of ascending values, interpolated between neighbours. */
export function quantile(sorted: readonly number[], q: number): number {
  const at = q * (sorted.length - 1);
  const low = sorted[Math.floor(at)]!;
  return low + (sorted[Math.ceil(at)]! - low) * (at % 1);
}

/** Half the distance of the quartiles as a share of the median; undefined for a single sample. */
export function spreadOf({ samples, median, quartiles: [low, high] }: Timing): number | undefined {
  return samples.length > 1 && median > 0 ? (high - low) / 2 / median : undefined;
}

/** Geometric mean; undefined of nothing. */
export function geometricMean(values: readonly number[]): number | undefined {
  if (values.length === 0) return undefined;
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}
