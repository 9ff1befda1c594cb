import type { Streams } from "./terminal.ts";

/** What a call of the program comes with. */
export interface Context {
  readonly streams: Streams;
  /** The command line after the program's name. */
  readonly argv: readonly string[];
}

/** The call as it can be typed again: words with odd characters in single quotes. */
export function commandLine(argv: readonly string[]): string {
  const quoted = argv.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`));
  return ["tailgrad", ...quoted].join(" ");
}
