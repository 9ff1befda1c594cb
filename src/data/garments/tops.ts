/** T-shirt/top, pullover, dress, coat and shirt: five ways of choosing the measures of one cutting pattern. */
import type { Rng } from "../../kernels/random/philox.ts";
import { makeCloth, type PatternWeights } from "./cloth.ts";
import type { Canvas } from "./raster.ts";
import { drawUpperBody, type Front, type Measures, type Neck } from "./upper_body.ts";

/** Measures of a garment of middling size; each class then changes what makes it that class. */
function common(rng: Rng): Measures {
  const chest = rng.uniform(0.38, 0.52);
  return {
    neck: "crew",
    front: "none",
    neckWidth: rng.uniform(0.14, 0.22),
    neckDepth: rng.uniform(0.1, 0.18),
    shoulder: chest + rng.uniform(-0.02, 0.06),
    top: rng.uniform(-0.86, -0.76),
    chest,
    waist: chest - rng.uniform(0, 0.08),
    hip: chest + rng.uniform(-0.04, 0.05),
    hem: rng.uniform(0.6, 0.86),
    hemCurve: rng.uniform(-0.02, 0.06),
    sleeve: 1,
    sleeveAngle: rng.uniform(0.1, 0.34),
    sleeveWidth: rng.uniform(0.26, 0.34),
    cuffWidth: rng.uniform(0.13, 0.2),
    ribbed: false,
    pockets: 0,
    belt: false,
  };
}

/** One of the values, by weight: oneOf(rng, [["crew", 3], ["vee", 1]]). */
function oneOf<T>(rng: Rng, choices: readonly (readonly [T, number])[]): T {
  let left = rng.uniform() * choices.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [value, weight] of choices) {
    left -= weight;
    if (left < 0) return value;
  }
  return choices[0]![0];
}

function shortSleeve(rng: Rng, m: Measures): void {
  m.sleeve = rng.uniform(0.26, 0.52);
  m.sleeveAngle = rng.uniform(0.35, 0.8);
  m.cuffWidth = rng.uniform(0.2, 0.27);
}

function longSleeve(rng: Rng, m: Measures): void {
  m.sleeve = rng.uniform(1.1, 1.42);
}

const CASUAL: PatternWeights = { plain: 4, stripes: 2, print: 3, blocks: 1, dots: 0.7 };
const WOVEN: PatternWeights = { plain: 4, stripes: 1, checks: 2, pinstripes: 1.5, print: 0.7, dots: 0.7 };
const KNITTED: PatternWeights = { plain: 4, knit: 2.5, stripes: 1.5, print: 1, blocks: 0.7 };
const HEAVY: PatternWeights = { plain: 6, checks: 0.8, knit: 0.8, pinstripes: 0.5 };

/** T-shirt/top: short or no sleeves, soft necklines, no front. */
export function drawTShirt(canvas: Canvas, rng: Rng): void {
  const m = common(rng);
  m.neck = oneOf<Neck>(rng, [
    ["crew", 5],
    ["vee", 2],
    ["scoop", 2.5],
    ["boat", 1],
    ["collar", 0.35],
  ]);
  if (m.neck === "collar") m.front = "placket";
  if (m.neck === "scoop") m.neckDepth += rng.uniform(0.06, 0.2);
  if (m.neck === "vee") m.neckDepth += rng.uniform(0.04, 0.16);
  const cut = rng.uniform();
  if (cut < 0.8) shortSleeve(rng, m);
  else if (cut < 0.95) m.sleeve = rng.chance(0.5) ? 0 : -1;
  else longSleeve(rng, m);
  if (rng.chance(0.06)) m.pockets = 1;
  drawUpperBody(canvas, rng, m, makeCloth(rng, CASUAL));
}

/** Pullover: long sleeves, ribs, knit; no front opening. */
export function drawPullover(canvas: Canvas, rng: Rng): void {
  const m = common(rng);
  m.neck = oneOf<Neck>(rng, [
    ["crew", 5],
    ["vee", 2],
    ["boat", 1],
    ["turtle", 1.4],
    ["hood", 1],
    ["scoop", 0.6],
  ]);
  longSleeve(rng, m);
  if (rng.chance(0.05)) shortSleeve(rng, m);
  m.ribbed = rng.chance(0.72);
  m.chest += 0.03;
  m.cuffWidth += 0.02;
  if (rng.chance(0.05)) m.front = "placket";
  drawUpperBody(canvas, rng, m, makeCloth(rng, KNITTED));
}

/** Dress: down to the frame's foot, with a waist, sleeves of any length. */
export function drawDress(canvas: Canvas, rng: Rng): void {
  const m = common(rng);
  m.chest = rng.uniform(0.22, 0.36);
  m.shoulder = m.chest + rng.uniform(-0.03, 0.04);
  m.waist = m.chest - rng.uniform(0.0, 0.08);
  m.hip = m.waist + rng.uniform(0.02, 0.34);
  m.neckWidth = rng.uniform(0.1, 0.18);
  m.top = rng.uniform(-0.95, -0.85);
  m.hem = rng.uniform(0.72, 0.95);
  m.sleeveWidth = rng.uniform(0.18, 0.26);
  m.cuffWidth = rng.uniform(0.1, 0.15);
  m.neck = oneOf<Neck>(rng, [
    ["crew", 3],
    ["vee", 2.5],
    ["scoop", 3],
    ["boat", 2],
    ["collar", 0.6],
    ["turtle", 0.3],
  ]);
  if (m.neck === "scoop" || m.neck === "vee") m.neckDepth += rng.uniform(0, 0.16);
  const cut = rng.uniform();
  if (cut < 0.34) m.sleeve = 0;
  else if (cut < 0.52) m.sleeve = -1;
  else if (cut < 0.76) shortSleeve(rng, m);
  else longSleeve(rng, m);
  if (cut >= 0.52 && cut < 0.76) m.cuffWidth = rng.uniform(0.13, 0.2);
  m.belt = rng.chance(0.25);
  if (rng.chance(0.12)) m.front = "buttons";
  drawUpperBody(
    canvas,
    rng,
    m,
    makeCloth(rng, { plain: 5, dots: 1, stripes: 1, print: 0.6, blocks: 1.2, checks: 0.5 }),
  );
}

/** Coat: long sleeves and a front that opens, of heavy cloth. */
export function drawCoat(canvas: Canvas, rng: Rng): void {
  const m = common(rng);
  m.neck = oneOf<Neck>(rng, [
    ["lapel", 4],
    ["collar", 2.5],
    ["hood", 1.6],
    ["turtle", 1],
    ["crew", 1],
  ]);
  m.front = oneOf<Front>(rng, [
    ["buttons", 3],
    ["zip", 3.4],
    ["open", 2],
    ["none", 0.4],
  ]);
  if (m.neck === "lapel") m.neckDepth += rng.uniform(0.15, 0.4);
  if (m.neck === "collar") m.neckDepth = rng.uniform(0.06, 0.16);
  longSleeve(rng, m);
  m.sleeveWidth += 0.03;
  m.cuffWidth += 0.03;
  m.hem = rng.uniform(0.66, 0.94);
  m.pockets = rng.chance(0.6) ? 2 : 0;
  m.belt = rng.chance(0.12);
  m.ribbed = rng.chance(0.08);
  drawUpperBody(canvas, rng, m, makeCloth(rng, HEAVY, 0.22, 0.92));
}

/** Shirt: a collar and buttons more often than not; sleeves long, short or none. Meant to be the hard class. */
export function drawShirt(canvas: Canvas, rng: Rng): void {
  const m = common(rng);
  m.neck = oneOf<Neck>(rng, [
    ["collar", 7],
    ["vee", 1],
    ["crew", 0.8],
    ["scoop", 0.5],
  ]);
  m.front = oneOf<Front>(rng, [
    ["buttons", 7],
    ["placket", 1.8],
    ["none", 0.9],
  ]);
  const cut = rng.uniform();
  if (cut < 0.58) longSleeve(rng, m);
  else if (cut < 0.92) shortSleeve(rng, m);
  else m.sleeve = 0;
  m.hemCurve = rng.uniform(0, 0.14);
  m.pockets = rng.chance(0.25) ? 1 : 0;
  drawUpperBody(canvas, rng, m, makeCloth(rng, WOVEN));
}
