import { Bench } from "tinybench";
import type { Contestant } from "./contestant.ts";
import { summarize, type Timing } from "./statistics.ts";

/** How long to measure. */
export interface Budget {
  /** A contestant gets no further sample once its samples took this long together. */
  readonly budgetMs: number;
  readonly minSamples: number;
  readonly maxSamples: number;
  /** Runs shorter than this are repeated within a sample, many to a submit, as training does. */
  readonly sampleMs: number;
  /** A run that takes a second or more gets this many samples. */
  readonly slowSamples: number;
  /** Work of which one run is bound to take a rival longer than this is skipped for it. */
  readonly longestRunMs: number;
}

export const FULL: Budget = {
  budgetMs: 2500,
  minSamples: 5,
  maxSamples: 15,
  sampleMs: 20,
  slowSamples: 3,
  longestRunMs: 12_000,
};
export const QUICK: Budget = {
  budgetMs: 500,
  minSamples: 3,
  maxSamples: 7,
  sampleMs: 10,
  slowSamples: 1,
  longestRunMs: 2500,
};

const MOST_RUNS = 200;
const SLOW_MS = 1000;
const LONG_MS = 200;

/** A contestant that can be timed: `activate` makes its library the one in charge and is not timed. */
export interface Entrant {
  readonly contestant: Contestant;
  activate(): Promise<void>;
}

interface State {
  runs: number;
  readonly samples: number[];
  spentMs: number;
  wanted: number;
}

/** Times contestants in turns: one sample of each, then the next of each, so that a disturbance hits all alike. */
export async function measure(entrants: ReadonlyMap<string, Entrant>, budget: Budget): Promise<Map<string, Timing>> {
  const timer = new SampleTimer();
  const states = new Map<string, State>();
  for (const [name, entrant] of entrants) states.set(name, await probe(timer, name, entrant, budget));
  for (let round = 0; round < budget.maxSamples; round++) {
    for (const [name, state] of states) {
      const done = state.samples.length >= state.wanted && state.spentMs >= budget.budgetMs;
      if (done || state.samples.length >= budget.maxSamples) continue;
      const elapsedMs = await timer.sample(name, entrants.get(name)!, state.runs);
      state.samples.push(elapsedMs / state.runs);
      state.spentMs += elapsedMs;
    }
  }
  return new Map([...states].map(([name, { samples, runs }]) => [name, summarize(samples, runs)]));
}

/** How many runs make up a sample. The checks have warmed the contestant up, so a slow run counts as the first sample. */
async function probe(timer: SampleTimer, name: string, entrant: Entrant, budget: Budget): Promise<State> {
  const { sampleMs, minSamples, slowSamples, budgetMs } = budget;
  let once = await timer.sample(name, entrant, 1);
  if (once >= SLOW_MS) return { runs: 1, samples: [once], spentMs: budgetMs, wanted: slowSamples };
  // One disturbed run must not make a short run look long.
  for (let i = 0; i < 2 && once < LONG_MS; i++) once = Math.min(once, await timer.sample(name, entrant, 1));
  if (once < sampleMs) once = Math.min(once, (await timer.sample(name, entrant, 3)) / 3);
  const runs = Math.min(MOST_RUNS, Math.max(1, Math.ceil(sampleMs / Math.max(once, 1e-3))));
  return { runs, samples: [], spentMs: 0, wanted: minSamples };
}

/** tinybench's clock, for one sample at a time. */
class SampleTimer {
  readonly #bench = new Bench({ time: 0, iterations: 1, warmup: false, retainSamples: true, throws: true });
  #runs = 1;

  /** Milliseconds that `runs` runs take. */
  async sample(name: string, { contestant, activate }: Entrant, runs: number): Promise<number> {
    this.#runs = runs;
    if (!this.#bench.getTask(name)) this.#bench.add(name, () => contestant.run(this.#runs), { async: true });
    const task = this.#bench.getTask(name)!;
    await activate();
    task.reset();
    const { result } = await task.run();
    if (result.state !== "completed" || !result.latency.samples)
      throw new Error(`${name}: not timed (${result.state})`);
    return result.latency.samples[0];
  }
}
