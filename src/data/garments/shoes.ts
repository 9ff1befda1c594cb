/** Sandals, sneakers and ankle boots, from the side, toe to the left. */
import type { Rng } from "../../kernels/random/philox.ts";
import { type Cloth, makeCloth } from "./cloth.ts";
import { Path } from "./path.ts";
import type { Canvas } from "./raster.ts";

interface Sole {
  toe: number;
  heel: number;
  /** Height of the ground, and of the foot above it at the toe and at the heel. */
  ground: number;
  front: number;
  back: number;
  thick: number;
}

function drawSole(canvas: Canvas, sole: Sole, kind: "flat" | "wedge" | "heel", cloth: Cloth, tone: number): void {
  const { toe, heel, ground, front, back, thick } = sole;
  const shade = cloth.tone(tone);
  const middle = toe + (heel - toe) * 0.55;
  const upper = new Path(toe, front)
    .curve(middle - 0.2, front + 0.02, middle, (front * 2 + back) / 3)
    .curve(heel - 0.25, back, heel, back);
  if (kind === "heel") {
    const under = [
      heel,
      back + thick,
      heel - 0.3,
      back + thick * 1.3,
      middle,
      (front * 2 + back) / 3 + thick * 1.2,
      toe + 0.1,
      front + thick,
      toe,
      front + thick * 0.5,
    ];
    canvas.fill([...upper.points, ...under], shade);
    canvas.fill([heel - 0.01, back, heel - 0.03, ground, heel - 0.1, ground, heel - 0.2, back + thick], shade);
    return;
  }
  canvas.fill(
    [
      ...upper.points,
      heel + (kind === "flat" ? 0.01 : -0.05),
      ground,
      toe + 0.06,
      ground,
      toe - 0.01,
      front + thick * 0.4,
    ],
    shade,
  );
}

/** Sandal: a sole on which a foot would show: a few straps and much black between them. */
export function drawSandal(canvas: Canvas, rng: Rng): void {
  const cloth = makeCloth(rng, { plain: 6, stripes: 0.5, checks: 0.5 }, 0.35, 1);
  const kind = rng.chance(0.4) ? "flat" : rng.chance(0.5) ? "wedge" : "heel";
  const rise = kind === "flat" ? rng.uniform(0.02, 0.12) : rng.uniform(0.25, 0.7);
  const ground = rng.uniform(0.35, 0.6) + (kind === "flat" ? 0 : 0.1);
  const thick = rng.uniform(0.07, 0.16);
  const sole: Sole = {
    toe: rng.uniform(-0.94, -0.8),
    heel: rng.uniform(0.72, 0.92),
    ground,
    front: ground - thick,
    back: ground - thick - rise,
    thick,
  };
  drawSole(canvas, sole, kind, cloth, rng.uniform(0.6, 1));
  const length = sole.heel - sole.toe;
  const footY = (t: number) => sole.front + (sole.back - sole.front) * Math.max(0, (t - 0.3) / 0.7);
  const straps = 1 + rng.integer(4);
  const first = rng.uniform(0.08, 0.16);
  const spread = rng.uniform(0.25, 0.5);
  const wide = rng.uniform(0.07, 0.18) * (straps > 2 ? 0.7 : 1.2);
  const cross = rng.chance(0.35) ? -1 : 1;
  const ridge: number[] = [];
  for (let i = 0; i < straps; i++) {
    const t = first + (spread * i) / Math.max(1, straps - 1);
    const x = sole.toe + length * t;
    const high = rng.uniform(0.2, 0.3) + 0.35 * t;
    const lean = (0.1 + 0.12 * rng.uniform()) * (i % 2 === 0 ? 1 : cross);
    const y = footY(t) + 0.03;
    // A band over the foot: its far side shows first, darker, through the opening.
    canvas.stroke(
      new Path(x + lean, y - high).curve(x + lean * 1.9, y - high, x + lean * 2.2, footY(t) + 0.02).points,
      wide * 0.7,
      cloth.tone(0.5),
    );
    canvas.stroke(new Path(x, y).curve(x + lean * 0.2, y - high, x + lean, y - high).points, wide, cloth.shade);
    ridge.push(x + lean, y - high + 0.01);
  }
  if (straps > 1 && rng.chance(0.35)) canvas.stroke(ridge, 0.07, cloth.shade);
  if (rng.chance(0.72)) {
    const up = rng.uniform(0.25, 0.55);
    const x = sole.heel - 0.04;
    canvas.stroke([x, sole.back + 0.03, x - 0.02, sole.back - up], rng.uniform(0.06, 0.12), cloth.shade);
    if (rng.chance(0.75)) {
      const reach = rng.uniform(0.35, 0.6);
      const loop = new Path(x, sole.back - up).curve(
        x - reach * 0.5,
        sole.back - up - 0.12,
        x - reach,
        sole.back - up + rng.uniform(-0.04, 0.12),
      );
      canvas.stroke(loop.points, rng.uniform(0.05, 0.1), cloth.shade);
      if (rng.chance(0.4))
        canvas.stroke([x - reach, sole.back - up + 0.04, x - reach - 0.25, footY(0.4)], 0.08, cloth.shade);
    }
  }
}

/** The closed upper of a shoe that rises from the toe to an opening at `collar`. */
function drawUpper(
  canvas: Canvas,
  rng: Rng,
  sole: Sole,
  collar: number,
  opening: number,
  cloth: Cloth,
  toeHeight: number,
): number {
  const { toe, heel, front, back } = sole;
  const throat = heel - opening;
  const under = 0.05;
  const upper = new Path(toe, front + under)
    .curve(toe - 0.02, front - toeHeight, toe + 0.28, front - toeHeight)
    .curve(throat - 0.3, front - toeHeight - 0.04, throat, collar)
    .curve(throat + opening * 0.5, collar + rng.uniform(0, 0.1), heel - 0.02, collar + rng.uniform(-0.06, 0.06))
    .curve(heel + rng.uniform(-0.06, 0.04), (collar + back) / 2, heel, back + under);
  canvas.fill(upper.points, cloth.shade);
  return throat;
}

/** Sneaker: low, closed, with a light sole and laces. */
export function drawSneaker(canvas: Canvas, rng: Rng): void {
  const cloth = makeCloth(rng, { plain: 6, checks: 0.7, blocks: 0.5, dots: 0.4, stripes: 0.4 }, 0.3, 0.95);
  const ground = rng.uniform(0.34, 0.56);
  const thick = rng.uniform(0.09, 0.19);
  const sole: Sole = {
    toe: rng.uniform(-0.95, -0.84),
    heel: rng.uniform(0.8, 0.95),
    ground,
    front: ground - thick,
    back: ground - thick - rng.uniform(0, 0.05),
    thick,
  };
  const collar = sole.back - (rng.chance(0.14) ? rng.uniform(0.62, 0.85) : rng.uniform(0.34, 0.58));
  const throat = drawUpper(canvas, rng, sole, collar, rng.uniform(0.5, 0.85), cloth, rng.uniform(0.18, 0.3));
  drawSole(canvas, sole, "flat", cloth, rng.uniform(0.5, 1.5));
  canvas.seam([sole.toe, sole.front + 0.01, sole.heel, sole.back + 0.01], 0.03, cloth.tone(0.5));
  if (rng.chance(0.75)) {
    const count = 2 + rng.integer(3);
    for (let i = 0; i < count; i++) {
      const x = throat - 0.06 - i * 0.13;
      const y = collar + 0.08 + i * 0.07;
      canvas.seam([x, y, x + 0.12, y + 0.1], 0.045, cloth.contrast(0.4));
    }
  }
  if (rng.chance(0.5)) {
    const x = rng.uniform(-0.1, 0.25);
    const lean = rng.uniform(-0.3, 0.3);
    const count = 1 + rng.integer(3);
    for (let i = 0; i < count; i++) {
      canvas.seam([x + i * 0.13, sole.back, x + i * 0.13 + lean, collar + 0.12], 0.05, cloth.contrast(0.35));
    }
  }
  if (rng.chance(0.35))
    canvas.seam(
      new Path(sole.toe + 0.3, sole.front).curve(sole.toe + 0.32, sole.front - 0.2, sole.toe + 0.2, sole.front - 0.35)
        .points,
      0.04,
      cloth.tone(0.6),
    );
}

/** Ankle boot: a shaft over the ankle and, often, a heel. */
export function drawAnkleBoot(canvas: Canvas, rng: Rng): void {
  const cloth = makeCloth(rng, { plain: 7, checks: 0.3, blocks: 0.5, knit: 0.4 }, 0.25, 0.95);
  const kind = rng.chance(0.45) ? "flat" : rng.chance(0.2) ? "wedge" : "heel";
  const rise = kind === "flat" ? rng.uniform(0, 0.05) : rng.uniform(0.12, 0.4);
  const ground = rng.uniform(0.62, 0.88);
  const thick = rng.uniform(0.06, 0.14);
  const sole: Sole = {
    toe: rng.uniform(-0.92, -0.74),
    heel: rng.uniform(0.56, 0.84),
    ground,
    front: ground - thick,
    back: ground - thick - rise,
    thick,
  };
  const collar = sole.back - (rng.chance(0.2) ? rng.uniform(0.55, 0.8) : rng.uniform(0.8, 1.3));
  const opening = rng.uniform(0.52, 0.8);
  const throat = drawUpper(canvas, rng, sole, Math.max(-0.92, collar), opening, cloth, rng.uniform(0.2, 0.34));
  drawSole(canvas, sole, kind, cloth, rng.uniform(0.5, 1.2));
  const top = Math.max(-0.92, collar);
  const detail = rng.uniform();
  if (detail < 0.3) {
    for (let i = 0; i < 5; i++) {
      const y = top + 0.12 + i * 0.13;
      canvas.seam([throat - 0.02 - i * 0.03, y, throat + 0.12 - i * 0.03, y + 0.06], 0.04, cloth.contrast(0.35));
    }
  } else if (detail < 0.55) {
    canvas.seam(
      [sole.heel - opening * 0.5, top, sole.heel - opening * 0.45, sole.back - 0.05],
      0.05,
      cloth.contrast(0.3),
    );
  } else if (detail < 0.75) {
    const y = sole.back - 0.3;
    canvas.seam([throat - 0.3, y, sole.heel, y - 0.08], 0.07, cloth.contrast(0.25));
  }
  if (rng.chance(0.3)) canvas.seam([throat, top + 0.03, sole.heel, top + 0.03], 0.08, cloth.tone(0.7));
}
