/** How far synthetic images differ from real ones, as a classifier sees both. */

/** What a classifier sees in images that lie class by class: its features of each, and the class it takes it for. */
export interface Seen {
  readonly features: readonly ArrayLike<number>[];
  readonly predicted: ArrayLike<number>;
}

/**
 * Per class: the share of synthetic images that is taken for the class (label consistency), and the mean distance of two
 * of them over that of two real ones (diversity); null where there are no two real ones, or they are all alike.
 */
export function judge(
  synthetic: Seen,
  perClass: number,
  real: Seen["features"],
  realPerClass: number,
): { consistency: number[]; diversity: (number | null)[] } {
  const classes = Array.from({ length: synthetic.features.length / perClass }, (_, c) => c);
  const consistency = classes.map((c) => {
    let right = 0;
    for (let i = 0; i < perClass; i++) if (synthetic.predicted[c * perClass + i] === c) right++;
    return right / perClass;
  });
  const diversity = classes.map((c) => {
    const own = meanDistance(synthetic.features.slice(c * perClass, (c + 1) * perClass));
    const theirs = meanDistance(real.slice(c * realPerClass, (c + 1) * realPerClass));
    const ratio = own / theirs;
    return Number.isFinite(ratio) ? ratio : null;
  });
  return { consistency, diversity };
}

/** Mean Euclidean distance over all pairs; NaN for fewer than two points. */
export function meanDistance(points: readonly ArrayLike<number>[]): number {
  let total = 0;
  let pairs = 0;
  for (const [i, a] of points.entries()) {
    for (const b of points.slice(i + 1)) {
      let squares = 0;
      for (let k = 0; k < a.length; k++) squares += (a[k]! - b[k]!) ** 2;
      total += Math.sqrt(squares);
      pairs++;
    }
  }
  return total / pairs;
}
