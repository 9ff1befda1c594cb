import { expect, it } from "vitest";
import { cutDataset } from "../../src/data/cut_dataset.ts";
import { classCounts } from "../../src/data/dataset.ts";
import { garments } from "../../src/data/garments.ts";

const dataset = garments({ seed: 3, trainPerClass: 4, testPerClass: 2 });

it("keeps the first images of each class, in their order", () => {
  const { train, test } = cutDataset(dataset, { trainPerClass: 2, testPerClass: 5 });
  expect(classCounts(train.labels, 10)).toEqual(new Array(10).fill(2));
  // The garments' labels go round, so the first two of each class are the first twenty.
  expect(train.labels).toEqual(dataset.train.labels.slice(0, 20));
  expect(train.images).toEqual(dataset.train.images.slice(0, 20 * 784));
  expect(test, "fewer than asked for: all of them").toEqual(dataset.test);
});

it("is the data set itself without sizes", () => expect(cutDataset(dataset, undefined)).toBe(dataset));
