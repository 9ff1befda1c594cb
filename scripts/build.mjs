// Builds dist: the library and the command (vite), then their declarations (tsc), and records from which sources.
//
//   node scripts/build.mjs           what `npm run build` does

import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildStamp, stampBuild } from "./staleness.mjs";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");
const STEPS = [
  ["node_modules/vite/bin/vite.js", "build"],
  ["node_modules/typescript/bin/tsc", "--project", "tsconfig.build.json"],
];

/** Runs one step; true if it went well. */
function succeeds(args) {
  return spawnSync(process.execPath, args, { cwd: ROOT, stdio: "inherit" }).status === 0;
}

// Taken before the build: a file edited meanwhile makes the result stale, as it should.
const stamp = buildStamp(ROOT);
rmSync(join(ROOT, "dist/.stamp"), { force: true });
if (STEPS.every(succeeds)) stampBuild(ROOT, stamp);
else process.exitCode = 1;
