// Runs a command without showing its output, which is kept for the case that it fails.

import { spawn } from "node:child_process";

/**
 * Runs `command` with `args` and resolves, never rejects, to how it ended: `ok`, `code` (null after a signal),
 * `signal`, `stdout`, and `output` (stdout and stderr together). `options` are spawn's.
 */
export function runQuietly(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], killSignal: "SIGKILL", ...options });
    let output = "";
    let stdout = "";
    child.stdout.setEncoding("utf8").on("data", (text) => {
      stdout += text;
      output += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text) => {
      output += text;
    });
    child.on("error", (error) =>
      resolve({ ok: false, code: null, signal: null, stdout, output: `${output}${error.message}` }),
    );
    child.on("close", (code, signal) => resolve({ ok: code === 0, code, signal, stdout, output }));
  });
}

/** A command's output, indented, without a newline at the end; of a long one the first and last twenty lines. */
export function excerpt(output) {
  const lines = output.trimEnd().split(/\r?\n/);
  const kept = lines.length <= 40 ? lines : [...lines.slice(0, 20), "...", ...lines.slice(-20)];
  return kept.map((line) => `  ${line}`).join("\n");
}
