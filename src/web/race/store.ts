import { computed, effect, signal } from "@preact/signals";
import type { Evaluation } from "../../experiments/evaluation.ts";
import { ask, onLoss } from "../client.ts";
import { loadData } from "../data_store.ts";
import { settings } from "../train/store.ts";
import type { Lane, RaceEvent } from "../worker/race.ts";
import type { Counts } from "../worker/training/events.ts";

/** One classifier of the race. */
export interface LaneState {
  readonly counts?: Counts;
  readonly evaluation?: Evaluation;
  /** The last measure, on more of the test set. */
  readonly atEnd?: boolean;
  readonly steps: readonly number[];
  readonly tailRecall: readonly number[];
}

/** All of the race that is shown. */
export interface RaceState {
  readonly step: number;
  /** Steps of the generator, where it had to be trained first. */
  readonly generator: { readonly step: number; readonly steps: number } | undefined;
  readonly lanes: Readonly<Partial<Record<Lane, LaneState>>>;
}

const NO_RACE: RaceState = { step: 0, generator: undefined, lanes: {} };
const NO_LANE: LaneState = { steps: [], tailRecall: [] };

export const race = signal<RaceState>(NO_RACE);
export const racing = signal(false);
export const finished = signal(false);
export const raceFailure = signal<string | undefined>(undefined);
/** Something was trained already. */
export const begun = computed(() => race.value !== NO_RACE);

/** A device that is lost again and again is not opened once more. */
const MOST_LOSSES = 3;

let stop = new AbortController();
let current: Promise<void> = Promise.resolve();
let lost = false;

onLoss(() => {
  lost = true;
});

// Other settings are another race.
effect(() => {
  settings.value;
  resetRace();
});

/** Starts the race, or goes on with it. */
export function startRace(): void {
  if (racing.peek()) return;
  racing.value = true;
  raceFailure.value = undefined;
  stop = new AbortController();
  current = runRace(stop.signal);
}

async function runRace(abort: AbortSignal): Promise<void> {
  const now = settings.value;
  for (let losses = 0; racing.value; losses++) {
    lost = false;
    try {
      await loadData(now.data);
      const { done } = await ask("raceRun", { settings: now }, { signal: abort, onEvent: hear });
      finished.value = done;
      racing.value = false;
    } catch (error) {
      // The news of a loss may come just after the error that it made.
      await new Promise((resolve) => setTimeout(resolve, 300));
      if (lost && losses < MOST_LOSSES && !abort.aborted) continue;
      raceFailure.value = error instanceof Error ? error.message : String(error);
      racing.value = false;
    }
  }
}

/** Stops after the present step. */
export function pauseRace(): void {
  stop.abort();
}

/** Ends the race and forgets it. */
export function resetRace(): void {
  const had = race.peek() !== NO_RACE || racing.peek();
  stop.abort();
  if (!had) return;
  current.then(() => {
    ask("raceClose", undefined).catch(() => undefined);
    race.value = NO_RACE;
    finished.value = false;
    raceFailure.value = undefined;
  });
}

function hear(event: RaceEvent): void {
  const before = race.value;
  switch (event.kind) {
    case "generator":
      race.value = { ...before, generator: { step: event.step, steps: event.steps } };
      break;
    case "begin":
      race.value = { ...NO_RACE, generator: before.generator };
      break;
    case "step":
      race.value = { ...before, step: event.step };
      break;
    case "ready":
      race.value = withLane(before, event.lane, { counts: event.counts });
      break;
    case "measured": {
      const { lane, step, evaluation, atEnd } = event;
      const { steps, tailRecall } = before.lanes[lane] ?? NO_LANE;
      const known = atEnd ? steps.length - 1 : steps.length;
      race.value = withLane(before, lane, {
        evaluation,
        atEnd,
        steps: [...steps.slice(0, known), step],
        tailRecall: [...tailRecall.slice(0, known), evaluation.tailRecall],
      });
    }
  }
}

function withLane(before: RaceState, lane: Lane, changes: Partial<LaneState>): RaceState {
  return { ...before, lanes: { ...before.lanes, [lane]: { ...(before.lanes[lane] ?? NO_LANE), ...changes } } };
}
