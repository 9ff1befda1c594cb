/** What every failure has in common: it is told in one line, the checkpoint stays sound, and the same command goes on. */
import assert from "node:assert/strict";
import type { Ended } from "../cli/built.ts";
import { type Kind, newest, type Site, stepsMeasured } from "../support/runs.ts";
import type { Tally } from "../support/suite.ts";

/** Steps between the checkpoints of runs that are to fail. */
export const EVERY = 3;

/** How a run that failed ends. */
export interface Failure {
  readonly code: number;
  readonly message: RegExp;
}

/**
 * Throws unless the run ended with the failure, kept a checkpoint that can be loaded, lost no more steps than lie between two,
 * and, after `mend`, goes on to the same end. False if it was over before it failed.
 */
export async function expectRecovery(
  site: Site,
  kind: Kind,
  run: string,
  end: Ended,
  { code, message }: Failure,
  mend: () => void = () => {},
): Promise<boolean> {
  if (end.code !== 0) {
    assert.equal(end.code, code, `exit code ${end.code}: ${end.stderr}`);
    const errors = end.stderr.split("\n").filter((line) => line.startsWith("error: "));
    assert.match(errors.join(), message, `not the error that it should be: ${errors.join()}`);
    const { checkpoint, warnings } = newest(run);
    assert.deepEqual(warnings, [], "warnings of damage");
    const lost = stepsMeasured(run) - (checkpoint?.step ?? 0);
    assert.ok(lost <= EVERY, `${lost} steps lost, with a checkpoint every ${EVERY}`);
    mend();
    await site.finish(kind, run, { from: checkpoint?.step });
  }
  await site.expectSame(kind, run);
  return end.code !== 0;
}

/** One run that is to fail, and what it is about. */
interface Strike {
  readonly what: string;
  /** False if the run was over before it failed. */
  readonly run: () => Promise<boolean>;
}

/** Lets runs fail, of the kinds in turn, until `n` have: those that were over before are checked, but not counted. */
export async function strike(
  tally: Tally,
  n: number,
  kinds: readonly Kind[],
  next: (kind: Kind, i: number) => Strike,
): Promise<void> {
  let struck = 0;
  for (let i = 0; struck < n; i++) {
    assert.ok(i < 3 * n + 10, `only ${struck} of ${i} runs failed`);
    const kind = kinds[i % kinds.length]!;
    const { what, run } = next(kind, i);
    const sound = await tally.check(`${kind}: ${what}`, async () => {
      if (await run()) struck++;
    });
    if (!sound) struck++;
  }
}
