/** A reproduction ended by SIGKILL anywhere and started again, until it is finished: it ends in the same table. */
import assert from "node:assert/strict";
import { relative } from "node:path";
import { readMatrix } from "../../src/experiments/reproduce/matrix_file_node.ts";
import { rowStates } from "../../src/experiments/reproduce/run_states_node.ts";
import { start } from "../cli/built.ts";
import { lastLine, type Site } from "../support/runs.ts";
import type { Tally } from "../support/suite.ts";

const MATRIX = ["--experiment", "3", "--preset", "smoke", "--gans", "small_mlp_cgan_leaky"];

/** Kills a reproduction `n` times; when it is finished before, the next one begins. */
export async function reproductionKills(tally: Tally, site: Site, n: number): Promise<void> {
  const whole = site.newRun();
  const began = performance.now();
  const { code, stderr } = await begin(site, whole).ended;
  const wholeMs = performance.now() - began;
  assert.equal(code, 0, stderr);
  const expected = tableOf(whole);
  assert.equal(expected.length, 5);
  for (let killed = 0; killed < n; ) {
    const out = site.newRun();
    let finished = false;
    while (!finished) {
      const { child, ended } = begin(site, out);
      const timer = killed < n ? setTimeout(() => child.kill("SIGKILL"), wholeMs * site.random()) : undefined;
      const end = await ended;
      clearTimeout(timer);
      finished = end.code === 0;
      if (finished) break;
      const sound = await tally.check(`reproduce: kill ${++killed} in ${out}`, () => {
        assert.equal(end.code, null, `exit code ${end.code}: ${lastLine(end)}`);
      });
      if (!sound) return;
    }
    await tally.check(`reproduce: ${out} after its kills`, () => assert.deepEqual(tableOf(out), expected));
    site.say(`reproduce: ${killed} killed`);
  }
}

function begin(site: Site, out: string) {
  const data = ["--dataset", "mine", "--data-dir", "data"];
  return start(site.folder, ["reproduce", ...MATRIX, ...data, "--out", relative(site.folder, out)]);
}

/** All that a table shows; seconds differ each time. */
function tableOf(out: string): readonly object[] {
  return rowStates(out, readMatrix(out)).map(({ run, status, summary, gan }) => {
    const { lossD, lossG } = gan?.summary ?? {};
    return { id: run.id, status, evaluation: summary?.evaluation, counts: summary?.trainCounts, lossD, lossG };
  });
}
