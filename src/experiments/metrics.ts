import { DataError } from "../errors.ts";

/** Quality of a classifier by its confusion matrix; all in [0, 1], and 0 where a ratio has no denominator. */
export interface ClassMetrics {
  /** Right answers over all. */
  accuracy: number;
  /** Per class: right answers over those that truly are of the class. */
  recall: number[];
  /** Per class: right answers over those that were called so. */
  precision: number[];
  /** Per class: 2PR/(P+R). */
  f1: number[];
  /** Mean of `f1` over the classes. */
  f1Macro: number;
  /** Mean of `f1` weighted by how many truly are of each class. */
  f1Weighted: number;
  /** (product of the recalls)^(1/classes): 0 as soon as one class is never found. */
  gMean: number;
  /** Mean recall of the classes with most training images (the first third), see `headMiddleTail`. */
  headRecall: number;
  middleRecall: number;
  /** Mean recall of the classes with fewest training images (the last third). */
  tailRecall: number;
}

/**
 * Metrics of a confusion matrix `counts[true class][predicted class]`.
 *
 * `trainCounts`, the training images of each class, tell head from tail; without them class 0 is the head's first, as in
 * this project's long-tailed sets.
 *
 * @throws DataError if the matrix is not square, is empty or holds something else than counts
 */
export function classMetrics(
  counts: ArrayLike<ArrayLike<number>>,
  trainCounts: ArrayLike<number> = Array.from({ length: counts.length }, (_, c) => -c),
): ClassMetrics {
  const rows = checkedRows(counts);
  const right = rows.map((row, c) => row[c]!);
  const truly = rows.map(sum);
  const called = rows.map((_, c) => sum(rows.map((row) => row[c]!)));
  const total = sum(truly);

  const recall = right.map((count, c) => ratio(count, truly[c]!));
  const precision = right.map((count, c) => ratio(count, called[c]!));
  // 2PR/(P+R) with P and R written out: one division, so no 0/0 in between.
  const f1 = right.map((count, c) => ratio(2 * count, truly[c]! + called[c]!));
  const { head, middle, tail } = headMiddleTail(trainCounts);
  const meanRecall = (classes: readonly number[]) => mean(classes.map((c) => recall[c]!));
  return {
    accuracy: ratio(sum(right), total),
    recall,
    precision,
    f1,
    f1Macro: mean(f1),
    f1Weighted: ratio(sum(f1.map((value, c) => value * truly[c]!)), total),
    // By logarithms: the product itself underflows with many classes. exp(-Infinity) is 0.
    gMean: Math.exp(mean(recall.map(Math.log))),
    headRecall: meanRecall(head),
    middleRecall: meanRecall(middle),
    tailRecall: meanRecall(tail),
  };
}

/** Class numbers in three groups by how many training images they have. */
export interface ClassGroups {
  head: number[];
  middle: number[];
  tail: number[];
}

/**
 * Splits classes, ordered from most to fewest training images (ties: lower number first), into head and tail of a third
 * each, rounded down but at least one, and the middle: 3, 4 and 3 of ten. A single class is head and tail at once.
 */
export function headMiddleTail(trainCounts: ArrayLike<number>): ClassGroups {
  const order = Array.from(trainCounts, (_, c) => c).sort((a, b) => trainCounts[b]! - trainCounts[a]! || a - b);
  const third = Math.max(1, Math.floor(order.length / 3));
  return { head: order.slice(0, third), middle: order.slice(third, -third), tail: order.slice(-third) };
}

/** Rows of a confusion matrix that lies flat, row by row, as a GPU returns it. @throws DataError on another size */
export function confusionRows(flat: ArrayLike<number>, classes: number): number[][] {
  if (flat.length !== classes * classes) {
    throw new DataError(`confusion matrix: ${flat.length} counts for ${classes} classes, must be ${classes * classes}`);
  }
  return Array.from({ length: classes }, (_, row) =>
    Array.from({ length: classes }, (_, column) => flat[row * classes + column]!),
  );
}

function checkedRows(counts: ArrayLike<ArrayLike<number>>): number[][] {
  const rows = Array.from(counts, (row) => Array.from(row));
  const classes = rows.length;
  if (classes === 0) throw new DataError("confusion matrix: has no class, must have at least one");
  for (const [c, row] of rows.entries()) {
    if (row.length !== classes) {
      throw new DataError(`confusion matrix: row ${c} has ${row.length} counts, must have ${classes}: one per class`);
    }
    const odd = row.find((count) => !Number.isSafeInteger(count) || count < 0);
    if (odd !== undefined) throw new DataError(`confusion matrix: row ${c} holds ${odd}, must hold counts >= 0`);
  }
  return rows;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function mean(values: readonly number[]): number {
  return ratio(sum(values), values.length);
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
