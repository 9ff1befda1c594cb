/** What long work tells the outside while it runs; the CLI draws bars or prints lines from it. */
export interface Progress {
  /** A new piece of work of `total` units begins. */
  start(label: string, total: number, unit: string): void;
  /** `done` of the units are done; `note` is a short text such as the present loss. */
  update(done: number, note?: string): void;
  /** The piece of work ends, finished or not. */
  stop(): void;
  /** A message worth a line. */
  message(text: string): void;
  /** Something that the user should know and may want to change. */
  warn(text: string): void;
}

/** Says nothing. */
export const SILENT: Progress = { start() {}, update() {}, stop() {}, message() {}, warn() {} };
