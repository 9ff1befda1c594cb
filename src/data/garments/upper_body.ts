/** The cutting pattern that T-shirt, pullover, dress, coat and shirt share: sleeves, body, neck and front from measures. */
import type { Rng } from "../../kernels/random/philox.ts";
import type { Cloth } from "./cloth.ts";
import { ellipse, flip, Path, rectangle } from "./path.ts";
import type { Canvas } from "./raster.ts";

export type Neck = "crew" | "vee" | "scoop" | "boat" | "turtle" | "collar" | "hood" | "lapel";
export type Front = "none" | "buttons" | "zip" | "open" | "placket";

/** All measures in garment units: half widths from the axis, heights from the top (-1) to the bottom (1). */
export interface Measures {
  neck: Neck;
  front: Front;
  neckWidth: number;
  neckDepth: number;
  shoulder: number;
  top: number;
  chest: number;
  waist: number;
  hip: number;
  hem: number;
  hemCurve: number;
  /** Length of the sleeve along its axis; 0 is sleeveless, below 0 a strap top. */
  sleeve: number;
  sleeveAngle: number;
  sleeveWidth: number;
  cuffWidth: number;
  ribbed: boolean;
  pockets: number;
  belt: boolean;
}

const ARMPIT_DROP = 0.42;

function drawSleeves(canvas: Canvas, m: Measures, cloth: Cloth): void {
  const shoulderY = m.top + 0.1;
  const dx = Math.sin(m.sleeveAngle);
  const dy = Math.cos(m.sleeveAngle);
  const endX = m.shoulder + dx * m.sleeve;
  const endY = shoulderY + dy * m.sleeve;
  const innerX = endX - dy * m.cuffWidth;
  const innerY = endY + dx * m.cuffWidth;
  const armpitY = m.top + m.sleeveWidth + 0.12;
  const right = new Path(m.shoulder - 0.12, shoulderY - 0.06)
    .curve(m.shoulder + 0.03, shoulderY - 0.02, m.shoulder + dx * 0.2, shoulderY + dy * 0.2)
    .line(endX, endY)
    .line(innerX, innerY)
    .line(m.chest - 0.06, armpitY).points;
  const cuff = [endX, endY, innerX, innerY];
  for (const side of [right, flip(right)]) canvas.fill(side, cloth.shade);
  for (const end of [cuff, flip(cuff)]) canvas.stroke(end, m.ribbed ? 0.1 : 0.05, cloth.tone(m.ribbed ? 0.72 : 0.85));
}

function drawBody(canvas: Canvas, m: Measures, cloth: Cloth): void {
  const armpitY = m.top + ARMPIT_DROP;
  const waistY = armpitY + (m.hem - armpitY) * 0.45;
  const narrow = m.sleeve < 0 ? m.neckWidth + 0.09 : m.shoulder;
  const half = new Path(0, m.top + 0.02)
    .line(m.neckWidth, m.top)
    .line(narrow, m.top + 0.1)
    .curve(narrow - 0.03, armpitY - 0.1, m.chest, armpitY)
    .curve(m.waist, waistY - 0.1, m.waist, waistY)
    .curve(m.waist + 0.01, waistY + 0.15, m.hip, m.hem)
    .curve(m.hip * 0.5, m.hem + m.hemCurve, 0, m.hem + m.hemCurve);
  canvas.fill(half.mirrored(), cloth.shade);
  if (m.sleeve > 0) {
    const hole = new Path(m.shoulder - 0.02, m.top + 0.1).curve(m.shoulder - 0.06, armpitY - 0.1, m.chest, armpitY);
    for (const path of [hole.points, flip(hole.points)]) canvas.seam(path, 0.035, cloth.tone(0.7));
  }
  if (m.ribbed) canvas.overlay(rectangle(0, m.hem - 0.02, 2 * m.hip + 0.1, 0.11), cloth.tone(0.72));
}

function drawNeck(canvas: Canvas, m: Measures, cloth: Cloth): void {
  const { top, neckWidth: w, neckDepth: d } = m;
  const round = new Path(0, top - 0.08)
    .line(w, top - 0.08)
    .line(w, top)
    .curve(w * 0.85, top + d, 0, top + d);
  const vee = new Path(0, top - 0.08)
    .line(w, top - 0.08)
    .line(w, top)
    .line(0, top + d);
  const back = new Path(0, top + 0.01).line(w, top - 0.01).curve(w * 0.7, top + 0.09, 0, top + 0.09);
  const edge = (path: Path) => canvas.stroke(path.mirrored().slice(4, -4), 0.045, cloth.tone(0.75));
  switch (m.neck) {
    case "turtle":
      canvas.fill(
        new Path(0, top - 0.14)
          .line(w * 0.9, top - 0.14)
          .line(w, top + 0.03)
          .line(0, top + 0.05)
          .mirrored(),
        cloth.tone(0.85),
      );
      canvas.seam([-w, top + 0.03, 0, top + 0.06, w, top + 0.03], 0.03, cloth.tone(0.6));
      return;
    case "hood":
      canvas.fill(ellipse(0, top + 0.02, w + 0.14, 0.2), cloth.tone(0.8));
      canvas.fill(ellipse(0, top + 0.06, w - 0.02, 0.13), cloth.tone(0.35));
      return;
    case "collar": {
      canvas.erase(vee.mirrored());
      canvas.fill(back.mirrored(), cloth.tone(0.5));
      const leaf = [w + 0.03, top - 0.05, 0.02, top + d, w * 0.75, top + d + 0.1, w + 0.12, top + 0.06];
      for (const side of [leaf, flip(leaf)]) canvas.fill(side, cloth.tone(1.12));
      for (const side of [leaf, flip(leaf)]) canvas.seam(side.slice(2), 0.03, cloth.tone(0.6));
      return;
    }
    case "lapel": {
      canvas.erase(vee.mirrored());
      canvas.fill(back.mirrored(), cloth.tone(0.5));
      const leaf = [
        w,
        top - 0.04,
        0.03,
        top + d,
        w * 0.8,
        top + d * 0.75,
        w + 0.16,
        top + d * 0.5,
        w + 0.1,
        top + 0.05,
      ];
      for (const side of [leaf, flip(leaf)]) canvas.fill(side, cloth.tone(0.8));
      return;
    }
    case "vee":
      canvas.erase(vee.mirrored());
      canvas.fill(back.mirrored(), cloth.tone(0.5));
      edge(vee);
      return;
    default:
      canvas.erase(round.mirrored());
      if (m.neck !== "boat") canvas.fill(back.mirrored(), cloth.tone(0.5));
      edge(round);
  }
}

function drawFront(canvas: Canvas, rng: Rng, m: Measures, cloth: Cloth): void {
  const start = m.top + m.neckDepth;
  const end = m.hem + m.hemCurve;
  const shift = rng.uniform(-0.02, 0.05);
  switch (m.front) {
    case "none":
      break;
    case "zip":
      canvas.seam([shift, start, shift, end], 0.055, cloth.contrast(0.35));
      break;
    case "open":
      canvas.erase([
        shift - 0.03,
        start,
        shift + 0.03,
        start,
        shift + rng.uniform(0.05, 0.16),
        end,
        shift - rng.uniform(0.03, 0.1),
        end,
      ]);
      break;
    case "placket":
    case "buttons": {
      const stop = m.front === "placket" ? start + 0.35 : end;
      canvas.seam([shift + 0.06, start, shift + 0.06, stop], 0.025, cloth.tone(0.7));
      const step = rng.uniform(0.17, 0.26);
      for (let y = start + 0.1; y < stop - 0.05; y += step) {
        canvas.overlay(ellipse(shift, y, 0.042, 0.042), cloth.contrast(0.4));
      }
    }
  }
  const pocketY = m.hem - rng.uniform(0.35, 0.55);
  const pocketX = m.waist * rng.uniform(0.5, 0.65);
  if (m.pockets === 2) {
    for (const x of [-pocketX, pocketX])
      canvas.seam([x - 0.1, pocketY, x + 0.1, pocketY + 0.03], 0.04, cloth.tone(0.6));
  } else if (m.pockets === 1) {
    const y = m.top + 0.5;
    canvas.seam([0.1, y, 0.3, y, 0.3, y + 0.18, 0.1, y + 0.18, 0.1, y], 0.03, cloth.tone(0.7));
  }
  if (m.belt)
    canvas.overlay(rectangle(0, m.top + ARMPIT_DROP + (m.hem - m.top) * 0.28, 1.2, 0.09), cloth.contrast(0.3));
}

/** Draws the whole garment: sleeves behind, then body, neck, front. */
export function drawUpperBody(canvas: Canvas, rng: Rng, m: Measures, cloth: Cloth): void {
  if (m.sleeve > 0) drawSleeves(canvas, m, cloth);
  drawBody(canvas, m, cloth);
  drawNeck(canvas, m, cloth);
  drawFront(canvas, rng, m, cloth);
}
