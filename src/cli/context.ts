import type { Command } from "commander";
import { openTerminal, type Streams, type Terminal } from "./terminal.ts";

/** What one call of the program comes with. */
export class Context {
  #terminal: Terminal | undefined;
  /** The command that was asked for, such as "train cnn"; empty until it is known. */
  command = "";

  constructor(
    /** The command line after the program's name. */
    readonly argv: readonly string[],
    readonly streams: Streams,
  ) {}

  /** The terminal of the command that was given `flags`. */
  open(flags: { quiet?: boolean } = {}): Terminal {
    this.#terminal = openTerminal(this.streams, flags);
    return this.#terminal;
  }

  /** The command's terminal; a plain one if it failed before it had any. */
  get terminal(): Terminal {
    return this.#terminal ?? this.open();
  }
}

/** A command by the words that call it, without the program's name: "train cnn". */
export function commandPath(command: Command): string {
  const { parent } = command;
  return parent?.parent ? `${commandPath(parent)} ${command.name()}` : command.name();
}

/** The call as it can be typed again: words with odd characters in single quotes. */
export function commandLine(argv: readonly string[]): string {
  const quoted = argv.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`));
  return ["npx tailgrad", ...quoted].join(" ");
}
