/**
 * Long-tailed subsets and their classical cures, as index lists into a training set; the test set is never touched.
 * Class c keeps ceil(n * C^c) pictures, n the largest class's count, drawn without replacement with a fixed seed
 * (Mankikar, Patel and Zhang, "Re-Balancing of Long-Tailed Datasets Using CGAN Generation").
 */
import { checkArray, checkWhole, shown } from "../autograd/arguments.ts";
import { DataError, UsageError } from "../errors.ts";
import { Rng } from "../kernels/random/philox.ts";
import { classCounts, classCountsAt, indicesByClass } from "./dataset.ts";
import { isPlainText, showValue } from "./plain_text.ts";

/** Philox streams of the three draws; the class is added. */
const KEEP_STREAM = 0x6c74_0000;
const UNDERSAMPLE_STREAM = 0x6c74_1000;
const OVERSAMPLE_STREAM = 0x6c74_2000;

/** An imbalance C as an exact fraction of 0 < C <= 1, so that no ceil falls on the wrong side of a whole number. */
export interface Imbalance {
  text: string;
  numerator: bigint;
  denominator: bigint;
}

/** The paper's two settings, by the names its results use. */
const NAMED: ReadonlyMap<string, string> = new Map([
  ["low_unbalanced", "7/9"],
  ["high_unbalanced", "1/2"],
]);

/**
 * Reads "7/9", "0.5", "1", or the paper's names low_unbalanced (7/9) and high_unbalanced (1/2). Throws UsageError unless
 * 0 < C <= 1.
 */
export function parseImbalance(text: string): Imbalance {
  const plain = NAMED.get(text) ?? (typeof text === "string" && isPlainText(text) ? text.trim() : "");
  const fraction = /^(\d{1,9}) *\/ *(\d{1,9})$/.exec(plain);
  const decimal = /^(\d{0,9})(?:\.(\d{0,9}))?$/.exec(plain);
  let numerator = 0n;
  let denominator = 0n;
  if (fraction) {
    numerator = BigInt(fraction[1]!);
    denominator = BigInt(fraction[2]!);
  } else if (decimal && /\d/.test(plain)) {
    const digits = decimal[2] ?? "";
    numerator = BigInt(`0${decimal[1]!}${digits}`);
    denominator = 10n ** BigInt(digits.length);
  }
  if (numerator <= 0n || denominator <= 0n || numerator > denominator) {
    throw new UsageError(
      `imbalance: ${showValue(text)} is not a ratio above 0 and up to 1; give one such as 7/9, 1/2, 0.5 or 1`,
    );
  }
  return { text: plain, numerator, denominator };
}

/** ceil(n * C^power), exactly. */
function ceilScaled(n: number, { numerator, denominator }: Imbalance, power: number): number {
  const bottom = denominator ** BigInt(power);
  return Number((BigInt(n) * numerator ** BigInt(power) + bottom - 1n) / bottom);
}

/**
 * Pictures that each class keeps: min(own count, max(least, ceil(n * C^c))), n being the largest count. On a balanced set
 * and with `least` 0 that is the paper's formula.
 * Throws UsageError.
 */
export function longTailCounts(counts: readonly number[], imbalance: Imbalance, least = 0): number[] {
  checkArray("longTail", "counts", counts);
  for (const count of counts) checkWhole("longTail", "a count", count, 0);
  checkWhole("longTail", "the least count of a class", least, 0);
  if (typeof imbalance?.numerator !== "bigint" || typeof imbalance.denominator !== "bigint") {
    throw new UsageError(`longTail: the imbalance is ${shown(imbalance)}; make it with parseImbalance()`);
  }
  const largest = Math.max(0, ...counts);
  return counts.map((count, c) => Math.min(count, Math.max(least, ceilScaled(largest, imbalance, c))));
}

/**
 * The long-tailed set: indices into the training set, ascending; which ones is fixed by the seed.
 * Throws UsageError, DataError.
 */
export function longTail(
  labels: Uint8Array,
  classes: number,
  imbalance: Imbalance,
  seed: number,
  least = 0,
): Uint32Array<ArrayBuffer> {
  return keepPerClass(labels, classes, longTailCounts(classCounts(labels, classes), imbalance, least), seed);
}

/** Indices of `counts[c]` pictures of each class c, drawn without replacement, ascending; all where a class has fewer. */
export function keepPerClass(
  labels: Uint8Array,
  classes: number,
  counts: readonly number[],
  seed: number,
): Uint32Array<ArrayBuffer> {
  const own = indicesByClass(labels, classes);
  const kept = own.map((list, c) => draw(list, Math.min(list.length, counts[c] ?? 0), new Rng(seed, KEEP_STREAM + c)));
  return concatenate(kept).sort();
}

/**
 * Random undersampling (RU): of the pictures at `indices`, every class cut to the smallest class's count; ascending.
 * Throws DataError if a class has none.
 */
export function downsampled(
  labels: Uint8Array,
  indices: Uint32Array,
  classes: number,
  seed: number,
): Uint32Array<ArrayBuffer> {
  const own = splitByClass(labels, indices, classes, "downsampled");
  const least = Math.min(...own.map((list) => list.length));
  return concatenate(own.map((list, c) => draw(list, least, new Rng(seed, UNDERSAMPLE_STREAM + c)))).sort();
}

/**
 * Oversampling as the paper does it: every class repeated in order, index mod count, up to the largest class's count.
 * Class by class, so shuffle before batching. Throws DataError if a class has none.
 */
export function upsampledCyclic(labels: Uint8Array, indices: Uint32Array, classes: number): Uint32Array<ArrayBuffer> {
  const own = splitByClass(labels, indices, classes, "upsampled");
  const most = Math.max(...own.map((list) => list.length));
  return concatenate(own.map((list) => Uint32Array.from({ length: most }, (_, i) => list[i % list.length]!)));
}

/**
 * Random oversampling (RO) as in the literature: every class keeps its pictures and is filled up to the largest class's
 * count by draws with replacement. Class by class. Throws DataError if a class has none.
 */
export function upsampledRandom(
  labels: Uint8Array,
  indices: Uint32Array,
  classes: number,
  seed: number,
): Uint32Array<ArrayBuffer> {
  const own = splitByClass(labels, indices, classes, "upsampled");
  const most = Math.max(...own.map((list) => list.length));
  return concatenate(
    own.map((list, c) => {
      const rng = new Rng(seed, OVERSAMPLE_STREAM + c);
      return Uint32Array.from({ length: most }, (_, i) => list[i < list.length ? i : rng.integer(list.length)]!);
    }),
  );
}

/** Synthetic pictures that each class needs to reach the largest class's count, from the real counts. */
export function syntheticPlan(counts: readonly number[]): number[] {
  const most = Math.max(0, ...counts);
  return counts.map((count) => most - count);
}

/** The label of every synthetic picture of a plan, class by class. */
export function syntheticLabels(plan: readonly number[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(plan.flatMap((count, c) => new Array<number>(count).fill(c)));
}

/** The pictures at `indices` by class, each list in the order given. */
function splitByClass(labels: Uint8Array, indices: Uint32Array, classes: number, what: string): Uint32Array[] {
  const lists = classCountsAt(labels, indices, classes).map((count) => new Uint32Array(count));
  const empty = lists.findIndex((list) => list.length === 0);
  if (empty >= 0) {
    throw new DataError(
      `${what}: class ${empty} has no pictures, so there is nothing to balance it with; leave it out`,
    );
  }
  const filled = new Array<number>(classes).fill(0);
  for (const index of indices) {
    const label = labels[index]!;
    lists[label]![filled[label]!++] = index;
  }
  return lists;
}

function draw(list: Uint32Array, count: number, rng: Rng): Uint32Array {
  return rng.sampleWithoutReplacement(list.length, count).map((position) => list[position]!);
}

function concatenate(lists: readonly Uint32Array[]): Uint32Array<ArrayBuffer> {
  const out = new Uint32Array(lists.reduce((sum, list) => sum + list.length, 0));
  let offset = 0;
  for (const list of lists) {
    out.set(list, offset);
    offset += list.length;
  }
  return out;
}

/** Counts by class of a long-tailed set, straight from labels. */
export function longTailCountsOf(labels: Uint8Array, classes: number, imbalance: Imbalance): number[] {
  return longTailCounts(classCounts(labels, classes), imbalance);
}
