/** Eight families of objects, each drawn with random shape and materials; about 2 high, around the origin. */
import { UsageError } from "../../errors.ts";
import { Rng } from "../../kernels/random/philox.ts";
import { BLACK, DARK_GLASS, leaf, METAL, paint, shaded, WHITE, wood } from "./materials.ts";
import { ball, box, cone, ellipsoid, type Point, type Primitive, torus } from "./scene.ts";

type Scene = Primitive[];

const SIGNS = [-1, 1] as const;
const CORNERS = SIGNS.flatMap((x) => SIGNS.map((y) => [x, y] as const));

function chair(rng: Rng): Scene {
  const seat = paint(rng);
  const frame = wood(rng);
  const half = rng.uniform(0.42, 0.52);
  const leg = rng.uniform(0.04, 0.065);
  const top = rng.uniform(0.85, 1.0);
  const slats = 2 + rng.integer(2);
  const inset = half - leg;
  return [
    ...CORNERS.map(([x, y]) =>
      cone([x * (inset + 0.06), y * (inset + 0.06), -0.9], [x * inset, y * inset, -0.05], [leg * 0.7, leg], frame),
    ),
    ...SIGNS.map((x) => cone([x * inset, inset, -0.05], [x * inset, inset + 0.12, top], [leg, leg * 0.8], frame)),
    ...Array.from({ length: slats }, (_, i) => {
      const z = top - 0.1 - i * (0.62 / slats);
      return box([0, inset + (0.12 * z) / top, z], [inset, 0.03, 0.2 / slats + 0.02], seat, { rounding: 0.02 });
    }),
    box([0, 0, 0], [half, half, 0.07], seat, { rounding: 0.05 }),
  ];
}

function mug(rng: Rng): Scene {
  const glaze = paint(rng);
  const radius = rng.uniform(0.5, 0.62);
  const height = rng.uniform(0.55, 0.75);
  const flare = rng.uniform(0.95, 1.1);
  const ring = rng.uniform(0.3, 0.38);
  const wall = 0.07;
  return [
    torus([radius, 0, 0], [0, 1, 0], [ring, 0.085], glaze),
    cone([0, 0, -height], [0, 0, height], [radius, radius * flare], glaze, { rounding: 0.05, seam: 0.06 }),
    cone([0, 0, -height + 0.1], [0, 0, height + 0.1], [radius - wall, radius * flare - wall], WHITE, {
      cut: true,
      seam: 0.03,
    }),
    cone([0, 0, -height + 0.05], [0, 0, height * 0.55], [radius - wall, radius - wall], [0.09, 0.035, 0.015, 0.5]),
  ];
}

function lamp(rng: Rng): Scene {
  const shade = paint(rng);
  const foot = rng.chance(0.5) ? METAL : wood(rng);
  const below = rng.uniform(0.55, 0.68);
  const above = rng.uniform(0.28, 0.42);
  const edge = rng.uniform(0.05, 0.2);
  return [
    cone([0, 0, -0.98], [0, 0, -0.88], [rng.uniform(0.36, 0.46), 0.3], foot, { rounding: 0.03 }),
    cone([0, 0, -0.9], [0, 0, 0.5], [0.055, 0.04], foot, { seam: 0.12 }),
    ball([0, 0, -0.45], rng.uniform(0.08, 0.16), foot, { seam: 0.06 }),
    cone([0, 0, edge], [0, 0, 0.95], [below, above], shade, { rounding: 0.01 }),
    cone([0, 0, edge - 0.1], [0, 0, 1.05], [below + 0.01, above - 0.06], WHITE, { cut: true, seam: 0.01 }),
    cone([0, 0, 0.3], [0, 0, 0.5], [0.05, 0.05], METAL),
    ball([0, 0, 0.6], 0.14, [1, 0.95, 0.75, 0.2], { seam: 0.05 }),
  ];
}

function mushroom(rng: Rng): Scene {
  const cap = paint(rng);
  const width = rng.uniform(0.75, 0.95);
  const height = rng.uniform(0.55, 0.75);
  const brim = rng.uniform(0.0, 0.15);
  const stem = rng.uniform(0.2, 0.28);
  const spots = 8 + rng.integer(5);
  const turn = rng.uniform(0, 6.28);
  return [
    ellipsoid([0, 0, brim], [width, width, height], cap),
    box([0, 0, brim - 1], [1.2, 1.2, 1], shaded(WHITE, 0.75), { cut: true, seam: 0.08 }),
    ...Array.from({ length: spots }, (_, i) => {
      // Round the cap in steps of the golden angle, from the top down.
      const angle = turn + i * 2.399963;
      const z = 0.96 - (0.75 * i) / spots;
      const out = Math.sqrt(1 - z * z);
      const at: Point = [width * out * Math.cos(angle), width * out * Math.sin(angle), brim + height * z];
      return ball(at, rng.uniform(0.06, 0.13), WHITE, { seam: 0.02 });
    }),
    cone([0, 0, -0.95], [0, 0, brim + 0.1], [stem * 1.25, stem * 0.85], WHITE, { rounding: 0.05, seam: 0.1 }),
  ];
}

function tree(rng: Rng): Scene {
  const green = leaf(rng);
  const layers = 3 + rng.integer(3);
  const width = rng.uniform(0.6, 0.78);
  const bottom = rng.uniform(-0.6, -0.45);
  const step = (1.0 - bottom) / (layers + 0.6);
  return [
    cone([0, 0, -1.0], [0, 0, 0], [rng.uniform(0.12, 0.17), 0.1], wood(rng)),
    ...Array.from({ length: layers }, (_, i) => {
      const z = bottom + i * step;
      const radius = width * (1 - (0.75 * i) / layers);
      const leaning = 0.04 * rng.normal();
      const to: Point = [leaning, 0.04 * rng.normal(), z + 1.6 * step];
      return cone([0, 0, z], to, [radius, 0.04], shaded(green, 0.85 + 0.1 * i), { rounding: 0.03, seam: 0.03 });
    }),
  ];
}

function rocket(rng: Rng): Scene {
  const hull = rng.chance(0.5) ? WHITE : METAL;
  const trim = paint(rng);
  const radius = rng.uniform(0.28, 0.36);
  const fins = 3 + rng.integer(2);
  const turn = rng.uniform(0, 6.28);
  const fin = rng.uniform(0.2, 0.28);
  const window = turn + Math.PI / fins;
  const [wx, wy] = [Math.cos(window), Math.sin(window)];
  return [
    ellipsoid([0, 0, 0.05], [radius, radius, 1.05], hull),
    cone([0, 0, 0.62], [0, 0, 1.2], [radius * 0.88, 0.0], trim, { rounding: 0.015, seam: 0.05 }),
    torus([0, 0, 0.6], [0, 0, 1], [radius * 0.82, 0.035], trim),
    cone([0, 0, -1.0], [0, 0, -0.75], [radius * 0.75, radius * 0.5], BLACK),
    ...Array.from({ length: fins }, (_, i) => {
      const angle = turn + (i * 2 * Math.PI) / fins;
      const reach = radius * 0.6 + fin;
      const at: Point = [Math.cos(angle) * reach, Math.sin(angle) * reach, -0.78];
      return box(at, [fin, 0.03, 0.28], trim, { turn: angle, rounding: 0.025, seam: 0.03 });
    }),
    torus([wx * radius * 0.93, wy * radius * 0.93, 0.28], [wx, wy, 0], [radius * 0.4, 0.035], METAL),
    ellipsoid([wx * radius * 0.82, wy * radius * 0.82, 0.28], [0.11, 0.11, 0.11], DARK_GLASS),
  ];
}

function car(rng: Rng): Scene {
  const body = paint(rng);
  const long = rng.uniform(0.95, 1.08);
  const wide = rng.uniform(0.42, 0.5);
  const roof = rng.uniform(0.28, 0.36);
  const cabin = rng.uniform(0.42, 0.55);
  const back = rng.uniform(-0.25, -0.05);
  const wheel = rng.uniform(0.2, 0.25);
  const axles = [-0.62 * long, 0.6 * long];
  return [
    box([0, 0, -0.12], [long, wide, 0.22], body, { rounding: 0.12 }),
    box([back, 0, 0.12 + roof / 2], [cabin, wide - 0.06, roof / 2 + 0.1], body, { rounding: 0.12, seam: 0.08 }),
    // Glass looks out of the cabin by a hair on all sides but the roof.
    box([back, 0, 0.22], [cabin + 0.015, wide - 0.14, roof * 0.42], DARK_GLASS, { rounding: 0.03 }),
    box([back, 0, 0.22], [cabin - 0.14, wide - 0.045, roof * 0.38], DARK_GLASS, { rounding: 0.03 }),
    ...axles.flatMap((x) =>
      SIGNS.map((y) =>
        cone([x, y * (wide - 0.14), -0.32], [x, y * (wide + 0.03), -0.32], [wheel, wheel], BLACK, { rounding: 0.03 }),
      ),
    ),
    ...axles.flatMap((x) =>
      SIGNS.map((y) => cone([x, y * wide, -0.32], [x, y * (wide + 0.045), -0.32], [wheel * 0.5, wheel * 0.45], METAL)),
    ),
    ...SIGNS.map((y) => ball([long - 0.04, y * (wide - 0.14), -0.06], 0.08, [1, 0.95, 0.75, 0.8])),
    ...SIGNS.map((y) =>
      box([-long, y * (wide - 0.13), -0.04], [0.03, 0.09, 0.05], [0.6, 0.02, 0.02, 0.5], { rounding: 0.01 }),
    ),
  ];
}

function snowman(rng: Rng): Scene {
  const hat = rng.chance(0.5) ? BLACK : paint(rng);
  const scarf = paint(rng);
  const snow = shaded(WHITE, 1.1);
  const low = rng.uniform(0.43, 0.49);
  const middle = low * rng.uniform(0.66, 0.74);
  const head = rng.uniform(0.24, 0.27);
  const arm = rng.uniform(0.1, 0.4);
  const neck = -0.98 + 2 * low * 0.92 + 2 * middle * 0.85;
  const chest = neck - middle * 0.85;
  const face = neck + head * 0.8;
  const eyes = SIGNS.map((x) => ball([x * 0.1, -head * 0.9, face + 0.06], 0.035, BLACK));
  const buttons = [-0.1, 0.12].map((z) => ball([0, -Math.sqrt(middle ** 2 - z * z), chest + z], 0.04, BLACK));
  return [
    ball([0, 0, -0.98 + low], low, snow),
    ball([0, 0, chest], middle, snow, { seam: 0.05 }),
    ball([0, 0, face], head, snow, { seam: 0.03 }),
    ...eyes,
    ...buttons,
    cone([0, -head * 0.9, face], [0, -head - 0.28, face - 0.03], [0.055, 0.01], [0.8, 0.28, 0.03, 0.1]),
    torus([0, 0, neck + 0.02], [0, 0, 1], [head * 0.78, 0.075], scarf),
    box([head * 0.5, -middle * 0.85, neck - 0.14], [0.07, 0.04, 0.17], scarf, { rounding: 0.03 }),
    cone([0, 0, face + head * 0.72], [0, 0, face + head * 0.72 + 0.04], [head * 1.2, head * 1.2], hat),
    cone([0, 0, face + head * 0.72], [0, 0, face + head * 0.72 + 0.3], [head * 0.75, head * 0.72], hat),
    ...SIGNS.map((x) =>
      cone([x * middle * 0.9, 0, chest], [x * 0.85, -0.1, chest + arm], [0.035, 0.02], [0.16, 0.08, 0.035, 0.05]),
    ),
  ];
}

const FAMILIES: readonly (readonly [string, (rng: Rng) => Scene])[] = [
  ["chair", chair],
  ["mug", mug],
  ["lamp", lamp],
  ["mushroom", mushroom],
  ["tree", tree],
  ["rocket", rocket],
  ["car", car],
  ["snowman", snowman],
];

/** Names of the classes, in label order. */
export const SCENE_CLASSES: readonly string[] = FAMILIES.map(([name]) => name);

/** Philox stream of the objects; the class is added. */
const OBJECT_STREAM = 0x7363_0000;

/** The object of a class that a seed draws. */
export function sceneObject(label: number, seed: number): readonly Primitive[] {
  const family = FAMILIES[label];
  if (!family) throw new UsageError(`scene: no class ${label}; give one of 0..${FAMILIES.length - 1}`);
  return family[1](new Rng(seed, OBJECT_STREAM + label));
}
