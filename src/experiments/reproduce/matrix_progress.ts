import type { Progress } from "../progress.ts";
import { showSeconds } from "../report/numbers.ts";
import type { Task } from "./tasks.ts";

/**
 * Progress over the whole matrix. What one run reports moves a bar over all of them, where `bar` allows one; in any case
 * there is a line for each run that ends, with the time left for the others.
 */
export class MatrixProgress {
  readonly #began: number;
  /** Work of runs that ended, and of those under way by key. */
  #ended = 0;
  readonly #underWay = new Map<string, number>();
  /** Of the above, what was not done by this call: runs finished before, steps before a resumption. */
  #before = 0;
  #count = 0;

  constructor(
    private readonly outer: Progress,
    private readonly tasks: readonly Task[],
    private readonly bar: boolean,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.#began = now();
  }

  get #total(): number {
    return this.tasks.reduce((total, { work }) => total + work, 0);
  }

  get #done(): number {
    return [...this.#underWay.values()].reduce((total, work) => total + work, this.#ended);
  }

  start(): void {
    if (!this.bar) return;
    this.outer.start("reproduce", this.#total, "GFLOP");
    this.#draw("");
  }

  stop(): void {
    if (this.bar) this.outer.stop();
  }

  /** A run that was finished before. */
  skip({ work }: Task): void {
    this.#ended += work;
    this.#before += work;
    this.#count++;
  }

  /** A run that ended now, with what is worth saying about it. */
  end({ run, work }: Task, note: string): void {
    this.#underWay.delete(run.key);
    this.#ended += work;
    this.#count++;
    const left = this.secondsLeft();
    const rest = left === undefined ? "" : `; ${showSeconds(left)} left`;
    this.outer.message(`${this.#count}/${this.tasks.length} ${run.key}: ${note}${rest}`);
    this.#draw("");
  }

  /** Seconds until all work is done at the pace of this call; undefined before there is any, and at the end. */
  secondsLeft(): number | undefined {
    const done = this.#done;
    const own = done - this.#before;
    const seconds = (this.now() - this.#began) / 1000;
    const left = this.#total - done;
    // Sums of many runs' work differ in their last digits.
    const open = this.#count < this.tasks.length && left > 0;
    return own > 0 && seconds > 0 && open ? (left * seconds) / own : undefined;
  }

  /** What a run is given to report to. */
  of({ run, work }: Task): Progress {
    let total = 0;
    let first = true;
    return {
      start: (_, units, unit) => {
        // Evaluations and synthetic images are short beside the steps.
        total = unit === "steps" ? units : 0;
      },
      update: (done, note) => {
        if (total <= 0) return;
        const reached = (work * done) / total;
        if (first) this.#before += reached;
        first = false;
        this.#underWay.set(run.key, reached);
        this.#draw(`${run.key}  ${note ?? ""}`);
      },
      stop: () => {},
      message: () => {},
      warn: (text) => this.outer.warn(`${run.key}: ${text}`),
    };
  }

  #draw(note: string): void {
    if (this.bar) this.outer.update(this.#done, `${this.#count}/${this.tasks.length} runs  ${note}`);
  }
}
