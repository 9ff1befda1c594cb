import type { Device } from "../src/gpu/device.ts";
import { CannotError, type Contestant, type Work } from "./contestant.ts";
import { type Budget, type Entrant, measure } from "./measure.ts";
import { type Absent, isTimed, type Outcome, type Row } from "./result.ts";
import { enters, type Rival, type RivalName } from "./rivals/rivals.ts";
import { takeVariants } from "./tuning.ts";

/** Who takes part: our device, and each rival or why it could not be started. */
export interface Field {
  readonly device: Device;
  readonly rivals: ReadonlyMap<RivalName, Rival | Absent>;
}

/** Work of one kind, such as the weight gradients, runs at similar rates whatever its size: at most so many times the best yet. */
const RATE_MARGIN = 5;

/** The best rates that each contestant has shown, to tell how long more work must at least take it. */
export class Pace {
  readonly #best = new Map<string, number>();

  note(row: Row): void {
    const { flops, results } = row;
    if (flops === undefined) return;
    for (const [name, outcome] of Object.entries(results)) {
      if (!isTimed(outcome)) continue;
      for (const key of [name, `${name}, ${kindOf(row)}`]) {
        this.#best.set(key, Math.max(this.#best.get(key) ?? 0, flops / outcome.median));
      }
    }
  }

  /** Least milliseconds that the work takes; 0 where nothing is known. */
  leastMs(name: string, work: Pick<Work, "flops" | "group" | "plot">): number {
    const overall = this.#best.get(name);
    if (!overall || !work.flops) return 0;
    const ofKind = this.#best.get(`${name}, ${kindOf(work)}`);
    return work.flops / Math.min(overall, RATE_MARGIN * (ofKind ?? overall));
  }
}

function kindOf({ group, plot }: Pick<Work, "group" | "plot">): string {
  return plot?.chart ?? group;
}

/** Checks and times one piece of work; what goes wrong becomes part of the row. */
export async function rowOf(work: Work, field: Field, budget: Budget, pace: Pace): Promise<Row> {
  const entrants = new Map<string, Entrant>();
  const results: Record<string, Outcome> = {};
  const enter = async (name: string, activate: () => Promise<void>, open: () => Promise<Contestant>) => {
    try {
      await activate();
      const contestant = await open();
      try {
        await contestant.check();
      } catch (error) {
        contestant.dispose();
        throw error;
      }
      entrants.set(name, { contestant, activate });
    } catch (error) {
      results[name] = absenceOf(error);
    }
  };
  for (const [name, open] of Object.entries(work.ours))
    await enter(
      name,
      async () => {},
      () => open(field.device),
    );
  const variants = takeVariants(field.device);
  for (const [name, rival] of field.rivals) {
    if (!enters(name, work)) continue;
    const leastMs = pace.leastMs(name, work);
    if ("status" in rival) results[name] = rival;
    else if (leastMs > budget.longestRunMs) results[name] = tooSlow(leastMs);
    else await enter(name, rival.activate, () => rival.open(work));
  }
  try {
    const timings = await measure(entrants, budget);
    for (const [name, timing] of timings) results[name] = timing;
  } catch (error) {
    for (const name of entrants.keys()) results[name] ??= absenceOf(error);
  } finally {
    for (const { contestant, activate } of entrants.values()) {
      await activate();
      contestant.dispose();
    }
  }
  const { name, group, flops, bytes, samples, plot } = work;
  const order = [...Object.keys(work.ours), ...field.rivals.keys()].filter((who) => who in results);
  const row: Row = {
    name,
    group,
    unit: "ms",
    ...(flops === undefined ? {} : { flops }),
    ...(bytes === undefined ? {} : { bytes }),
    ...(samples === undefined ? {} : { samples }),
    ...(plot === undefined ? {} : { plot }),
    ...(variants === undefined ? {} : { variants }),
    results: Object.fromEntries(order.map((who) => [who, results[who]!])),
  };
  pace.note(row);
  return row;
}

function tooSlow(leastMs: number): Absent {
  const seconds = (leastMs / 1000).toPrecision(2);
  return { status: "skipped", reason: `at the best rate it has shown here a run takes ${seconds} s or more` };
}

/** Why a contestant has no time: the first line of what went wrong. */
export function absenceOf(error: unknown): Absent {
  if (error instanceof CannotError) return { status: "cannot", reason: error.message };
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return { status: "failed", reason: text.split("\n", 1)[0]! };
}
