import { afterAll, describe, expect, test } from "vitest";
import { isBuilt } from "../cli/built.ts";
import { Site } from "../support/runs.ts";
import { Tally } from "../support/suite.ts";
import { damages } from "./damage.ts";
import { deviceLosses } from "./device_loss.ts";
import { failingWrites } from "./full_disk.ts";
import { kills } from "./kills.ts";
import { outOfMemory } from "./out_of_memory.ts";

// Windows has no signals.
const skipped = !isBuilt || process.platform === "win32";

describe.skipIf(skipped)("npm run crash, in short (skipped until `npm run build`)", { timeout: 180_000 }, () => {
  const site = new Site(7);
  afterAll(() => site.remove());

  test("killed runs go on and end the same", async () => {
    const tally = new Tally();
    await kills(tally, site, 3, ["cnn"]);
    expect(tally.failed).toBe(0);
  });

  test("a damaged checkpoint is found, and the older one serves", async () => {
    const tally = new Tally();
    await damages(tally, site, { flips: 20, names: ["a missing byte"], kinds: ["cnn"] });
    expect(tally.failed).toBe(0);
  });

  test("a full disk is told, and the run goes on once there is space", async () => {
    const tally = new Tally();
    await failingWrites(tally, site, 2, ["cnn"]);
    expect(tally.failed).toBe(0);
  });

  test("a lost device is told, and a new process goes on", async () => {
    const tally = new Tally();
    await deviceLosses(tally, site, 1, ["cnn"]);
    expect(tally.failed).toBe(0);
  });

  test("too little memory is told with how much was asked for", async () => {
    const tally = new Tally();
    await outOfMemory(tally, site, 1, ["cnn"]);
    expect(tally.failed).toBe(0);
  });
});
