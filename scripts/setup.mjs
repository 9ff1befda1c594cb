// Makes a fresh clone ready: checks Node, installs packages, builds, finds an adapter, installs a driver if it can.
//
//   node scripts/setup.mjs           set up all that is missing (before npm start)
//   node scripts/setup.mjs --test    the same before npm test, without advice on faster hardware
//   node scripts/setup.mjs --check   only report
//
// Exit codes: 0 ready, 1 a step failed, 2 wrong Node, 3 no adapter. Node's own modules only: it runs before npm ci.

import { existsSync, rmSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { canInstallDriver, installDriver } from "./apt_driver.mjs";
import { canInstallChromium, findChromium, installChromium } from "./chromium.mjs";
import { driverAdvice, hardwareAdvice, platformObstacle, readSystem, versionAtLeast } from "./driver_advice.mjs";
import { findAdapter } from "./find_adapter.mjs";
import { excerpt, runQuietly } from "./run_quietly.mjs";
import { stampPackages, whyBuildStale, whyPackagesStale } from "./staleness.mjs";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");
const MINIMUM_NODE = "20.19";
/** npm's own would spend over a minute on finding out that there is no network. */
const RETRIES = ["--fetch-retries=3", "--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=8000"];
const FLAGS = ["--test", "--check"];

const say = (line) => process.stderr.write(`setup: ${line}\n`);

/** Ends the set-up with one message and an exit code. */
class Stop extends Error {
  constructor(exitCode, message) {
    super(message);
    this.exitCode = exitCode;
  }
}

async function main(flags) {
  const unknown = flags.find((flag) => !FLAGS.includes(flag));
  if (unknown) throw new Stop(1, `unknown option ${unknown}: the options are ${FLAGS.join(" and ")}.`);
  checkNode();
  if (flags.includes("--check")) return report();
  await preparePackages();
  await prepareBuild();
  linkCommand();
  await prepareAdapter(flags.includes("--test"));
  if (flags.includes("--test")) await prepareBrowser();
}

/** The page's tests run in Chromium. Without one they are skipped, which is no reason to stop. */
async function prepareBrowser() {
  if (findChromium()) return;
  const without = "the page's tests are skipped without Chromium; install one, or set CHROMIUM to its path";
  if (!canInstallChromium(readSystem())) return say(`browser: ${without}`);
  const problem = await installChromium(say);
  if (problem) say(`browser: ${problem}\nsetup: ${without}`);
}

function checkNode() {
  const { node } = process.versions;
  if (versionAtLeast(node, MINIMUM_NODE)) return;
  const wayOut = "Install a newer one from https://nodejs.org or with a version manager (nvm install 22).";
  throw new Stop(2, `Node ${node} is too old, tailgrad needs ${MINIMUM_NODE} or newer. ${wayOut}`);
}

async function report() {
  say(`Node ${process.versions.node}`);
  const packages = whyPackagesStale(ROOT);
  say(`packages: ${packages ?? "ready"}`);
  const build = whyBuildStale(ROOT);
  say(`build: ${build ?? "ready"}`);
  if (packages) throw new Stop(1, "run `node scripts/setup.mjs` to set up what is missing.");
  const adapter = await findAdapter();
  if (!adapter.name) throw noAdapter(adapter.reason, readSystem());
  say(describe(adapter));
  if (build) throw new Stop(1, "run `node scripts/setup.mjs` to set up what is missing.");
}

async function preparePackages() {
  const stale = whyPackagesStale(ROOT);
  if (stale) {
    const obstacle = platformObstacle(readSystem());
    if (obstacle) throw new Stop(3, obstacle);
    // Without --include=dev, NODE_ENV=production would leave the build tools out.
    const args = ["ci", "--ignore-scripts", "--include=dev", "--no-audit", "--no-fund", "--prefer-offline"];
    await step(`packages: ${stale}: npm ci --ignore-scripts`, () => npm([...args, ...RETRIES]), networkHint);
  }
  stampPackages(ROOT);
}

function networkHint(output) {
  const network =
    /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ENOTCACHED)\b/.exec(output);
  if (!network) return "";
  return ` npm cannot reach its registry (${network[1]}): connect to the network or set HTTPS_PROXY, then try again.`;
}

async function prepareBuild() {
  const stale = whyBuildStale(ROOT);
  if (!stale) return;
  await step(`build: ${stale}: npm run build`, () => npm(["run", "build"]));
}

/** Puts the command where npx looks first: without it npx would ask whether to install this folder as a package. */
function linkCommand() {
  const link = join(ROOT, "node_modules/.bin/tailgrad");
  // On Windows npx finds the command by package.json alone; links need a privilege there.
  if (process.platform === "win32") return;
  if (existsSync(link)) return;
  rmSync(link, { force: true });
  symlinkSync("../../dist/cli.js", link);
}

async function step(title, run, hint = (_output) => "") {
  say(title);
  const start = Date.now();
  const result = await run();
  if (result.ok) return say(`  done in ${((Date.now() - start) / 1000).toFixed(1)} s`);
  const ending = result.signal ?? (result.code === null ? "not started" : `exit ${result.code}`);
  throw new Stop(1, `failed (${ending}).${hint(result.output)}\n${excerpt(result.output)}`);
}

/** The npm that runs this script, if one does, else the one on the path. */
function npm(args) {
  const script = process.env.npm_execpath ?? "";
  if (/npm-cli\.c?js$/.test(script)) return runQuietly(process.execPath, [script, ...args], { cwd: ROOT });
  return runQuietly("npm", args, { cwd: ROOT, shell: process.platform === "win32" });
}

async function prepareAdapter(forTests) {
  let adapter = await findAdapter();
  let system = null;
  if (!adapter.name) {
    system = readSystem();
    await refuseHiddenDriver();
    if (platformObstacle(system) || !canInstallDriver(system)) throw noAdapter(adapter.reason, system);
    say(`adapter: none (${adapter.reason}): installing Mesa's Vulkan drivers on ${system.name}`);
    const problem = await installDriver(system, say);
    if (problem) throw new Stop(1, problem);
    adapter = await findAdapter();
    if (!adapter.name) throw noAdapter(`${adapter.reason}, even with Mesa's drivers installed`, system);
  }
  say(describe(adapter));
  if (!adapter.software || forTests) return;
  system ??= readSystem();
  if (system.nvidia) say(`the NVIDIA GPU is not used, its Vulkan driver is missing. ${hardwareAdvice(system).note}`);
}

/** No installation helps while a variable keeps the loader from looking at what is installed. */
async function refuseHiddenDriver() {
  const names = ["VK_DRIVER_FILES", "VK_ICD_FILENAMES", "VK_LOADER_DRIVERS_SELECT", "VK_LOADER_DRIVERS_DISABLE"];
  const present = names.filter((name) => process.env[name]);
  if (present.length === 0) return;
  const env = { ...process.env };
  for (const name of present) delete env[name];
  const adapter = await findAdapter(env);
  if (!adapter.name) return;
  const values = present.map((name) => `${name}=${process.env[name]}`).join(" ");
  throw new Stop(3, `no adapter, because of ${values}: without it there is ${adapter.name}. Unset it.`);
}

function describe(adapter) {
  const kind = adapter.software ? " (software: right, but slower than a GPU)" : "";
  return `adapter: ${adapter.name}${kind}`;
}

function noAdapter(reason, system) {
  const { install, note } = driverAdvice(system);
  const commands =
    install.length > 0 ? `\nsetup: install one with\n${install.map((line) => `  ${line}`).join("\n")}` : "";
  return new Stop(3, `no adapter that Dawn accepts on ${system.name}: ${reason}.${commands}\nsetup: ${note}`);
}

main(process.argv.slice(2)).catch((error) => {
  say(error.message);
  process.exitCode = error.exitCode ?? 1;
});
