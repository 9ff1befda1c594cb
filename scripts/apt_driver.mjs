// Installs the Vulkan loader and lavapipe on Debian and Ubuntu with apt-get, from backports where Debian 12 needs it.

import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { excerpt, runQuietly } from "./run_quietly.mjs";

const PACKAGES = ["libvulkan1", "mesa-vulkan-drivers"];
const BACKPORTS_FILE = "/etc/apt/sources.list.d/tailgrad-backports.sources";
const LOCK_WAIT_S = 120;
const NETWORK_TROUBLE =
  /Temporary failure resolving|Could not (resolve|connect)|Connection (timed out|failed)|Network is unreachable/;

/** Can `installDriver` do anything here? */
export function canInstallDriver(system) {
  return system.platform === "linux" && system.root && ["debian", "ubuntu"].includes(system.distribution);
}

/** The suite that must be used instead of the system's own, or null. */
export function neededSuite(system) {
  return system.distribution === "debian" && system.version === "12" ? "bookworm-backports" : null;
}

/**
 * Installs the packages; `say` gets one line per step. Returns null, or the text of what went wrong. A sources file
 * that it wrote is removed again when the installation fails.
 */
export async function installDriver(system, say) {
  const suite = neededSuite(system);
  const added = suite ? addSuite(suite, say) : false;
  const problem = await installPackages({ packages: PACKAGES, suite, what: "driver", size: "150 MB" }, say);
  if (problem && added) rmSync(BACKPORTS_FILE, { force: true });
  return problem;
}

function addSuite(suite, say) {
  const sources = readAptSources("/etc/apt").flatMap(parseAptSources);
  if (sources.some((source) => source.suites.includes(suite))) return false;
  say(`driver: adding ${suite} in ${BACKPORTS_FILE}`);
  writeFileSync(BACKPORTS_FILE, suiteStanza(sources, suite));
  return true;
}

/** Updates the lists and installs packages. Returns null, or the text of what went wrong. */
export async function installPackages({ packages, suite, what, size }, say) {
  say(`${what}: apt-get update`);
  let update = await aptGet(["update"]);
  // Without a network apt-get update only warns, and exits with 0.
  const updateFailed = () => !update.ok || /Failed to fetch|index files failed to download/.test(update.output);
  if (updateFailed()) update = await aptGet(["update"]);
  const target = suite ? ["-t", suite] : [];
  say(`${what}: apt-get install ${[...target, ...packages].join(" ")} (some ${size} of disk)`);
  const install = await aptGet(["install", "-y", "--no-install-recommends", ...target, ...packages]);
  if (install.ok) return null;
  // A failed update may be some other source's fault, so it counts only when the installation fails as well.
  const output = updateFailed() ? `${update.output}\n${install.output}` : install.output;
  const network = NETWORK_TROUBLE.test(output) ? " (no network? behind a proxy, set http_proxy)" : "";
  return `apt-get could not install ${packages.join(" and ")}${network}:\n${excerpt(output)}`;
}

/** The lists have a lock that apt-get does not wait for, unlike dpkg's: try again for as long. */
async function aptGet(args) {
  const options = ["-o", `DPkg::Lock::Timeout=${LOCK_WAIT_S}`];
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive", LC_ALL: "C" };
  const end = Date.now() + LOCK_WAIT_S * 1000;
  for (;;) {
    const result = await runQuietly("apt-get", [...options, ...args], { env });
    if (result.ok || !/Could not get lock|Unable to lock/.test(result.output) || Date.now() > end) return result;
    await sleep(3000);
  }
}

function readAptSources(folder) {
  const parts = join(folder, "sources.list.d");
  const names = existsSync(parts) ? readdirSync(parts).filter((name) => /\.(list|sources)$/.test(name)) : [];
  const paths = [join(folder, "sources.list"), ...names.sort().map((name) => join(parts, name))];
  return paths.filter((path) => existsSync(path)).map((path) => ({ path, text: readFileSync(path, "utf8") }));
}

/** The enabled binary sources of one file, in the one-line form (.list) or in deb822 (.sources). */
export function parseAptSources({ path, text }) {
  return path.endsWith(".sources") ? parseDeb822(text) : parseOneLine(text);
}

function parseOneLine(text) {
  const lines = text.split(/\r?\n/).map((line) => line.replace(/#.*/, "").trim());
  return lines.flatMap((line) => {
    const match = /^deb\s+(?:\[([^\]]*)\]\s*)?(\S+)\s+(\S+)/.exec(line);
    if (!match) return [];
    const signedBy = /signed-by=(\S+)/i.exec(match[1] ?? "")?.[1] ?? "";
    return [{ uri: match[2], suites: [match[3]], signedBy }];
  });
}

function parseDeb822(text) {
  const kept = text.split(/\r?\n/).filter((line) => !line.startsWith("#"));
  const stanzas = kept.join("\n").split(/\n\s*\n/);
  return stanzas.flatMap((stanza) => {
    const fields = {};
    // A key block written out under Signed-By goes on over lines that begin with a space.
    for (const match of stanza.matchAll(/^([\w-]+):[ \t]*(.*(?:\n[ \t].*)*)/gm))
      fields[match[1].toLowerCase()] = match[2];
    const words = (name) => (fields[name] ?? "").split(/\s+/).filter(Boolean);
    const uri = words("uris")[0];
    if (!uri || !words("types").includes("deb") || /^(no|false|0|off)$/i.test(fields.enabled ?? "")) return [];
    return [{ uri, suites: words("suites"), signedBy: fields["signed-by"] ?? "" }];
  });
}

/** A deb822 stanza for `suite`, from the mirror and with the key of the release that it belongs to. */
export function suiteStanza(sources, suite) {
  const release = suite.replace(/-.*/, "");
  const own = sources.find((source) => source.suites.includes(release));
  const { uri, signedBy } = own ?? {
    uri: "http://deb.debian.org/debian",
    signedBy: "/usr/share/keyrings/debian-archive-keyring.gpg",
  };
  const key = signedBy ? `Signed-By: ${signedBy}\n` : "";
  return `# Written by tailgrad's set-up: Dawn rejects the Mesa of this release.\nTypes: deb\nURIs: ${uri}\nSuites: ${suite}\nComponents: main\n${key}`;
}
