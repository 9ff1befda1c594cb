import { expect, it } from "vitest";
import { didYouMean } from "../../src/data/nearest_name.ts";

const NAMES = ["none", "upsampled", "upsampled-random", "cnn", "1"];

it.each([
  ["upsampeld", "upsampled"],
  ["Upsampled", "upsampled"],
  ["upsampled-rnadom", "upsampled-random"],
  ["CNN", "cnn"],
  ["cn", "cnn"],
])("%s: did you mean %s", (written, name) => {
  expect(didYouMean(written, NAMES)).toBe(` (Did you mean ${name}?)`);
});

it.each(["", "2", "smote", "up", "x".repeat(100_000)])("%.20s is near to nothing", (written) => {
  expect(didYouMean(written, NAMES)).toBe("");
});
