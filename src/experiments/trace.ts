import type { TracedStep } from "./batch_trainer.ts";

/** The dispatches of one kernel, put together over the traced steps. */
export interface KernelTime {
  readonly kernel: string;
  readonly variant: string;
  /** In one step. */
  readonly dispatches: number;
  /** Milliseconds of one step. */
  readonly ms: number;
  readonly flops: number;
  readonly bytes: number;
}

/** An entry of a Chrome trace. Source: "Trace Event Format", Google; microseconds. */
interface TraceEvent {
  readonly name: string;
  readonly ph: "X" | "M";
  readonly pid: number;
  readonly tid: number;
  readonly ts?: number;
  readonly dur?: number;
  readonly args?: Readonly<Record<string, unknown>>;
}

const PROCESS = 1;
const TRACKS = { host: 1, gpu: 2 } as const;
/** Traced one by one; the first step of a process also compiles what the driver left for later. */
const FIRST_TRACED = 1;
const MOST_TRACED = 5;

/** Gathers what a training spends its time on: the host's work throughout, and each dispatch of a few steps. */
export class Trace {
  readonly #events: TraceEvent[] = [];
  readonly #steps: TracedStep[] = [];
  readonly #startMs: number;

  constructor(private readonly now: () => number = () => performance.now()) {
    this.#startMs = now();
    const name = (tid: number, text: string) =>
      this.#events.push({ name: "thread_name", ph: "M", pid: PROCESS, tid, args: { name: text } });
    this.#events.push({ name: "process_name", ph: "M", pid: PROCESS, tid: TRACKS.host, args: { name: "tailgrad" } });
    name(TRACKS.host, "host");
    name(TRACKS.gpu, "GPU, dispatch by dispatch");
  }

  /** Whether the step that comes `index`-th since the start is one to trace. */
  wants(index: number): boolean {
    return index >= FIRST_TRACED && index < FIRST_TRACED + MOST_TRACED;
  }

  /** Does a piece of the host's work and notes how long it took. */
  async time<T>(name: string, work: () => T | Promise<T>): Promise<T> {
    const began = this.now();
    try {
      return await work();
    } finally {
      this.#add(TRACKS.host, name, began, this.now() - began);
    }
  }

  /** Does a step whose dispatches are timed, and notes them. */
  async step(name: string, work: () => Promise<TracedStep>): Promise<void> {
    const began = this.now();
    const step = await this.time(name, work);
    this.#steps.push(step);
    step.rows.forEach((row, i) => {
      const { startMs, ms } = step.spans[i]!;
      const { op, variant, shapes, workgroups, flops, bytes } = row;
      const args = { op, variant, shapes, workgroups: workgroups.join("x"), flops, bytes };
      this.#add(TRACKS.gpu, row.kernel, began + startMs, ms, args);
    });
  }

  #add(tid: number, name: string, startMs: number, ms: number, args?: Readonly<Record<string, unknown>>): void {
    const [ts, dur] = [1000 * (startMs - this.#startMs), 1000 * ms];
    this.#events.push({ name, ph: "X", pid: PROCESS, tid, ts, dur, ...(args ? { args } : {}) });
  }

  /** Steps whose dispatches were timed. */
  get steps(): number {
    return this.#steps.length;
  }

  /** The kernels of a step, the longest first, averaged over the traced steps. */
  kernels(): KernelTime[] {
    const found = new Map<string, { -readonly [K in keyof KernelTime]: KernelTime[K] }>();
    for (const { rows, spans } of this.#steps) {
      rows.forEach(({ kernel, variant, flops, bytes }, i) => {
        const key = `${kernel} ${variant}`;
        const sum = found.get(key) ?? { kernel, variant, dispatches: 0, ms: 0, flops: 0, bytes: 0 };
        sum.dispatches += 1 / this.steps;
        sum.ms += spans[i]!.ms / this.steps;
        sum.flops += flops / this.steps;
        sum.bytes += bytes / this.steps;
        found.set(key, sum);
      });
    }
    return [...found.values()].sort((a, b) => b.ms - a.ms);
  }

  /** The text of a file that Perfetto and Chrome's tracing open. */
  json(): string {
    return JSON.stringify({ traceEvents: this.#events, displayTimeUnit: "ms" });
  }
}

/** Does work that shows under `name` in the trace, if there is one. */
export function timed<T>(trace: Trace | undefined, name: string, work: () => Promise<T>): Promise<T> {
  return trace ? trace.time(name, work) : work();
}
