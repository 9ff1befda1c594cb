import { random, randomSource } from "../support/arrays.ts";
import { Draw } from "./draw.ts";
import { seedOf } from "./seed.ts";
import type { OpSpec, SpecCase } from "./spec.ts";

const STEP = 1e-5;
/** Elements per input that are compared. */
const MOST_SAMPLED = 12;
/** Elements of a case, all inputs together, up to which differences are quick. */
const MOST_ELEMENTS = 2000;
const REDRAWS = 40;

/** The index-th small case of a spec; undefined where many draws in a row gave none. */
export function smallCase(spec: OpSpec, index: number): SpecCase | undefined {
  for (let again = 0; again < REDRAWS; again++) {
    const one = spec.draw(new Draw(seedOf(spec.name, index * REDRAWS + again, 1)));
    if (one.inputs.reduce((total, { data }) => total + data.length, 0) <= MOST_ELEMENTS) return one;
  }
  return undefined;
}

/**
 * Compares the gradient oracle of a case with central differences of its oracle, both for the sum of the result times random g, to
 * 1e-6 relative and absolute, at a sample of elements. Returns how many it compared; throws an Error that names the first wrong one.
 */
export function checkOracleGradient(one: SpecCase, seed: number): number {
  if (!one.gradient) return 0;
  const g = random(one.oracle(...one.inputs).shape, seed, 0.5, 1.5);
  const gradients = one.gradient(g, ...one.inputs);
  const next = randomSource(seed);
  let compared = 0;
  one.inputs.forEach((input, k) => {
    const own = gradients[k];
    if (!own) return;
    if (own.shape.join() !== input.shape.join()) {
      throw new Error(`gradient ${k}: shape [${own.shape.join(", ")}], expected [${input.shape.join(", ")}]`);
    }
    const { length } = input.data;
    const shifted = (at: number, delta: number) => {
      const data = input.data.slice();
      data[at]! += delta;
      return one.oracle(...one.inputs.map((other, j) => (j === k ? { ...other, data } : other))).data;
    };
    for (let s = 0; s < Math.min(length, MOST_SAMPLED); s++) {
      const at = length <= MOST_SAMPLED ? s : Math.floor(next() * length);
      const [above, below] = [shifted(at, STEP), shifted(at, -STEP)];
      let slope = 0;
      for (let i = 0; i < above.length; i++) slope += (g.data[i]! * (above[i]! - below[i]!)) / (2 * STEP);
      const value = own.data[at]!;
      if (!(Math.abs(value - slope) <= 1e-6 + 1e-6 * Math.abs(slope))) {
        throw new Error(`gradient ${k}: element ${at} is ${value}, but the oracle's slope is ${slope}`);
      }
      compared++;
    }
  });
  return compared;
}
