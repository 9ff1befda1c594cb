import type { Array64 } from "../support/arrays.ts";

/** counts[label, prediction] plus the number of such pairs; pairs with a number that is no class are left out. */
export function confusionCounts(counts: Array64, labels: Array64, predictions: Array64): Array64 {
  const classes = counts.shape[0]!;
  const data = counts.data.slice();
  labels.data.forEach((label, n) => {
    const prediction = predictions.data[n]!;
    if (label < classes && prediction < classes) data[label * classes + prediction]!++;
  });
  return { ...counts, data };
}
