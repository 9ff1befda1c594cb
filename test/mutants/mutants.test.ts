import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { MUTANTS } from "./mutants.ts";
import { MutantLab } from "./run.ts";

it("each fault has its place in the sources", () => {
  for (const { file, find } of MUTANTS) {
    expect(readFileSync(file, "utf8").split(find).length - 1, `${file}: ${find}`).toBe(1);
  }
});

// `npm run mutants` plants them all.
it("two planted faults are caught", { timeout: 300_000 }, () => {
  const lab = new MutantLab();
  try {
    for (const file of ["src/kernels/argmax/argmax.wgsl", "src/autograd/gather_parts.ts"]) {
      lab.checkCaught(MUTANTS.find((mutant) => mutant.file === file)!);
    }
  } finally {
    lab.close();
  }
});
