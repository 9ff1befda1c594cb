import { spawn } from "node:child_process";
import { oneLine } from "../data/plain_text.ts";
import { InterruptedError, TailgradError } from "../errors.ts";

/** How often a process is asked whether to stop. */
const LOOK_EVERY_MS = 100;

/**
 * Does one run of a reproduction in a process of its own: this program called once more, for that run only. Rejects with
 * what the process said when it failed, and with InterruptedError when it stopped with a checkpoint.
 */
export function trainInChild(argv: readonly string[], key: string, stopped: () => boolean): Promise<void> {
  const program = [...process.execArgv, process.argv[1]!];
  const child = spawn(process.execPath, [...program, ...argv, "--jobs", "1", "--quiet", "--only", key], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => {
    said += chunk.toString();
  });
  let asked = false;
  const look = setInterval(() => {
    if (!asked && stopped()) asked = child.kill("SIGINT");
  }, LOOK_EVERY_MS);
  return new Promise((done, fail) => {
    child.on("error", (cause) => fail(new ChildFailure(`cannot start a process: ${oneLine(String(cause))}`, 2)));
    child.on("close", (code, signal) => {
      clearInterval(look);
      if (code === 0) done();
      // It may be stopped before it can answer, even by the terminal that stopped us.
      else if (code === 75 || signal === "SIGINT" || signal === "SIGTERM")
        fail(new InterruptedError(`${key}: stopped`));
      else
        fail(new ChildFailure(whyEnded(said) ?? `its process ended with ${signal ?? `exit code ${code}`}`, code ?? 1));
    });
  });
}

/** The message of the line that a failing command ends with. */
function whyEnded(said: string): string | undefined {
  return said
    .split("\n")
    .findLast((line) => line.startsWith("error: "))
    ?.slice("error: ".length);
}

class ChildFailure extends TailgradError {
  constructor(
    message: string,
    override readonly exitCode: number,
  ) {
    super(message);
  }
}
