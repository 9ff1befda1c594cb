/** Outlines with straight and curved edges, flattened to polygons; garments are mostly mirror images of a half. */

const CURVE_STEPS = 6;

/** A path under construction; `points` holds x0 y0 x1 y1 ... */
export class Path {
  readonly points: number[] = [];

  constructor(x: number, y: number) {
    this.points.push(x, y);
  }

  line(x: number, y: number): this {
    this.points.push(x, y);
    return this;
  }

  /** A quadratic Bezier curve to (x, y) with control point (cx, cy). */
  curve(cx: number, cy: number, x: number, y: number): this {
    const x0 = this.points[this.points.length - 2]!;
    const y0 = this.points[this.points.length - 1]!;
    for (let i = 1; i <= CURVE_STEPS; i++) {
      const t = i / CURVE_STEPS;
      const a = (1 - t) * (1 - t);
      const b = 2 * t * (1 - t);
      const c = t * t;
      this.points.push(a * x0 + b * cx + c * x, a * y0 + b * cy + c * y);
    }
    return this;
  }

  /** The whole outline of which this path is the half at x >= 0, first and last point on the axis. */
  mirrored(): number[] {
    const out = [...this.points];
    for (let i = this.points.length - 2; i >= 0; i -= 2) out.push(-this.points[i]!, this.points[i + 1]!);
    return out;
  }
}

/** The same points on the other side of the vertical axis. */
export function flip(points: readonly number[]): number[] {
  return points.map((value, i) => (i % 2 === 0 ? -value : value));
}

/** An axis-aligned rectangle around (x, y). */
export function rectangle(x: number, y: number, width: number, height: number): number[] {
  const w = width / 2;
  const h = height / 2;
  return [x - w, y - h, x + w, y - h, x + w, y + h, x - w, y + h];
}

/** An ellipse around (x, y) as a 14-gon. */
export function ellipse(x: number, y: number, radiusX: number, radiusY: number): number[] {
  const out: number[] = [];
  for (let i = 0; i < 14; i++) {
    const angle = (2 * Math.PI * i) / 14;
    out.push(x + radiusX * Math.cos(angle), y + radiusY * Math.sin(angle));
  }
  return out;
}
