/** What a garment is made of: brightness, folds and a pattern, as a shader over garment coordinates. */
import type { Rng } from "../../kernels/random/philox.ts";
import type { Shader } from "./raster.ts";

export type Pattern = "plain" | "stripes" | "pinstripes" | "checks" | "knit" | "print" | "blocks" | "dots" | "denim";

/** A pattern drawn by weight; patterns that are not named are never drawn. */
export type PatternWeights = Partial<Record<Pattern, number>>;

/** Cloth as a shader, with darker and lighter versions of itself for seams, ribs, soles and trims. */
export interface Cloth {
  base: number;
  pattern: Pattern;
  shade: Shader;
  /** The plain cloth (folds, no pattern) times a factor. */
  tone(factor: number): Shader;
  /** A colour that stands out on this cloth: dark on bright, bright on dark. */
  contrast(strength: number): Shader;
}

function pick(rng: Rng, weights: PatternWeights): Pattern {
  const entries = Object.entries(weights) as [Pattern, number][];
  let left = rng.uniform() * entries.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [pattern, weight] of entries) {
    left -= weight;
    if (left < 0) return pattern;
  }
  return "plain";
}

/** How a pattern multiplies the brightness, at most by about 1 +- contrast. */
function patternShader(rng: Rng, pattern: Pattern): Shader {
  const contrast = rng.uniform(0.2, 0.6);
  const phase = rng.uniform(0, 6.28);
  const phase2 = rng.uniform(0, 6.28);
  switch (pattern) {
    case "plain":
      return () => 1;
    case "stripes": {
      const frequency = rng.uniform(9, 24);
      const duty = rng.uniform(-0.5, 0.5);
      return (_, y) => (Math.sin(frequency * y + phase) > duty ? 1 : 1 - contrast);
    }
    case "pinstripes": {
      const frequency = rng.uniform(12, 26);
      return (x) => 1 - contrast * 0.5 * (1 + Math.sin(frequency * x + phase));
    }
    case "checks": {
      const frequency = rng.uniform(10, 20);
      return (x, y) => {
        const across = Math.sin(frequency * x + phase) > 0.2 ? 0.5 : 0;
        const along = Math.sin(frequency * y + phase2) > 0.2 ? 0.5 : 0;
        return 1 - contrast * (across + along);
      };
    }
    case "knit": {
      const frequency = rng.uniform(26, 44);
      return (x, y) => 1 - contrast * 0.3 * (1 + Math.sin(frequency * x + phase) * Math.sin(frequency * 0.6 * y));
    }
    case "print": {
      const centreX = rng.uniform(-0.12, 0.12);
      const centreY = rng.uniform(-0.35, 0.1);
      const width = rng.uniform(0.12, 0.3);
      const height = rng.uniform(0.08, 0.28);
      const rough = rng.uniform(8, 20);
      return (x, y) => {
        const dx = (x - centreX) / width;
        const dy = (y - centreY) / height;
        const inside = dx * dx + dy * dy < 1 + 0.6 * Math.sin(rough * x + phase) * Math.sin(rough * y + phase2);
        return inside ? 1 - contrast * 1.3 : 1;
      };
    }
    case "blocks": {
      const edge = rng.uniform(-0.4, 0.4);
      const upper = rng.chance(0.5);
      return (_, y) => (y < edge === upper ? 1 : 1 - contrast);
    }
    case "dots": {
      const frequency = rng.uniform(14, 24);
      return (x, y) =>
        Math.sin(frequency * x + phase) * Math.sin(frequency * y + phase2) > 0.35 ? 1 - contrast * 1.2 : 1;
    }
    case "denim": {
      const frequency = rng.uniform(2, 4);
      return (x, y) => 1 - contrast * 0.4 * (1 + Math.cos(frequency * y + phase) * Math.cos(5 * x));
    }
  }
}

/** Draws a cloth: brightness of [low, high], two slow folds, a pattern by weight. */
export function makeCloth(rng: Rng, weights: PatternWeights, low = 0.3, high = 1): Cloth {
  const base = rng.uniform(low, high);
  const pattern = pick(rng, weights);
  const figure = patternShader(rng, pattern);
  const depth = rng.uniform(0.02, 0.13);
  const acrossX = rng.uniform(3, 9);
  const acrossY = rng.uniform(-3, 3);
  const phase = rng.uniform(0, 6.28);
  const lightX = rng.uniform(-0.12, 0.12);
  const lightY = rng.uniform(-0.12, 0.12);
  const plain: Shader = (x, y) =>
    base * (1 + depth * Math.sin(acrossX * x + acrossY * y + phase) + lightX * x + lightY * y);
  const turn = base > 0.55 ? -1 : 1;
  return {
    base,
    pattern,
    shade: (x, y) => plain(x, y) * figure(x, y),
    tone: (factor) => (x, y) => plain(x, y) * factor,
    contrast: (strength) => (x, y) => plain(x, y) + turn * strength,
  };
}
