import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Device } from "../../src/gpu/device.ts";
import { openNodeDevice } from "../../src/gpu/node_dawn.ts";
import { checkCase } from "./check.ts";
import { Draw } from "./draw.ts";
import { seedOf } from "./seed.ts";
import type { OpSpec } from "./spec.ts";

const DRAWS = 50;
/** Cases under way at a time: the driver compiles the kernels of one while the next is prepared. */
const TOGETHER = 10;
/** Kernels for GPUs take a CPU driver half a second each to compile the first time. */
const LIMIT_MS = 300_000;

/** Tests of drawn calls of some ops, on a device that shows where a kernel strays. */
export function testDrawnCases(specs: readonly OpSpec[]): void {
  let device: Device;
  beforeAll(async () => {
    // With robust access off and guard words behind every storage.
    device = await openNodeDevice({ guarded: true, toggles: ["disable_robustness"] });
  });
  afterAll(() => device.destroy());

  const checkDraw = async (spec: OpSpec, index: number) => {
    const seed = seedOf(spec.name, index);
    const one = spec.draw(new Draw(seed));
    try {
      await checkCase(device, one);
    } catch (error) {
      expect.fail(`${spec.name} ${one.label} (seed ${seed}): ${(error as Error).message}`);
    }
  };

  describe("drawn calls of every op, with gradients, against float64", () => {
    it.each(specs.map((spec) => [spec.name, spec] as const))("%s", { timeout: LIMIT_MS }, async (_, spec) => {
      if (spec.runs?.(device.capabilities) === false) return;
      for (let first = 0; first < DRAWS; first += TOGETHER) {
        await Promise.all(Array.from({ length: TOGETHER }, (_, i) => checkDraw(spec, first + i)));
      }
    });
  });
}
