import { expect, test } from "vitest";
import { Pace } from "../../src/cli/pace.ts";

test("the first update is where the work stood at the start, not progress", () => {
  const pace = new Pace();
  expect(pace.rate()).toBeUndefined();
  pace.add(1000, 0);
  expect(pace.rate()).toBeUndefined();
  expect(pace.secondsLeft(2000)).toBeUndefined();
  pace.add(1010, 2000);
  expect(pace.rate()).toBe(5);
  expect(pace.secondsLeft(1060)).toBe(10);
});

test("a machine that slows down is followed within half a minute", () => {
  const pace = new Pace();
  for (let second = 0; second <= 100; second++) pace.add(second * 100, second * 1000);
  for (let second = 1; second <= 40; second++) pace.add(10_000 + second, 100_000 + second * 1000);
  expect(pace.rate()).toBeCloseTo(1, 5);
});

test("neither a total of zero nor time that stands still gives a number", () => {
  const pace = new Pace();
  pace.add(0, 5);
  pace.add(3, 5);
  expect(pace.rate()).toBeUndefined();
  pace.add(4, 1005);
  expect(pace.secondsLeft(0)).toBeUndefined();
});
