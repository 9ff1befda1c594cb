import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  buildStamp,
  packagesStamp,
  stampBuild,
  stampPackages,
  whyBuildStale,
  whyPackagesStale,
} from "../../scripts/staleness.mjs";

describe("staleness", () => {
  let root = "";
  const write = (path: string, text: string) => {
    mkdirSync(join(root, path, ".."), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  const lock = (version: string) =>
    JSON.stringify({
      packages: { "": { name: "x" }, "node_modules/a": { version }, "node_modules/o": { version, optional: true } },
    });
  const installed = (version: string, extra: object = {}) =>
    JSON.stringify({ packages: { "node_modules/a": { version, ...extra } } });

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "tailgrad-setup-"));
    write("package.json", "{}");
    write("package-lock.json", lock("1.0.0"));
    write("tsconfig.json", "{}");
    write("src/index.ts", "export {};");
    write("src/kernels/a.wgsl", "// a");
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  test("packages: missing, ready once stamped, stale when the lock changes", () => {
    expect(whyPackagesStale(root)).toMatch(/missing/);
    write("node_modules/a/package.json", "{}");
    expect(whyPackagesStale(root)).toMatch(/not what package-lock\.json says/);
    stampPackages(root);
    expect(whyPackagesStale(root)).toBeNull();
    write("package-lock.json", lock("1.0.1"));
    expect(whyPackagesStale(root)).toMatch(/not what package-lock\.json says/);
  });

  test("packages: those of another machine are stale, whatever the lock says", () => {
    write("node_modules/.package-lock.json", installed("1.0.0"));
    write("node_modules/.tailgrad-stamp", packagesStamp(root).replace(process.platform, "plan9"));
    expect(whyPackagesStale(root)).toMatch(/made for plan9/);
  });

  test("packages: an npm run by hand is taken over where it fits", () => {
    write("node_modules/.package-lock.json", installed("1.0.0"));
    expect(whyPackagesStale(root)).toBeNull();
    write("node_modules/.package-lock.json", installed("0.9.0"));
    expect(whyPackagesStale(root)).not.toBeNull();
    write("node_modules/.package-lock.json", installed("1.0.0", { os: ["plan9"] }));
    expect(whyPackagesStale(root)).not.toBeNull();
    write("node_modules/.package-lock.json", "{ half");
    expect(whyPackagesStale(root)).not.toBeNull();
  });

  test("build: missing, ready once stamped, stale without its command", () => {
    expect(whyBuildStale(root)).toMatch(/missing/);
    write("dist/cli.js", "");
    expect(whyBuildStale(root)).toMatch(/no stamp/);
    stampBuild(root, buildStamp(root));
    expect(whyBuildStale(root)).toBeNull();
    write("src/index.ts", "export const changed = true;");
    expect(whyBuildStale(root)).toMatch(/changed/);
    rmSync(join(root, "dist/cli.js"));
    expect(whyBuildStale(root)).toMatch(/missing/);
  });

  test.each([
    "src/kernels/a.wgsl",
    "src/new/file.ts",
    "package.json",
    "tsconfig.build.json",
    "vite.config.ts",
    "wgsl_plugin.ts",
  ])("build: a change of %s changes the stamp", (path) => {
    const before = buildStamp(root);
    write(path, "changed");
    expect(buildStamp(root)).not.toBe(before);
  });

  test("build: what is no input leaves the stamp alone; moved bytes and names do not", () => {
    const before = buildStamp(root);
    write("README.md", "new");
    write("test/a.test.ts", "new");
    expect(buildStamp(root)).toBe(before);
    rmSync(join(root, "src/index.ts"));
    write("src/other.ts", "export {};");
    expect(buildStamp(root)).not.toBe(before);
  });
});
