// Plants one small fault after another and sees that the tests notice: npm run mutants [-- --n 10] [--only matmul]

import { count, selected, suite } from "../support/suite.ts";
import { MUTANTS } from "./mutants.ts";
import { MutantLab } from "./run.ts";

interface Options extends Record<string, unknown> {
  readonly n: number;
  readonly only?: string;
}

await suite<Options>(
  "mutants",
  "Plants small faults in kernels and gradient rules, one at a time: the tests must catch each",
  (command) =>
    command
      .option("--n <mutants>", "only the first ones", count, MUTANTS.length)
      .option("--only <file>", "only faults in files whose name contains this"),
  async ({ n, only }, tally) => {
    const named = MUTANTS.filter(({ file }) => file.includes(only ?? ""));
    const mutants = selected(named, `--only ${only}: no fault's file has that in its name`).slice(0, n);
    const lab = new MutantLab();
    try {
      for (const tests of new Set(mutants.map((mutant) => mutant.tests))) lab.checkSound(tests);
      for (const mutant of mutants) {
        const caught = await tally.check(mutant.file, () => lab.checkCaught(mutant));
        console.log(`${caught ? "caught" : "MISSED"}  ${mutant.file}: ${mutant.fault}`);
      }
    } finally {
      lab.close();
    }
  },
);
