import { expect, it } from "vitest";
import type { ImageDataset } from "../../../src/data/dataset.ts";
import { testImage } from "../../../src/web/worker/inside.ts";

const none = { images: new Uint8Array(0), labels: new Uint8Array(0) };
const grey = (...levels: number[]) => Uint8Array.from(levels.flatMap((level) => new Array<number>(784).fill(level)));
const DIGITS: ImageDataset = {
  name: "digits",
  classNames: ["zero", "one", "two"],
  classes: 3,
  height: 28,
  width: 28,
  channels: 1,
  train: none,
  test: { images: grey(0, 255, 51, 102), labels: Uint8Array.of(0, 1, 0, 1) },
};

it("a test image of the class, counted round, from -1 to 1", () => {
  const levels = [0, 1, 2].map((at) => testImage(DIGITS, 1, at)[783]);
  expect(levels[0]).toBe(1);
  expect(levels[1]).toBeCloseTo(-0.2, 6);
  expect(levels[2]).toBe(1);
  expect(testImage(DIGITS, 0, 0)).toEqual(new Float32Array(784).fill(-1));
});

it("a class without test images is named", () => {
  expect(() => testImage(DIGITS, 2, 0)).toThrow("digits: no test image of two; take another class");
});
