import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** An empty folder that vanishes with the running test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "tailgrad-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
