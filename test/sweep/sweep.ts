import type { Device } from "../../src/gpu/device.ts";
import { checkCase } from "../specs/check.ts";
import { Draw } from "../specs/draw.ts";
import { seedOf } from "../specs/seed.ts";
import type { OpSpec } from "../specs/spec.ts";
import type { Tally } from "../support/suite.ts";

/**
 * Runs `n` drawn cases of an op, and its large ones, on a guarded device: results against the oracle, guard words untouched, no
 * poison in any result.
 */
export async function sweepOp(device: Device, spec: OpSpec, n: number, seed: number, tally: Tally): Promise<void> {
  for (let i = 0; i < n; i++) {
    const at = seedOf(spec.name, i, seed);
    const drawn = spec.draw(new Draw(at));
    await tally.check(`${spec.name} ${drawn.label} (draw ${at})`, () => checkCase(device, drawn));
  }
  for (const [i, make] of (spec.large ?? []).entries()) {
    const large = make();
    await tally.check(`${spec.name} ${large.label} (large ${i})`, () => checkCase(device, large));
  }
}
