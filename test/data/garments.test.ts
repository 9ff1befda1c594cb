import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { checkDataset, classCounts, FASHION_CLASS_NAMES } from "../../src/data/dataset.ts";
import { drawGarment, garments } from "../../src/data/garments.ts";
import { UsageError } from "../../src/errors.ts";

const PIXELS = 784;
const set = garments({ seed: 3, trainPerClass: 40, testPerClass: 10 });

/** Mean picture of each class of the training split. */
function means(): Float64Array[] {
  const out = Array.from({ length: 10 }, () => new Float64Array(PIXELS));
  set.train.labels.forEach((label, i) => {
    for (let p = 0; p < PIXELS; p++) out[label]![p]! += set.train.images[i * PIXELS + p]! / 40;
  });
  return out;
}

describe("garments", () => {
  it("is a sound, balanced data set with Fashion-MNIST's classes", () => {
    expect(() => checkDataset(set)).not.toThrow();
    expect(set.classNames).toEqual(FASHION_CLASS_NAMES);
    expect([set.height, set.width, set.channels, set.classes]).toEqual([28, 28, 1, 10]);
    expect(classCounts(set.train.labels, 10)).toEqual(new Array(10).fill(40));
    expect(classCounts(set.test.labels, 10)).toEqual(new Array(10).fill(10));
  });

  it("is a function of the seed; a smaller set begins a larger one; splits and seeds differ", () => {
    const again = garments({ seed: 3, trainPerClass: 5, testPerClass: 1 });
    expect(again.train.images).toEqual(set.train.images.slice(0, 50 * PIXELS));
    expect(again.test.images).toEqual(set.test.images.slice(0, 10 * PIXELS));
    expect(set.test.images.slice(0, PIXELS)).not.toEqual(set.train.images.slice(0, PIXELS));
    const other = garments({ seed: 4, trainPerClass: 1, testPerClass: 1 });
    expect(other.train.images).not.toEqual(set.train.images.slice(0, 10 * PIXELS));
  });

  it("draws bright garments on black, inside the frame, no two alike", () => {
    const seen = new Set<string>();
    for (let i = 0; i < set.train.labels.length; i++) {
      const image = set.train.images.subarray(i * PIXELS, (i + 1) * PIXELS);
      const lit = image.filter((value) => value > 25).length;
      expect(lit, `picture ${i} of class ${set.train.labels[i]}`).toBeGreaterThan(25);
      expect(lit).toBeLessThan(560);
      expect(image[0]! + image[27]! + image[PIXELS - 28]! + image[PIXELS - 1]!).toBeLessThan(60);
      seen.add(createHash("sha1").update(image).digest("hex"));
    }
    expect(seen.size).toBe(set.train.labels.length);
  });

  it("is honest: nearest class mean does far better than chance and far worse than perfect", () => {
    const centres = means();
    let right = 0;
    set.test.labels.forEach((label, i) => {
      const distances = centres.map((mean) =>
        mean.reduce((sum, value, p) => sum + (value - set.test.images[i * PIXELS + p]!) ** 2, 0),
      );
      if (distances.indexOf(Math.min(...distances)) === label) right++;
    });
    expect(right).toBeGreaterThan(40);
    expect(right).toBeLessThan(85);
  });

  it("refuses labels, sizes and seeds it cannot draw", () => {
    expect(() => drawGarment(1, 0, 10, 0, new Uint8Array(PIXELS))).toThrow("garments: label 10 is not one of 0..9");
    expect(() => garments({ trainPerClass: 0 })).toThrow(UsageError);
    expect(() => garments({ testPerClass: 1.5 })).toThrow(/testPerClass is 1.5/);
    expect(() => garments({ seed: -1, trainPerClass: 1, testPerClass: 1 })).toThrow(UsageError);
  });
});
