import type { Device } from "../src/gpu/device.ts";
import { type Ceilings, measureCeilings } from "../src/kernels/ceiling/ceiling.ts";
import type { Work } from "./contestant.ts";
import { FULL, QUICK } from "./measure.ts";
import type { Absent, Row } from "./result.ts";
import { openRival, type Rival, type RivalName } from "./rivals/rivals.ts";
import { absenceOf, Pace, rowOf } from "./rows.ts";

/** What a run of the benchmark is told while it goes on. */
export interface Listener {
  ceilings(ceilings: Ceilings): void | Promise<void>;
  /** Work begins; `place` counts from 1. */
  begin(work: string, place: number, count: number): void | Promise<void>;
  row(row: Row): void | Promise<void>;
}

/** What a run is about. */
export interface Session {
  readonly device: Device;
  readonly works: readonly Work[];
  readonly rivals: readonly RivalName[];
  /** Where tfjs's .wasm files lie. */
  readonly wasmFolder: string;
  readonly quick: boolean;
}

/** Measures the ceilings, starts the rivals, and does all the work, everybody in turns. */
export async function runSession(
  { device, works, rivals, wasmFolder, quick }: Session,
  listener: Listener,
): Promise<void> {
  await listener.ceilings(await measureCeilings(device));
  const opened = new Map<RivalName, Rival | Absent>();
  try {
    for (const name of rivals) opened.set(name, await openRival(name, wasmFolder).catch(absenceOf));
    const pace = new Pace();
    for (const [i, work] of works.entries()) {
      await listener.begin(work.name, i + 1, works.length);
      await listener.row(await rowOf(work, { device, rivals: opened }, quick ? QUICK : FULL, pace));
    }
  } finally {
    for (const rival of opened.values()) if ("close" in rival) rival.close();
  }
}
