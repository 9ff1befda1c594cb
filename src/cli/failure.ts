import { CommanderError } from "commander";
import { oneLine } from "../data/plain_text.ts";
import { InterruptedError, OutOfMemoryError, TailgradError, UsageError } from "../errors.ts";
import type { Terminal } from "./terminal.ts";

/** What the process returns for each way to end. */
export const EXIT = { ok: 0, bug: 1, usage: 2 } as const;

/**
 * Says on one line why a command failed, and gives its exit code. A wrong call that names no next command gets the help
 * of `command`, such as "train cnn".
 */
export function reportFailure(error: unknown, terminal: Terminal, command = ""): number {
  if (error instanceof CommanderError) {
    // Commander has printed its message already; asked-for help and version are no failure.
    return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  }
  const { progress } = terminal;
  if (error instanceof TailgradError) {
    // Stopping was the user's wish: no error, but the line that says how to go on.
    if (error instanceof InterruptedError) progress.always(oneLine(error.message));
    else progress.error(oneLine(error.message) + helpHint(error, command));
    showStack(error, terminal);
    return error.exitCode;
  }
  progress.error(
    `unexpected: ${oneLine(String(error))}; please report this with the command and the output of \`tailgrad doctor\` ` +
      "(TAILGRAD_DEBUG=1 shows where it happened)",
  );
  showStack(error, terminal);
  return EXIT.bug;
}

function helpHint(error: TailgradError, command: string): string {
  const wrong = error instanceof UsageError || error instanceof OutOfMemoryError;
  const needed = wrong && command !== "" && !error.message.includes("`npx tailgrad ");
  return needed ? `; see \`npx tailgrad ${command} --help\`` : "";
}

function showStack(error: unknown, terminal: Terminal): void {
  if (process.env.TAILGRAD_DEBUG === "1" && error instanceof Error) terminal.progress.always(error.stack ?? "");
}
