export type Point = readonly [number, number];

/** Means over consecutive steps, at most 100 points: losses of single batches jump too much to be read. */
export function smoothed(points: readonly Point[]): Point[] {
  const size = Math.max(1, Math.ceil(points.length / 100));
  const out: Point[] = [];
  for (let i = 0; i < points.length; i += size) {
    const part = points.slice(i, i + size);
    const mean = (k: 0 | 1) => part.reduce((total, point) => total + point[k], 0) / part.length;
    out.push([Math.round(mean(0)), mean(1)]);
  }
  return out;
}
