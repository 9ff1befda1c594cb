/** A small polygon rasteriser: filled and erased polygons, strokes, box-filtered down to 28x28 grey. */
import { type AffineMap, compose, inverse, scaling, translation } from "./affine.ts";

/** Side of a picture, in pixels. */
export const SIDE = 28;
/** Samples per pixel and axis; 3x3 samples make the antialiasing. */
const SUPER = 3;
const GRID = SIDE * SUPER;

/** A polygon in garment coordinates, x0 y0 x1 y1 ...; closed by itself. The frame is about [-1, 1] on both axes, y down. */
export type Polygon = readonly number[];
/** Brightness (0 black, 1 white) at a point in garment coordinates. */
export type Shader = (x: number, y: number) => number;

/** Cloth never hangs straight: a slow sideways wave in garment coordinates, before the affine map. */
export interface Warp {
  amplitudeX: number;
  amplitudeY: number;
  phaseX: number;
  phaseY: number;
}

/** One picture under the brush. Later calls paint over earlier ones. */
export class Canvas {
  readonly #shade = new Float32Array(GRID * GRID);
  readonly #covered = new Uint8Array(GRID * GRID);
  readonly #toGrid: AffineMap;
  readonly #toGarment: AffineMap;
  readonly #warp: Warp;
  readonly #point = new Float32Array(2);

  /** `jitter` maps garment coordinates to the frame [-1, 1]^2. */
  constructor(jitter: AffineMap, warp: Warp) {
    this.#toGrid = compose(translation(GRID / 2, GRID / 2), scaling(GRID / 2, GRID / 2), jitter);
    this.#toGarment = inverse(this.#toGrid);
    this.#warp = warp;
  }

  /** Paints a polygon (even-odd rule) with the shader's brightness. */
  fill(polygon: Polygon, shader: Shader): void {
    this.#scan(polygon, shader);
  }

  /** Takes all paint away inside a polygon: necklines, gaps, the inside of handles. */
  erase(polygon: Polygon): void {
    this.#scan(polygon, undefined);
  }

  /** Paints a line of the given width (garment units) along an open path x0 y0 x1 y1 ... */
  stroke(path: Polygon, width: number, shader: Shader): void {
    this.#scan(outline(path, width), shader);
  }

  /** Paints a line, but only where there is cloth already: seams, zips, pockets. */
  seam(path: Polygon, width: number, shader: Shader): void {
    this.#scan(outline(path, width), shader, true);
  }

  /** Paints a polygon only where there is cloth already: prints, bands, patches. */
  overlay(polygon: Polygon, shader: Shader): void {
    this.#scan(polygon, shader, true);
  }

  /** The mean of each pixel's samples, 28x28 numbers of 0..1 (uncovered samples count as black). */
  resolve(out: Float32Array): void {
    const scale = 1 / (SUPER * SUPER);
    for (let y = 0; y < SIDE; y++) {
      for (let x = 0; x < SIDE; x++) {
        let sum = 0;
        for (let sy = 0; sy < SUPER; sy++) {
          const row = (y * SUPER + sy) * GRID + x * SUPER;
          for (let sx = 0; sx < SUPER; sx++) sum += this.#shade[row + sx]!;
        }
        out[y * SIDE + x] = sum * scale;
      }
    }
  }

  #scan(polygon: Polygon, shader: Shader | undefined, onlyCovered = false): void {
    const count = polygon.length >> 1;
    const xs = new Float64Array(count);
    const ys = new Float64Array(count);
    let top = GRID;
    let bottom = 0;
    for (let i = 0; i < count; i++) {
      this.#map(polygon[2 * i]!, polygon[2 * i + 1]!);
      xs[i] = this.#point[0]!;
      const y = this.#point[1]!;
      ys[i] = y;
      if (y < top) top = y;
      if (y > bottom) bottom = y;
    }
    const first = Math.max(0, Math.ceil(top - 0.5));
    const last = Math.min(GRID - 1, Math.floor(bottom - 0.5));
    const crossings: number[] = [];
    for (let row = first; row <= last; row++) {
      const y = row + 0.5;
      crossings.length = 0;
      for (let i = 0, j = count - 1; i < count; j = i++) {
        const yi = ys[i]!;
        const yj = ys[j]!;
        if (yi <= y !== yj <= y) crossings.push(xs[i]! + ((y - yi) / (yj - yi)) * (xs[j]! - xs[i]!));
      }
      crossings.sort((a, b) => a - b);
      for (let k = 0; k + 1 < crossings.length; k += 2) {
        this.#span(row, crossings[k]!, crossings[k + 1]!, shader, onlyCovered);
      }
    }
  }

  #span(row: number, left: number, right: number, shader: Shader | undefined, onlyCovered: boolean): void {
    const from = Math.max(0, Math.ceil(left - 0.5));
    const to = Math.min(GRID, Math.ceil(right - 0.5)) - 1;
    const [a, b, c, d, e, f] = this.#toGarment;
    let x = a * (from + 0.5) + c * (row + 0.5) + e;
    let y = b * (from + 0.5) + d * (row + 0.5) + f;
    for (let column = from; column <= to; column++) {
      const i = row * GRID + column;
      if (!onlyCovered || this.#covered[i] === 1) {
        this.#shade[i] = shader ? Math.min(1, Math.max(0, shader(x, y))) : 0;
        this.#covered[i] = shader ? 1 : 0;
      }
      x += a;
      y += b;
    }
  }

  #map(x: number, y: number): void {
    const { amplitudeX, amplitudeY, phaseX, phaseY } = this.#warp;
    const wavedX = Math.fround(x + amplitudeX * Math.sin(2.1 * y + phaseX));
    const wavedY = Math.fround(y + amplitudeY * Math.sin(1.9 * x + phaseY));
    const [a, b, c, d, e, f] = this.#toGrid;
    this.#point[0] = a * wavedX + c * wavedY + e;
    this.#point[1] = b * wavedX + d * wavedY + f;
  }
}

/** The polygon around an open path: left side there, right side back. */
function outline(path: Polygon, width: number): number[] {
  const half = width / 2;
  const count = path.length >> 1;
  const there: number[] = [];
  const back: number[] = [];
  for (let i = 0; i < count; i++) {
    const before = Math.max(0, i - 1);
    const after = Math.min(count - 1, i + 1);
    const dx = path[2 * after]! - path[2 * before]!;
    const dy = path[2 * after + 1]! - path[2 * before + 1]!;
    const scale = half / (Math.hypot(dx, dy) || 1);
    there.push(path[2 * i]! - dy * scale, path[2 * i + 1]! + dx * scale);
    back.unshift(path[2 * i]! + dy * scale, path[2 * i + 1]! - dx * scale);
  }
  return [...there, ...back];
}
