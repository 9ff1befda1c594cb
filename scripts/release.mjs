// Checks that a commit can be released, and publishes it.
//
//   node scripts/release.mjs check      says what stands in the way; exit code 1 if anything does
//   node scripts/release.mjs publish    the same, then npm publish with provenance; for .github/workflows/release.yml

import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { LICENCE_FILE, licencesOf, licenceText } from "./licences.mjs";
import { whyBuildStale } from "./staleness.mjs";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");

/** What stands in the way of a release, each on a line of its own; nothing when all is well. */
export function releaseProblems({ manifest, lock, changelog, citation, licences, build, changes, tags }) {
  const { version } = manifest;
  const problems = [];
  const want = (holds, problem) => holds || problems.push(problem);
  want(/^\d+\.\d+\.\d+(-[0-9a-z.]+)?$/.test(version), `package.json: ${version} is no version; give X.Y.Z`);
  want(
    lock.version === version,
    `package-lock.json: has version ${lock.version}, package.json ${version}; run npm install`,
  );
  want(
    new RegExp(`^## ${version.replaceAll(".", "\\.")} \\(\\d{4}-\\d{2}-\\d{2}\\)$`, "m").test(changelog),
    `CHANGELOG.md: has no heading "## ${version} (YYYY-MM-DD)"; give what is unreleased its version and date`,
  );
  want(citation.includes(`\nversion: ${version}\n`), `CITATION.cff: does not have version ${version}; set it`);
  want(manifest.repository, "package.json: has no repository, which provenance is bound to; set it");
  want(licences.written === licences.now, `${LICENCE_FILE}: is not up to date; run node scripts/licences.mjs`);
  want(build === null, `dist: ${build}; run node scripts/setup.mjs`);
  want(changes === "", `git: there are changes that are not committed; commit them:\n${changes}`);
  want(tags.includes(`v${version}`), `git: this commit has no tag v${version}; tag it`);
  return problems;
}

/** Why this process cannot sign, or null. Provenance is signed by the identity that a workflow is lent. */
export function signingObstacle(env) {
  if (env.GITHUB_ACTIONS !== "true")
    return "publishing with provenance works in .github/workflows/release.yml only; push the tag";
  if (!env.ACTIONS_ID_TOKEN_REQUEST_URL) return "this workflow has no identity to sign with; give it id-token: write";
  return null;
}

function read(name) {
  const path = join(ROOT, name);
  return existsSync(path) ? readFileSync(path, "utf8") : "";
}

function git(...args) {
  return spawnSync("git", args, { cwd: ROOT, encoding: "utf8" }).stdout.trim();
}

function readState() {
  return {
    manifest: JSON.parse(read("package.json")),
    lock: JSON.parse(read("package-lock.json")),
    changelog: read("CHANGELOG.md"),
    citation: read("CITATION.cff"),
    licences: { written: read(LICENCE_FILE), now: licenceText(licencesOf(ROOT)) },
    build: whyBuildStale(ROOT),
    changes: git("status", "--porcelain"),
    tags: git("tag", "--points-at", "HEAD").split("\n"),
  };
}

function main([command, ...rest]) {
  if (!["check", "publish"].includes(command) || rest.length > 0) {
    console.error("release: say check or publish");
    return 2;
  }
  const obstacle = command === "publish" ? signingObstacle(process.env) : null;
  const problems = [...releaseProblems(readState()), ...(obstacle ? [obstacle] : [])];
  for (const problem of problems) console.error(`release: ${problem}`);
  if (problems.length > 0) return 1;
  if (command === "check") return 0;
  const args = ["publish", "--provenance", "--access", "public", "--ignore-scripts"];
  return spawnSync("npm", args, { cwd: ROOT, stdio: "inherit" }).status ?? 1;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  process.exitCode = main(process.argv.slice(2));
}
