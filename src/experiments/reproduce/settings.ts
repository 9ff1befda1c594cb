import { type Imbalance, parseImbalance } from "../../data/long_tail.ts";

/** The paper's experiments; a row may belong to several. */
export const EXPERIMENTS = [1, 2, 3] as const;
export type Experiment = (typeof EXPERIMENTS)[number];

/** One long-tailed set. */
export interface Setting {
  /** The paper's name, or the imbalance itself where the paper has none. */
  readonly name: string;
  /** In lowest terms, as run folders keep it: "7/9", "1/2"; "1" for the full set. */
  readonly imbalance: string;
}

export const ORIGINAL: Setting = { name: "original", imbalance: "1" };
export const LOW: Setting = { name: "low_unbalanced", imbalance: "7/9" };
export const HIGH: Setting = { name: "high_unbalanced", imbalance: "1/2" };
const NAMED = [ORIGINAL, LOW, HIGH];

/** The setting of an imbalance; equal ratios are one setting, however they are written. */
export function settingOf(text: string): Setting {
  const ratio = inLowestTerms(parseImbalance(text));
  return NAMED.find(({ imbalance }) => imbalance === ratio) ?? { name: ratio, imbalance: ratio };
}

/** "3/5" for 0.6, "1" for 1. */
function inLowestTerms({ numerator, denominator }: Imbalance): string {
  let [divisor, rest] = [denominator, numerator];
  while (rest > 0n) [divisor, rest] = [rest, divisor % rest];
  return denominator === divisor ? String(numerator / divisor) : `${numerator / divisor}/${denominator / divisor}`;
}

/** Part of a row in the paper's plan: which experiments show a setting as it is, and which its rebalancings. */
export function experimentsOf(setting: Setting, rebalanced: boolean): Experiment[] {
  if (setting.name === ORIGINAL.name) return rebalanced ? [] : [1, 2, 3];
  const own: Experiment[] = setting.name === LOW.name ? [2] : setting.name === HIGH.name ? [3] : [];
  return rebalanced || own.length === 0 ? own : [1, ...own];
}

/** Table 1's order of settings; others come behind it. */
export function settingPlace(name: string): number {
  const place = NAMED.findIndex((setting) => setting.name === name);
  return place < 0 ? NAMED.length : place;
}
