/** Aim of one turn: long enough to hide its cost, short enough that pausing and other questions are answered at once. */
const TURN_MS = 100;
const MOST_STEPS = 256;

/** How many steps to take per turn, so that a turn takes about a tenth of a second on any adapter. */
export class Pace {
  #steps = 1;
  #stepMs = 0;

  /** Steps of the next turn. */
  get steps(): number {
    return this.#steps;
  }

  /** Steps per second, smoothed over the last turns. */
  get perSecond(): number {
    return this.#stepMs === 0 ? 0 : 1000 / this.#stepMs;
  }

  /** Learns from a turn. The first step of a training, with what drivers compile then, says nothing of the others. */
  took(steps: number, elapsedMs: number, first: boolean): void {
    if (first || steps === 0) return;
    const stepMs = elapsedMs / steps;
    this.#stepMs = this.#stepMs === 0 ? stepMs : 0.8 * this.#stepMs + 0.2 * stepMs;
    // No more than doubled at once: one quick turn may be luck.
    const wanted = Math.round(TURN_MS / this.#stepMs);
    this.#steps = Math.max(1, Math.min(MOST_STEPS, 2 * this.#steps, wanted));
  }
}

/** What takes longer is not done at every pause. */
const DEAR_MS = 5000;

/** Says when something costly may be done again: not before `leastMs`, and so that it takes at most a fifth of the time. */
export class Cadence {
  #next = 0;
  #lastMs = 0;

  constructor(private readonly leastMs: number) {}

  /** Runs `work` if it is due. */
  async whenDue(work: () => Promise<void>): Promise<void> {
    if (performance.now() >= this.#next) await this.now(work);
  }

  /** Runs `work` whether it is due or not, unless it took long the last time and is not due. */
  async now(work: () => Promise<void>): Promise<void> {
    const began = performance.now();
    if (this.#lastMs > DEAR_MS && began < this.#next) return;
    await work();
    const end = performance.now();
    this.#lastMs = end - began;
    this.#next = end + Math.max(this.leastMs, 4 * this.#lastMs);
  }
}
