/** Colours that objects of all classes draw from, so that none is known by its colour alone; linear light. */
import type { Rng } from "../../kernels/random/philox.ts";
import type { Material } from "./scene.ts";

export const BLACK: Material = [0.02, 0.02, 0.025, 0.3];
export const DARK_GLASS: Material = [0.04, 0.06, 0.09, 0.9];
export const WHITE: Material = [0.82, 0.8, 0.76, 0.15];
export const METAL: Material = [0.4, 0.42, 0.45, 0.8];

const PAINTS: readonly (readonly [number, number, number])[] = [
  [0.62, 0.06, 0.05],
  [0.75, 0.3, 0.04],
  [0.7, 0.52, 0.08],
  [0.12, 0.38, 0.1],
  [0.05, 0.33, 0.36],
  [0.07, 0.16, 0.5],
  [0.33, 0.1, 0.4],
  [0.6, 0.58, 0.54],
];
const WOODS: readonly (readonly [number, number, number])[] = [
  [0.36, 0.19, 0.08],
  [0.22, 0.1, 0.045],
  [0.5, 0.32, 0.16],
];

/** A paint, more or less bright and shiny. */
export function paint(rng: Rng): Material {
  return varied(rng, PAINTS, rng.uniform(0.1, 0.6));
}

/** A wood. */
export function wood(rng: Rng): Material {
  return varied(rng, WOODS, 0.08);
}

/** Leaves and needles. */
export function leaf(rng: Rng): Material {
  return varied(rng, [PAINTS[3]!, [0.05, 0.24, 0.09], [0.24, 0.34, 0.06]], 0.03);
}

/** The same, lighter or darker. */
export function shaded([r, g, b, gloss]: Material, factor: number): Material {
  return [Math.min(1, r * factor), Math.min(1, g * factor), Math.min(1, b * factor), gloss];
}

function varied(rng: Rng, colours: readonly (readonly [number, number, number])[], gloss: number): Material {
  const [r, g, b] = colours[rng.integer(colours.length)]!;
  return shaded([r, g, b, gloss], rng.uniform(0.8, 1.2));
}
