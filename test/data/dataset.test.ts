import { describe, expect, it } from "vitest";
import {
  checkDataset,
  classCounts,
  classCountsAt,
  type ImageDataset,
  indicesByClass,
  subset,
} from "../../src/data/dataset.ts";
import { DataError } from "../../src/errors.ts";

const labels = Uint8Array.of(2, 0, 1, 2, 2);
const images = Uint8Array.from({ length: 20 }, (_, i) => i);

describe("dataset helpers", () => {
  it("counts classes, also at indices with repeats", () => {
    expect(classCounts(labels, 4)).toEqual([1, 1, 3, 0]);
    expect(classCountsAt(labels, Uint32Array.of(1, 1, 4), 3)).toEqual([2, 0, 1]);
    expect(() => classCounts(labels, 2)).toThrow("labels: label 2 at position 0, but labels must be 0..1");
  });

  it("lists indices by class and copies subsets in order", () => {
    expect(indicesByClass(labels, 3).map((l) => [...l])).toEqual([[1], [2], [0, 3, 4]]);
    const part = subset({ images, labels }, Uint32Array.of(3, 0), 4);
    expect([...part.images]).toEqual([12, 13, 14, 15, 0, 1, 2, 3]);
    expect([...part.labels]).toEqual([2, 2]);
    expect(() => subset({ images, labels }, Uint32Array.of(5), 4)).toThrow(DataError);
  });

  it("checks that parts agree", () => {
    const good: ImageDataset = {
      name: "toy",
      classNames: ["a", "b", "c"],
      classes: 3,
      height: 2,
      width: 2,
      channels: 1,
      train: { images, labels },
      test: { images, labels },
    };
    expect(() => checkDataset(good)).not.toThrow();
    expect(() => checkDataset({ ...good, classes: 2 })).toThrow(/3 class names for 2 classes/);
    expect(() => checkDataset({ ...good, width: 3 })).toThrow(/toy train: 20 image bytes for 5 labels of 2x3/);
    expect(() => checkDataset({ ...good, classes: 2, classNames: ["a", "b"] })).toThrow(DataError);
  });
});
