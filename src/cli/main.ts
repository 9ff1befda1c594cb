#!/usr/bin/env node
/** The command `tailgrad`: runs it on the process's streams, and ends the process with its exit code. */
import { reportFailure } from "./failure.ts";
import { main } from "./program.ts";
import { openTerminal, type Streams } from "./terminal.ts";

/** A driver's threads can keep a process alive that has nothing left to do. */
const GRACE_MS = 2000;

const streams: Streams = process;

/** `| head` closes our stdout: what is written afterwards is lost on purpose, and work in progress goes on to its end. */
function onStreamError(name: string): (error: NodeJS.ErrnoException) => void {
  return (error) => {
    if (error.code === "EPIPE") return;
    process.exitCode = 2;
    if (name === "stdout") {
      const wayOut = error.code === "ENOSPC" ? "disk full; free some space" : `${error.code}; check where it goes`;
      openTerminal(streams).progress.error(`stdout: cannot write: ${wayOut} and run the command again`);
    }
  };
}

process.stdout.on("error", onStreamError("stdout"));
process.stderr.on("error", onStreamError("stderr"));
for (const event of ["uncaughtException", "unhandledRejection"]) {
  process.on(event, (error: unknown) => process.exit(reportFailure(error, openTerminal(streams))));
}

const exitCode = await main(process.argv.slice(2), streams);
// Not if a stream's error has set it meanwhile.
process.exitCode ||= exitCode;

function endAnyway(): void {
  if (process.stdout.writableLength > 0) setTimeout(endAnyway, GRACE_MS).unref();
  else process.exit();
}
setTimeout(endAnyway, GRACE_MS).unref();
