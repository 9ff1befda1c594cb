/** How much of a tensor is not finite, and between which numbers the rest lies: "2 of 8 not finite, the others -1 to 3". */
export function describeExtremes(values: Float32Array): string {
  let [count, least, most] = [0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    count++;
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  const others = count > 0 ? `, the others ${least.toPrecision(4)} to ${most.toPrecision(4)}` : "";
  return `${values.length - count} of ${values.length} not finite${others}`;
}
