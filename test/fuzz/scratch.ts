import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** An empty folder, in memory where there is such a place: a million files are written there. */
export function scratchFolder(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "tailgrad-fuzz-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
