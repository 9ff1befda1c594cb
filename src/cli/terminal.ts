import { type MessageStream, StreamProgress } from "./progress.ts";

/** Where a command writes: results to `stdout`, everything else to `stderr`. */
export interface Streams {
  readonly stdout: MessageStream;
  readonly stderr: MessageStream;
}

/** What every command is given to talk through. */
export interface Terminal {
  /** Progress, messages and warnings on stderr; silent but for warnings with --quiet. */
  readonly progress: StreamProgress;
  /** Prints a result on stdout. */
  print(text: string): void;
  /** Prints a result as one JSON object on stdout. */
  printJson(value: object): void;
}

/** The terminal of a command that was given `flags`. */
export function openTerminal({ stdout, stderr }: Streams, flags: { quiet?: boolean } = {}): Terminal {
  const print = (text: string) => void stdout.write(`${text}\n`);
  return {
    progress: new StreamProgress(stderr, flags.quiet ?? false),
    print,
    printJson: (value) => print(JSON.stringify(value, null, 2)),
  };
}
