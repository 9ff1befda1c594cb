import { Bench } from "tinybench";
import type { Contestant } from "./contestant.ts";

/** How long to measure. */
export interface Budget {
  /** A contestant gets no further sample once its samples took this long together. */
  readonly budgetMs: number;
  readonly minSamples: number;
  readonly maxSamples: number;
  /** Runs shorter than this are repeated within a sample, many to a submit, as training does. */
  readonly sampleMs: number;
}

export const FULL: Budget = { budgetMs: 6000, minSamples: 5, maxSamples: 15, sampleMs: 20 };
export const QUICK: Budget = { budgetMs: 1000, minSamples: 1, maxSamples: 7, sampleMs: 20 };

/** Times of one contestant, in milliseconds per run. */
export interface Timing {
  readonly samplesMs: readonly number[];
  /** Runs per sample. */
  readonly runsPerSample: number;
  readonly medianMs: number;
  /** First and third quartile. */
  readonly quartilesMs: readonly [number, number];
}

const MOST_RUNS = 200;

/** Times contestants in turns: one sample of each, then the next of each, so that a disturbance hits all alike. */
export async function measure(
  contestants: ReadonlyMap<string, Contestant>,
  budget: Budget,
): Promise<Map<string, Timing>> {
  const bench = new Bench({ time: 0, iterations: 1, warmup: false, retainSamples: true, throws: true });
  const state = new Map<string, { runs: number; samples: number[]; spentMs: number }>();
  for (const [name, contestant] of contestants) {
    const runs = await runsPerSample(contestant, budget.sampleMs);
    state.set(name, { runs, samples: [], spentMs: 0 });
    bench.add(name, () => contestant.run(runs), { async: true });
  }
  for (let round = 0; round < budget.maxSamples; round++) {
    for (const [name, { runs, samples }] of state) {
      const own = state.get(name)!;
      if (samples.length >= budget.minSamples && own.spentMs >= budget.budgetMs) continue;
      const task = bench.getTask(name)!;
      task.reset();
      const { result } = await task.run();
      if (result.state !== "completed" || !result.latency.samples)
        throw new Error(`${name}: not timed (${result.state})`);
      const elapsedMs = result.latency.samples[0];
      samples.push(elapsedMs / runs);
      own.spentMs += elapsedMs;
    }
  }
  return new Map([...state].map(([name, { runs, samples }]) => [name, summarize(samples, runs)]));
}

/** How many runs make up a sample. The checks have warmed the contestant up. */
async function runsPerSample(contestant: Contestant, sampleMs: number): Promise<number> {
  const start = performance.now();
  await contestant.run(1);
  const elapsed = performance.now() - start;
  if (elapsed >= sampleMs) return 1;
  const again = performance.now();
  await contestant.run(3);
  return Math.min(MOST_RUNS, Math.max(1, Math.ceil(sampleMs / ((performance.now() - again) / 3))));
}

function summarize(samplesMs: readonly number[], runs: number): Timing {
  const sorted = [...samplesMs].sort((a, b) => a - b);
  return {
    samplesMs,
    runsPerSample: runs,
    medianMs: quantile(sorted, 0.5),
    quartilesMs: [quantile(sorted, 0.25), quantile(sorted, 0.75)],
  };
}

function quantile(sorted: readonly number[], q: number): number {
  const at = q * (sorted.length - 1);
  const low = sorted[Math.floor(at)]!;
  return low + (sorted[Math.ceil(at)]! - low) * (at % 1);
}
