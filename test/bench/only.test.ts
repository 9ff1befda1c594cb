import { expect, it } from "vitest";
import { chosenFirstSteps, onlyProblem } from "../../bench/only.ts";

it("a pattern that matches work or a first step is right, and so is none", () => {
  for (const only of [undefined, /matmul/i, /cgan: first step/i]) expect(onlyProblem({ only })).toBeUndefined();
  expect(chosenFirstSteps(/cgan: first/)).toEqual(["cgan"]);
  expect(onlyProblem({ only: /ladder|naive/i, ladder: true }), "a rung of the ladders").toBeUndefined();
});

it("one that matches nothing is told the names near to it, else all", () => {
  const near = onlyProblem({ only: /^matmul 31x/ })!.split("\n");
  expect(near[0]).toBe("bench: --only ^matmul 31x: no work has such a name; give a pattern that matches one of");
  expect(near).toContain("  matmul 1024x1024x1024");
  expect(near.slice(1, -1).every((name) => name.includes("matmul"))).toBe(true);
  expect(near.at(-1)).toBe("With --ladder and --scaling there is more.");
  const all = onlyProblem({ only: /transformer/ })!;
  expect(all).toContain("\n  matmul 1024x1024x1024\n");
  expect(all).toContain("\n  cnn: first step, start, memory\n");
});
