/** The reference is generated without a warning: every exported name has a comment, every link and type in it leads somewhere. */
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";

it("the reference is generated without a warning", { timeout: 180_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), "tailgrad-reference-"));
  try {
    const options = ["node_modules/typedoc/bin/typedoc", "--out", folder, "--logLevel", "Warn"];
    const call = promisify(execFile)(process.execPath, options, { encoding: "utf8" });
    const told = await call.then(
      ({ stdout, stderr }) => stdout + stderr,
      (error: { stdout: string; stderr: string }) => error.stdout + error.stderr,
    );
    expect(told).toBe("");
    expect(existsSync(join(folder, "functions/tailgrad.customOp.html"))).toBe(true);
    expect(existsSync(join(folder, "documents/1_what_a_gpu_runs.html"))).toBe(true);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
