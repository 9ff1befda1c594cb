/** Trousers and bags. */
import type { Rng } from "../../kernels/random/philox.ts";
import { makeCloth } from "./cloth.ts";
import { ellipse, flip, Path, rectangle } from "./path.ts";
import type { Canvas } from "./raster.ts";

/** Trouser: two legs from one waistband, slim to wide, now and then cropped. */
export function drawTrouser(canvas: Canvas, rng: Rng): void {
  const cloth = makeCloth(rng, { plain: 5, denim: 3, pinstripes: 1, checks: 0.5, dots: 0.3 });
  const top = rng.uniform(-0.96, -0.86);
  const waist = rng.uniform(0.2, 0.32);
  const hip = waist + rng.uniform(0.02, 0.1);
  const crotch = top + rng.uniform(0.42, 0.62);
  const foot = rng.chance(0.12) ? rng.uniform(0.1, 0.5) : rng.uniform(0.82, 0.97);
  const spread = rng.uniform(0.02, 0.16);
  const ankle = rng.uniform(0.1, 0.24);
  const inner = spread * 0.5;
  const outer = Math.max(inner + ankle, hip * 0.7);
  const kneeY = (crotch + foot) / 2;
  const leg = new Path(0, top)
    .line(waist, top)
    .curve(hip, crotch - 0.3, hip, crotch)
    .curve((hip + outer) / 2, kneeY, outer, foot)
    .line(inner, foot)
    .line(0.015, crotch)
    .line(0, crotch).points;
  for (const side of [leg, flip(leg)]) canvas.fill(side, cloth.shade);
  canvas.seam([0, top, 0, crotch], 0.035, cloth.tone(0.65));
  canvas.overlay(rectangle(0, top + 0.04, 2 * waist + 0.1, 0.08), cloth.tone(rng.uniform(0.6, 1.1)));
  if (rng.chance(0.6)) {
    const pocket = [waist * 0.6, top + 0.1, waist + 0.04, top + 0.24];
    for (const side of [pocket, flip(pocket)]) canvas.seam(side, 0.03, cloth.tone(0.65));
  }
  if (rng.chance(0.3)) {
    const crease = [(inner + outer) / 2, foot, hip * 0.5, crotch];
    for (const side of [crease, flip(crease)]) canvas.seam(side, 0.04, cloth.tone(1.2));
  }
}

/** Bag: a box, trapezium or pouch, with a handle, a long strap or none, and a flap, zip or clasp. */
export function drawBag(canvas: Canvas, rng: Rng): void {
  const cloth = makeCloth(rng, { plain: 6, checks: 0.6, stripes: 0.5, dots: 0.5, blocks: 1, print: 0.5 });
  const width = rng.uniform(0.5, 0.86);
  const height = rng.uniform(0.45, 1.05);
  const carry = rng.uniform();
  const handle = carry < 0.84 ? rng.uniform(0.25, carry < 0.55 ? 0.6 : 0.9) : 0;
  const total = height + handle;
  const bottom = Math.min(0.92, total / 2 + rng.uniform(-0.08, 0.12));
  const top = Math.max(bottom - height, -0.9);
  const topWidth = width * rng.uniform(0.68, 1.02);
  if (handle > 0) {
    const half = topWidth * rng.uniform(0.35, 0.92);
    const peak = top - handle;
    const arc = new Path(-half, top + 0.05).curve(-half, peak, 0, peak).curve(half, peak, half, top + 0.05).points;
    canvas.stroke(arc, rng.uniform(0.06, 0.13), cloth.tone(rng.uniform(0.7, 1.1)));
  }
  const round = rng.uniform(0.02, 0.2);
  const body = new Path(0, top)
    .line(topWidth - round, top)
    .curve(topWidth, top, topWidth, top + round)
    .line(width, bottom - round)
    .curve(width, bottom, width - round, bottom)
    .line(0, bottom + rng.uniform(0, 0.05));
  canvas.fill(body.mirrored(), cloth.shade);
  const closing = rng.uniform();
  if (closing < 0.4) {
    const drop = top + (bottom - top) * rng.uniform(0.35, 0.6);
    const flap = new Path(0, top)
      .line(topWidth, top)
      .line(topWidth * 0.96, drop - 0.12)
      .curve(topWidth * 0.9, drop, 0, drop);
    canvas.overlay(flap.mirrored(), cloth.tone(rng.uniform(0.75, 1.15)));
    canvas.seam(flap.mirrored().slice(4, -4), 0.035, cloth.tone(0.55));
    canvas.overlay(ellipse(0, drop - 0.04, 0.06, 0.06), cloth.contrast(0.4));
  } else if (closing < 0.75) {
    canvas.seam([-topWidth, top + 0.1, topWidth, top + 0.1], 0.045, cloth.contrast(0.35));
  }
  if (rng.chance(0.3)) {
    const y = bottom - (bottom - top) * 0.3;
    canvas.seam([-width * 0.55, y, width * 0.55, y], 0.035, cloth.tone(0.65));
  }
}
