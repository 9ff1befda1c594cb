import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { LICENCE_FILE, licencesOf, licenceText } from "../../scripts/licences.mjs";

interface LockEntry {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly link?: boolean;
  readonly dev?: boolean;
  readonly hasInstallScript?: boolean;
}

const manifest = JSON.parse(readFileSync("package.json", "utf8")) as Record<string, Record<string, string> | undefined>;
const lock = JSON.parse(readFileSync("package-lock.json", "utf8")) as { packages: Record<string, LockEntry> };
const locked = Object.entries(lock.packages).filter(([path]) => path !== "");

/** Packages with install scripts, and why tailgrad works without: setup.mjs installs with --ignore-scripts. */
const INSTALL_SCRIPTS: ReadonlyMap<string, string> = new Map([
  ["node_modules/webgpu", "its script only takes a mark off its binary that macOS may put there"],
]);

/** Licences that ask for no more than to be named. */
const ALLOWED = new Set([
  "MIT",
  "MIT-0",
  "ISC",
  "0BSD",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "Apache-2.0",
  "BlueOak-1.0.0",
  "CC0-1.0",
  "Unlicense",
  "Zlib",
]);

/** Of tools that no user gets: MPL-2.0 asks that changes to their own files stay open, and there are none. */
const ALLOWED_TOOLS: ReadonlyMap<string, string> = new Map([["axe-core", "MPL-2.0"]]);

describe("packages", () => {
  it("are pinned to one version each", () => {
    for (const kind of ["dependencies", "devDependencies", "optionalDependencies", "peerDependencies", "overrides"]) {
      for (const [name, version] of Object.entries(manifest[kind] ?? {})) {
        expect(version, `${kind} ${name}`).toMatch(/^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/);
      }
    }
  });

  it("are locked to one content each", () => {
    for (const [path, { version, integrity, link, resolved = "https://registry.npmjs.org/" }] of locked) {
      expect(link, path).toBeUndefined();
      expect(version, path).toMatch(/^\d+\.\d+\.\d+/);
      expect(integrity, path).toMatch(/^sha512-[A-Za-z0-9+/=]{88}$/);
      expect(resolved, path).toMatch(/^https:\/\//);
    }
  });

  it("run no script when users install them, but for those named here", () => {
    const scripts = locked.filter(([, { hasInstallScript, dev }]) => hasInstallScript && !dev).map(([path]) => path);
    expect(scripts).toEqual([...INSTALL_SCRIPTS.keys()]);
    expect(Object.keys(manifest.scripts ?? {})).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^(pre|post)?(install|prepare|prepublish)$/)]),
    );
  });

  it("have licences that allow their use, as listed", () => {
    const licences = licencesOf(".");
    const tools = licences.development.filter(({ name, licence }) => ALLOWED_TOOLS.get(name) !== licence);
    for (const { name, licence } of [...licences.production, ...tools]) {
      const choices = licence.replace(/^\((.*)\)$/, "$1").split(" OR ");
      const allowed = choices.some((choice) => choice.split(" AND ").every((one) => ALLOWED.has(one)));
      expect(allowed, `${name}: ${licence}`).toBe(true);
    }
    expect(licences.production.map(({ name }) => name)).toEqual(
      expect.arrayContaining(Object.keys(manifest.dependencies ?? {})),
    );
    expect(licences.development.map(({ name }) => name).sort()).toEqual(
      Object.keys(manifest.devDependencies ?? {}).sort(),
    );
    expect(readFileSync(LICENCE_FILE, "utf8"), "run node scripts/licences.mjs").toBe(licenceText(licences));
  });
});
