/** Packs the built package as `npm publish` would, without running its scripts. */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

/** False until `npm run build`, which `npm test` does first. */
export const isBuilt = existsSync("dist/index.js") && existsSync("dist/types/index.d.ts");

/** npm, as a program that can be started on every system. */
export function npm(cwd: string, ...args: readonly string[]): string {
  const script = process.env.npm_execpath ?? "";
  const [command, first] = /npm-cli\.c?js$/.test(script) ? [process.execPath, [script]] : ["npm", []];
  const shell = command === "npm" && process.platform === "win32";
  return execFileSync(command, [...first, ...args], {
    cwd,
    shell,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** The path of a tarball that lies in `folder` afterwards, and the paths of the files in it. */
export function pack(folder: string): { readonly tarball: string; readonly files: readonly string[] } {
  const answer = npm(".", "pack", "--json", "--ignore-scripts", "--pack-destination", folder);
  const packed: unknown = JSON.parse(answer);
  // npm 12 keys the answer by package, older ones give a list.
  const [only] = Object.values(packed as Record<string, { filename: string; files: { path: string }[] }>);
  if (!only) throw new Error(`npm pack gave no package: ${answer}`);
  return { tarball: join(folder, only.filename), files: only.files.map(({ path }) => path) };
}
