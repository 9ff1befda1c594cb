// Asks Dawn for an adapter and a device. Run as a program, it prints one line of JSON and ends; `findAdapter` runs it
// so, because a bad driver can crash or hang the process that loads it.

import { realpathSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { runQuietly } from "./run_quietly.mjs";

const SELF = fileURLToPath(import.meta.url);
const TIMEOUT_MS = 60_000;

/** The best adapter that Dawn accepts, as `{ name, software }`, or `{ reason }` with one line on why there is none. */
export async function findAdapter(env = process.env) {
  const result = await runQuietly(process.execPath, [SELF], {
    // Without a run-time folder Mesa's drivers complain once per call.
    env: { ...env, XDG_RUNTIME_DIR: env.XDG_RUNTIME_DIR || tmpdir() },
    timeout: TIMEOUT_MS,
  });
  const line = result.stdout.split("\n").find((text) => text.startsWith('{"tailgrad":'));
  // A crash after the answer, while the driver unloads, does no harm.
  const found = line ? JSON.parse(line).tailgrad : null;
  if (found?.name) return found;
  if (result.signal === "SIGKILL") return { reason: `the driver did not answer within ${TIMEOUT_MS / 1000} s` };
  if (result.signal) return { reason: `the driver crashed (${result.signal})` };
  return { reason: found?.reason ?? firstComplaint(result.output) ?? "Dawn found no driver" };
}

/** What the loader or Dawn said first, without the lines that come with every start. */
function firstComplaint(output) {
  const lines = output.split(/\r?\n/).map((text) => text.trim());
  const complaint = lines.find(
    (text) => /^(Warning|Error|\w*Error:)/.test(text) && !text.includes("artificially reduced"),
  );
  return complaint?.replace(/^Warning: |\.$/g, "");
}

async function search() {
  const { create } = await import("webgpu");
  const gpu = create([]);
  const adapter = await gpu.requestAdapter({ powerPreference: "high-performance" });
  if (!adapter) return {};
  const { vendor, architecture, device, description, isFallbackAdapter } = adapter.info;
  // Some drivers are listed and then give no device.
  (await adapter.requestDevice()).destroy();
  return {
    name: description || device || vendor || "unnamed",
    software: Boolean(isFallbackAdapter) || architecture === "software",
  };
}

if (process.argv[1] && realpathSync(process.argv[1]) === SELF) {
  const answer = await search().catch((error) => ({ reason: String(error.message).split("\n")[0] }));
  writeSync(1, `${JSON.stringify({ tailgrad: answer })}\n`);
}
