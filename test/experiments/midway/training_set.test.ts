import { expect, it } from "vitest";
import { type MidwayRowName, midwayTrainingSet } from "../../../src/experiments/midway/training_set.ts";

const COUNTS = [100, 50, 25, 10, 10, 10, 10, 10];
const PIXELS = 3;

/** `perClass` one-pixel views of each class; the first byte tells the place in the set. */
function views(perClass: number) {
  const labels = Uint8Array.from({ length: 8 * perClass }, (_, i) => Math.floor(i / perClass));
  const images = Uint8Array.from({ length: labels.length * PIXELS }, (_, i) => Math.floor(i / PIXELS) % 256);
  return { images, labels };
}

const VIEWS = { classes: 8, train: views(100), validation: views(1), generated: views(60) };
const make = (row: MidwayRowName, seed = 1) => midwayTrainingSet(VIEWS, { side: 1, counts: COUNTS }, row, seed);
const zeros = COUNTS.map(() => 0);

it.each([
  ["balanced", COUNTS.map(() => 100), zeros],
  ["imbalanced", COUNTS, zeros],
  ["undersampled", COUNTS.map(() => 10), zeros],
  ["oversampled", COUNTS.map(() => 100), zeros],
  // Sixty for each class are there.
  ["generated", COUNTS, [0, 50, 60, 60, 60, 60, 60, 60]],
] as const)("%s: the report's counts", (row, real, synthetic) => {
  const { set, counts, tailCounts } = make(row);
  expect(counts).toEqual({ real, synthetic });
  expect(tailCounts).toEqual(COUNTS);
  expect(set.labels).toHaveLength([...real, ...synthetic].reduce((a, b) => a + b, 0));
  expect(set.images).toHaveLength(set.labels.length * PIXELS);
});

it("resampled rows hold views of the imbalanced set only", () => {
  const places = (row: MidwayRowName) => {
    const { images, labels } = make(row).set;
    return new Set([...labels].map((label, i) => `${label} ${images[i * PIXELS]}`));
  };
  const tail = places("imbalanced");
  expect(tail.size).toBe(225);
  expect(places("oversampled")).toEqual(tail);
  expect([...places("undersampled")].every((view) => tail.has(view))).toBe(true);
});

it("the seed draws the views that are kept", () => {
  expect(make("imbalanced", 2)).toEqual(make("imbalanced", 2));
  expect(make("imbalanced", 2).set.images).not.toEqual(make("imbalanced", 3).set.images);
});
