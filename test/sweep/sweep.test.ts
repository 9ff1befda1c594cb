import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Device } from "../../src/gpu/device.ts";
import { openNodeDevice } from "../../src/gpu/node_dawn.ts";
import { SPECS } from "../specs/index.ts";
import { Tally } from "../support/suite.ts";
import { sweepOp } from "./sweep.ts";

/** The command `npm run sweep` draws 500; here it must be quick. */
const CASES = 6;

let device: Device;
beforeAll(async () => {
  device = await openNodeDevice({ guarded: true, toggles: ["disable_robustness"] });
});
afterAll(() => device.destroy());

describe("random shapes on a guarded device, robust access off", () => {
  it.each(SPECS.map((spec) => [spec.name, spec] as const))("%s", async (_, spec) => {
    if (spec.runs?.(device.capabilities) === false) return;
    const tally = new Tally();
    await sweepOp(device, { ...spec, large: [] }, CASES, 2, tally);
    expect(tally.failed, String(tally)).toBe(0);
  });
});
