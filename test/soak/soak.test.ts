import { describe, expect, it } from "vitest";
import { isBuilt } from "../cli/built.ts";
import { testDevice } from "../support/device.ts";
import { Tally } from "../support/suite.ts";
import { starts } from "./starts.ts";
import { compileAndDestroy, longTraining, slope } from "./training.ts";

describe("npm run soak, in short", { timeout: 180_000 }, () => {
  it("training makes nothing after warm-up and frees all it had", async () => {
    const tally = new Tally();
    await longTraining(tally, await testDevice(), 60);
    expect(tally).toMatchObject({ passed: 4, failed: 0 });
  });

  it("compiled steps that are destroyed leave nothing alive", async () => {
    const tally = new Tally();
    await compileAndDestroy(tally, await testDevice(), 20);
    expect(tally).toMatchObject({ passed: 1, failed: 0 });
  });

  it.skipIf(!isBuilt)("the command comes back to the prompt (skipped until `npm run build`)", async () => {
    const tally = new Tally();
    await starts(tally, 7);
    expect(tally).toMatchObject({ passed: 7, failed: 0 });
  });

  it("measures slopes by least squares", () => {
    expect(
      slope([
        [0, 5],
        [1, 8],
        [2, 11],
      ]),
    ).toBeCloseTo(3, 12);
    expect(
      slope([
        [10, 1],
        [20, 3],
        [30, 2],
      ]),
    ).toBeCloseTo(0.05, 12);
  });
});
