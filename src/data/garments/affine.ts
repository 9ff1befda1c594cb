/**
 * Maps of the plane, (x, y) to (a x + c y + e, b x + d y + f), as [a, b, c, d, e, f]. Six numbers need no matrix library, which
 * the page could not take in parts. Composed maps are kept as f32.
 */
export type AffineMap = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

export const IDENTITY: AffineMap = [1, 0, 0, 1, 0, 0];

export function translation(x: number, y: number): AffineMap {
  return [1, 0, 0, 1, x, y];
}

export function rotation(radians: number): AffineMap {
  return [Math.cos(radians), Math.sin(radians), -Math.sin(radians), Math.cos(radians), 0, 0];
}

export function scaling(x: number, y: number): AffineMap {
  return [x, 0, 0, y, 0, 0];
}

/** Moves points along x by `x`, as f32, times their y. */
export function shear(x: number): AffineMap {
  return [1, 0, Math.fround(x), 1, 0, 0];
}

/** The map that does the last of `maps` first, as a chain of CSS transforms does. */
export function compose(...maps: readonly AffineMap[]): AffineMap {
  return maps.reduce(([a, b, c, d, e, f], [a1, b1, c1, d1, e1, f1]) =>
    rounded(
      a * a1 + c * b1,
      b * a1 + d * b1,
      a * c1 + c * d1,
      b * c1 + d * d1,
      a * e1 + c * f1 + e,
      b * e1 + d * f1 + f,
    ),
  );
}

/** The map back; the map must not flatten the plane. */
export function inverse([a, b, c, d, e, f]: AffineMap): AffineMap {
  const part = 1 / (a * d - b * c);
  return rounded(d * part, -b * part, -c * part, a * part, (c * f - d * e) * part, (b * e - a * f) * part);
}

function rounded(...[a, b, c, d, e, f]: AffineMap): AffineMap {
  const { fround } = Math;
  return [fround(a), fround(b), fround(c), fround(d), fround(e), fround(f)];
}
