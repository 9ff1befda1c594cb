#!/usr/bin/env node
/** The command `tailgrad`: runs it on the process's streams, and ends the process with its exit code. */
import { reportFailure } from "./failure.ts";
import { main } from "./program.ts";
import { openTerminal, type Streams } from "./terminal.ts";

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

/** Waits until all that was written to a stream is out, or lost because its reader has gone. */
function flushed(stream: NodeJS.WritableStream): Promise<void> {
  return new Promise((done) => stream.write("", () => done()));
}

const exitCode = await main(process.argv.slice(2), streams);
await Promise.all([flushed(process.stdout), flushed(process.stderr)]);
// A driver's threads can keep a process alive that has nothing left to do. A stream's error may have set a code meanwhile.
process.exit(process.exitCode || exitCode);
