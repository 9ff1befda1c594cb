/** Between which numbers a tensor's elements lie, and how many are not finite: "2 of 8 not finite, the others -1.000 to 3.000". */
export function describeExtremes(values: Float32Array): string {
  let [count, least, most] = [0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    count++;
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  const range = `${least.toPrecision(4)} to ${most.toPrecision(4)}`;
  if (count === values.length) return count > 0 ? range : "no numbers";
  return `${values.length - count} of ${values.length} not finite${count > 0 ? `, the others ${range}` : ""}`;
}
