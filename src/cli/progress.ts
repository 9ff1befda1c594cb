import type { WriteStream } from "node:tty";
import { styleText } from "node:util";
import { SingleBar } from "cli-progress";
import type { Progress } from "../experiments/progress.ts";
import { showSeconds } from "../experiments/report/numbers.ts";
import { Pace } from "./pace.ts";

/** Where messages go: process.stderr, or a stream of a test. */
export type MessageStream = NodeJS.WritableStream & Partial<Pick<WriteStream, "isTTY" | "columns">>;

/** A log gets a line per 10 s, or per tenth of the work if that comes sooner, but never two within two seconds. */
const LINE_EVERY_MS = 10_000;
const LINE_LEAST_MS = 2_000;
const LINE_SHARE = 0.1;
const BAR_WIDTH = 24;

interface Work {
  readonly label: string;
  readonly total: number;
  readonly unit: string;
  readonly pace: Pace;
  done: number;
  note: string;
  lineMs: number;
  lineDone: number;
}

/**
 * Progress on stderr: a bar where that is a terminal, lines now and then where it is a file or pipe, nothing when quiet.
 * Warnings are always written.
 */
export class StreamProgress implements Progress {
  #work: Work | undefined;
  #bar: SingleBar | undefined;

  constructor(
    private readonly stream: MessageStream,
    private readonly quiet: boolean,
    private readonly now: () => number = () => performance.now(),
  ) {}

  start(label: string, total: number, unit: string): void {
    this.stop();
    this.#work = { label, total, unit, pace: new Pace(), done: 0, note: "", lineMs: this.now(), lineDone: 0 };
    this.#draw();
  }

  update(done: number, note = ""): void {
    const work = this.#work;
    if (!work) return;
    work.done = done;
    work.note = note;
    work.pace.add(done, this.now());
    if (this.#bar) this.#bar.update(done);
    else this.#lineIfDue(work);
  }

  stop(): void {
    this.#hide();
    const work = this.#work;
    this.#work = undefined;
    // The end of a piece of work is worth a line, unless its last line said as much.
    if (work && work.done > work.lineDone) this.#text(describe(work, false));
  }

  message(text: string): void {
    if (!this.quiet) this.#interrupt(() => this.#write(text));
  }

  warn(text: string): void {
    this.#interrupt(() => this.#write(`${this.#colour("yellow", "warning:")} ${text}`));
  }

  /** A message that comes even when quiet: which adapter computes. */
  always(text: string): void {
    this.#interrupt(() => this.#write(text));
  }

  /** The one line that says why a command failed. */
  error(text: string): void {
    this.stop();
    this.#write(`${this.#colour("red", "error:")} ${text}`);
  }

  #interrupt(write: () => void): void {
    const shown = this.#bar !== undefined;
    this.#hide();
    write();
    if (shown) this.#draw();
  }

  #draw(): void {
    const work = this.#work;
    if (!work || this.quiet || !this.stream.isTTY || process.env.TERM === "dumb") return;
    this.#bar = new SingleBar({
      stream: this.stream,
      // Neither hides the cursor nor changes the wrapping: there is nothing to restore however the process ends.
      hideCursor: false,
      linewrap: true,
      gracefulExit: false,
      clearOnComplete: true,
      format: () => describe(work, true).slice(0, Math.max(20, (this.stream.columns ?? 80) - 1)),
    });
    this.#bar.start(Math.max(work.total, work.done, 1), work.done);
  }

  #hide(): void {
    this.#bar?.stop();
    this.#bar = undefined;
  }

  #lineIfDue(work: Work): void {
    const now = this.now();
    const share = work.total > 0 ? (work.done - work.lineDone) / work.total : 0;
    const elapsed = now - work.lineMs;
    if (elapsed < LINE_LEAST_MS || (elapsed < LINE_EVERY_MS && share < LINE_SHARE)) return;
    work.lineMs = now;
    work.lineDone = work.done;
    this.#text(describe(work, false));
  }

  #text(text: string): void {
    if (!this.quiet) this.#write(text);
  }

  #write(text: string): void {
    this.stream.write(`${text}\n`);
  }

  #colour(colour: "red" | "yellow", text: string): string {
    return this.stream.isTTY ? styleText(colour, text, { stream: this.stream }) : text;
  }
}

/** One line on the state of a piece of work: "train cnn: 40%, 120/300 steps, 25.3 steps/s, 7.1 s left, loss 0.4321". */
function describe({ label, total, unit, pace, done, note }: Work, bar: boolean): string {
  const share = total > 0 ? Math.min(1, done / total) : 0;
  const percent = total > 0 ? `${Math.floor(share * 100)}%` : "";
  const rate = pace.rate();
  const left = done >= total ? undefined : pace.secondsLeft(total);
  const parts = [
    bar ? "" : percent,
    total > 0 ? `${amount(done)}/${amount(total)} ${unit}` : `${amount(done)} ${unit}`,
    rate === undefined ? "" : `${rate >= 100 ? rate.toFixed(0) : rate.toPrecision(3)} ${unit}/s`,
    left === undefined ? "" : `${showSeconds(left)} left`,
    note,
  ].filter((part) => part !== "");
  if (!bar) return `${label}: ${parts.join(", ")}`;
  const filled = Math.round(share * BAR_WIDTH);
  return `${label} ${"█".repeat(filled)}${"░".repeat(BAR_WIDTH - filled)} ${percent.padStart(4)}  ${parts.join("  ")}`;
}

function amount(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(1);
}
