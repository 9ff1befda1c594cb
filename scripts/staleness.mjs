// Are node_modules and dist what the files beside them say? Answered by hashes kept in a stamp file in each.

import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const PACKAGES_STAMP = "node_modules/.tailgrad-stamp";
const BUILD_STAMP = "dist/.stamp";

/** Folders and files that the build reads; those that do not exist are left out. */
const BUILD_INPUTS = ["src", "scripts/driver_advice.mjs", "package.json", "package-lock.json"];
const BUILD_CONFIG = /^(vite\.config\.ts|wgsl_plugin\.ts|tsconfig.*\.json)$/;

/** The kind of machine that node_modules is for: some packages bring a binary per platform. */
const machine = () => `${process.platform}-${process.arch} node ${process.versions.node.split(".")[0]}`;

/** What the stamp of an up-to-date node_modules under `root` says: machine and hash of package-lock.json. */
export function packagesStamp(root) {
  return `${machine()} ${hashFiles(root, ["package-lock.json"])}`;
}

/** What the stamp of an up-to-date dist under `root` says: the hash of everything that the build reads. */
export function buildStamp(root) {
  const config = readdirSync(root).filter((name) => BUILD_CONFIG.test(name));
  return hashFiles(root, [...BUILD_INPUTS, ...config]);
}

/** Null when node_modules is as package-lock.json says, else a few words on why it is not. */
export function whyPackagesStale(root) {
  if (!existsSync(join(root, "node_modules"))) return "node_modules is missing";
  const stamp = readStamp(root, PACKAGES_STAMP);
  if (stamp === packagesStamp(root)) return null;
  if (stamp && !stamp.startsWith(`${machine()} `)) return `node_modules was made for ${stamp.replace(/ \S+$/, "")}`;
  // Somebody ran npm by hand: npm's own record of what it installed tells whether that will do.
  return installedMatchesLock(root) ? null : "node_modules is not what package-lock.json says";
}

/** Null when dist is built from the sources as they are, else a few words on why it is not. */
export function whyBuildStale(root) {
  if (!existsSync(join(root, "dist/cli.js"))) return "dist is missing";
  const stamp = readStamp(root, BUILD_STAMP);
  if (stamp === "") return "dist has no stamp, which only a whole npm run build leaves";
  return stamp === buildStamp(root) ? null : "the sources changed";
}

/** Records that node_modules is up to date. */
export function stampPackages(root) {
  if (readStamp(root, PACKAGES_STAMP) === packagesStamp(root)) return;
  writeFileSync(join(root, PACKAGES_STAMP), `${packagesStamp(root)}\n`);
}

/** Records that dist was built from the sources whose `buildStamp` was `stamp` when the build began. */
export function stampBuild(root, stamp) {
  writeFileSync(join(root, BUILD_STAMP), `${stamp}\n`);
}

/** SHA-256 over the paths and bytes of the given files and of all files below the given folders. */
export function hashFiles(root, inputs) {
  const hash = createHash("sha256");
  for (const path of inputs.flatMap((input) => filesBelow(root, input)).sort()) {
    const bytes = readFileSync(join(root, path));
    // The length keeps "ab" + "c" apart from "a" + "bc".
    hash.update(`${path}\0${bytes.length}\0`).update(bytes);
  }
  return hash.digest("hex");
}

/** Paths with forward slashes, relative to `root`. */
function filesBelow(root, path) {
  if (!existsSync(join(root, path))) return [];
  const entries = tryReadFolder(join(root, path));
  return entries ? entries.flatMap((name) => filesBelow(root, `${path}/${name}`)) : [path];
}

function tryReadFolder(path) {
  try {
    return readdirSync(path);
  } catch (error) {
    if (error.code === "ENOTDIR") return null;
    throw error;
  }
}

/** Compares package-lock.json with node_modules/.package-lock.json, which npm writes last when it installs. */
function installedMatchesLock(root) {
  const installed = readLockedPackages(join(root, "node_modules/.package-lock.json"));
  const wanted = readLockedPackages(join(root, "package-lock.json"));
  if (!installed || !wanted) return false;
  const suits = (list, name) => !list || list.includes(name);
  const missing = Object.entries(wanted).some(([path, entry]) => path !== "" && !entry.optional && !installed[path]);
  const foreign = Object.entries(installed).some(([path, entry]) => {
    if (!wanted[path] || wanted[path].version !== entry.version) return true;
    return !suits(entry.os, process.platform) || !suits(entry.cpu, process.arch);
  });
  return !missing && !foreign;
}

function readLockedPackages(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8")).packages ?? null;
  } catch {
    return null;
  }
}

function readStamp(root, path) {
  try {
    return readFileSync(join(root, path), "utf8").trim();
  } catch {
    return "";
  }
}
