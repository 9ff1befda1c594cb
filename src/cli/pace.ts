/** How long a rate looks back: long enough to be steady, short enough to follow a machine that slows down. */
const WINDOW_MS = 30_000;

/** The rate and the time left of one piece of work, from its updates. */
export class Pace {
  // The first update is where the work stood at the start (a resumed run begins late), so it counts as no progress.
  #samples: { timeMs: number; done: number }[] = [];

  /** `done` units were done at `timeMs`. */
  add(done: number, timeMs: number): void {
    this.#samples.push({ timeMs, done });
    while (this.#samples.length > 2 && this.#samples[1]!.timeMs < timeMs - WINDOW_MS) this.#samples.shift();
  }

  /** Units per second, or undefined while that cannot be told. */
  rate(): number | undefined {
    const first = this.#samples[0];
    const last = this.#samples.at(-1);
    if (!first || !last || last.timeMs <= first.timeMs || last.done <= first.done) return undefined;
    return ((last.done - first.done) * 1000) / (last.timeMs - first.timeMs);
  }

  /** Seconds until `total` at the present rate, or undefined. */
  secondsLeft(total: number): number | undefined {
    const rate = this.rate();
    const last = this.#samples.at(-1);
    return rate === undefined || !last || total <= 0 ? undefined : Math.max(0, total - last.done) / rate;
  }
}
