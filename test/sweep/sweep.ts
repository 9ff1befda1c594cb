import type { Device } from "../../src/gpu/device.ts";
import { checkCase } from "../specs/check.ts";
import { Draw } from "../specs/draw.ts";
import { seedOf } from "../specs/seed.ts";
import type { OpSpec } from "../specs/spec.ts";
import type { Tally } from "../support/suite.ts";

/** Draws for one new case, of which the first that gives a label not seen before counts; ops with few cases repeat some. */
const MOST_DRAWS = 40;

/**
 * Runs `n` drawn cases of an op, different ones for as long as draws find some, and its large ones, on a guarded device: results
 * against the oracle, guard words untouched, no poison in any result.
 */
export async function sweepOp(device: Device, spec: OpSpec, n: number, seed: number, tally: Tally): Promise<void> {
  const seen = new Set<string>();
  for (let i = 0; i < n; i++) {
    const { at, drawn } = drawNew(spec, i, n, seed, seen);
    seen.add(drawn.label);
    await tally.check(`${spec.name} ${drawn.label} (draw ${at})`, () => checkCase(device, drawn));
  }
  for (const [i, make] of (spec.large ?? []).entries()) {
    const large = make();
    await tally.check(`${spec.name} ${large.label} (large ${i})`, () => checkCase(device, large));
  }
}

/** The i-th case of a seed: draw i, or where its label was seen draw n + i, 2 n + i and so on. */
export function drawNew(spec: OpSpec, i: number, n: number, seed: number, seen: ReadonlySet<string>) {
  for (let again = 0; ; again++) {
    const at = seedOf(spec.name, again * n + i, seed);
    const drawn = spec.draw(new Draw(at));
    if (!seen.has(drawn.label) || again === MOST_DRAWS - 1) return { at, drawn };
  }
}
