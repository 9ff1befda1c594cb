import { describe, expect, it } from "vitest";
import { IDENTITY, translation } from "../../../src/data/garments/affine.ts";
import { ellipse, flip, Path, rectangle } from "../../../src/data/garments/path.ts";
import { Canvas, SIDE } from "../../../src/data/garments/raster.ts";

const still = { amplitudeX: 0, amplitudeY: 0, phaseX: 0, phaseY: 0 };
const white = () => 1;

function picture(paint: (canvas: Canvas) => void, jitter = IDENTITY): Float32Array {
  const canvas = new Canvas(jitter, still);
  paint(canvas);
  const out = new Float32Array(SIDE * SIDE);
  canvas.resolve(out);
  return out;
}

const area = (image: Float32Array) => image.reduce((a, b) => a + b, 0);

describe("Canvas", () => {
  it("fills exactly the pixels of a rectangle on the grid", () => {
    // Half widths of 7 pixels: [-0.5, 0.5] is pixels 7..20.
    const image = picture((c) => c.fill(rectangle(0, 0, 1, 1), white));
    expect(area(image)).toBeCloseTo(14 * 14, 3);
    expect(image[7 * SIDE + 7]).toBeCloseTo(1);
    expect(image[6 * SIDE + 7]).toBe(0);
    expect(image[20 * SIDE + 21]).toBe(0);
  });

  it("antialiases: an ellipse covers about its area", () => {
    const polygonArea = 14 * 0.5 * Math.sin((2 * Math.PI) / 14) * 0.6 * 0.4 * 14 * 14;
    expect(Math.abs(area(picture((c) => c.fill(ellipse(0, 0, 0.6, 0.4), white))) - polygonArea)).toBeLessThan(2);
  });

  it("maps polygon and shader by one affine map", () => {
    const jitter = translation(0.5, 0);
    const image = picture((c) => c.fill(rectangle(0, 0, 0.5, 0.5), (x) => (x > 0 ? 1 : 0.25)), jitter);
    expect(image[14 * SIDE + 22]).toBeCloseTo(1);
    expect(image[14 * SIDE + 19]).toBeCloseTo(0.25);
    expect(image[14 * SIDE + 14]).toBe(0);
  });

  it("erases, and paints seams and overlays only on cloth", () => {
    const hole = picture((c) => {
      c.fill(rectangle(0, 0, 1, 1), white);
      c.erase(rectangle(0, 0, 0.5, 0.5));
      c.overlay(rectangle(0, 0, 0.4, 0.4), white);
      c.seam([-1, 0, 1, 0], 0.2, white);
    });
    expect(area(hole)).toBeCloseTo(14 * 14 - 49, 0);
    expect(area(picture((c) => c.seam([-1, 0, 1, 0], 0.2, white)))).toBe(0);
    expect(area(picture((c) => c.stroke([-0.5, 0, 0.5, 0], 1 / 7, white)))).toBeCloseTo(28, 0);
  });

  it("clips what leaves the frame and brightness beyond 0..1", () => {
    expect(area(picture((c) => c.fill(rectangle(0, 0, 9, 9), () => 7)))).toBeCloseTo(SIDE * SIDE, 2);
    expect(area(picture((c) => c.fill(rectangle(5, 5, 1, 1), white)))).toBe(0);
    expect(area(picture((c) => c.fill([0, 0, 1, 0], white)))).toBe(0);
  });
});

describe("Path", () => {
  it("curves through its ends and mirrors", () => {
    const path = new Path(0, 0).curve(1, 0, 1, 1).line(0, 2);
    expect(path.points.slice(-4)).toEqual([1, 1, 0, 2]);
    const whole = path.mirrored();
    expect(whole).toHaveLength(2 * path.points.length);
    expect(flip([1, 2, 3, 4])).toEqual([-1, 2, -3, 4]);
  });
});
