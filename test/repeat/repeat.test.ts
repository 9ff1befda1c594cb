import { afterAll, describe, expect, test } from "vitest";
import { isBuilt } from "../cli/built.ts";
import { KINDS, Site } from "../support/runs.ts";
import { Tally } from "../support/suite.ts";
import { repeatAll } from "./repeat.ts";

// Windows has no signal that asks a process to stop.
const skipped = !isBuilt || process.platform === "win32";

describe.skipIf(skipped)("npm run repeat, in short (skipped until `npm run build`)", { timeout: 180_000 }, () => {
  const site = new Site(7);
  afterAll(() => site.remove());

  test.each(KINDS)("train %s: the same files from run to run, and interrupted and resumed", async (kind) => {
    const tally = new Tally();
    await repeatAll(tally, site, { n: 1, cuts: 1, kinds: [kind] });
    expect(tally).toMatchObject({ passed: 2, failed: 0 });
  });
});
