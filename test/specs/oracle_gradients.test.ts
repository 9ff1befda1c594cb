import { describe, expect, it } from "vitest";
import { array } from "../support/arrays.ts";
import { SPECS } from "./index.ts";
import { checkOracleGradient, smallCase } from "./oracle_gradient.ts";
import type { SpecCase } from "./spec.ts";

const DRAWS = 15;

describe("gradient oracles agree with central differences of the oracles", () => {
  it.each(SPECS.map((spec) => [spec.name, spec] as const))("%s", (_, spec) => {
    let small = 0;
    let withGradient = 0;
    let compared = 0;
    for (let i = 0; i < DRAWS; i++) {
      const one = smallCase(spec, i);
      if (!one) continue;
      small++;
      if (one.gradient && one.inputs.some(({ data, dtype }) => dtype === "f32" && data.length > 0)) withGradient++;
      try {
        compared += checkOracleGradient(one, i);
      } catch (error) {
        expect.fail(`${spec.name} ${one.label} (draw ${i}): ${(error as Error).message}`);
      }
    }
    expect(small, "small cases").toBeGreaterThan(0);
    if (withGradient > 0) expect(compared, "compared elements").toBeGreaterThan(0);
  });
});

it("a wrong gradient oracle is noticed", () => {
  const square: SpecCase = {
    label: "",
    inputs: [array([1, 2], [2])],
    op: (x) => x!,
    oracle: (x) => ({ ...x!, data: x!.data.map((v) => v * v) }),
    gradient: (g, x) => [{ ...x!, data: x!.data.map((v, i) => g.data[i]! * 2 * v) }],
  };
  expect(checkOracleGradient(square, 1)).toBe(2);
  const wrong = { ...square, oracle: (x?: (typeof square.inputs)[0]) => ({ ...x!, data: x!.data.map((v) => v ** 3) }) };
  expect(() => checkOracleGradient(wrong, 1)).toThrow("gradient 0: element 0 is");
});
