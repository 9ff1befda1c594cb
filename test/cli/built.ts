/** Runs the built command, dist/cli.js, in a process of its own. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { resolve } from "node:path";

const CLI = resolve("dist/cli.js");

/** False until `npm run build`, which `npm test` does first. */
export const isBuilt = existsSync(CLI);

/** How one call of the command ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts the command in `cwd`; `ended` waits for it. */
export function start(
  cwd: string,
  argv: readonly string[],
  env: Record<string, string> = {},
): { child: ChildProcess; ended: Promise<Ended> } {
  const child = spawn(process.execPath, [CLI, ...argv], { cwd, env: { ...process.env, ...env } });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const ended = new Promise<Ended>((done, fail) => {
    child.on("error", fail);
    child.on("close", (code) => done({ code, stdout, stderr }));
  });
  return { child, ended };
}

/** Runs the command to its end. */
export function call(cwd: string, ...argv: string[]): Promise<Ended> {
  return start(cwd, argv).ended;
}
