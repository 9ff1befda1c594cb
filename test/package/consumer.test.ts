/** What a stranger does: installs the packed package into an empty project and trains, in Node and in browsers. */
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Browser } from "playwright-core";
import { build } from "vite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launch, MISSING } from "../../bench/browser/chromium.ts";
import { serve } from "../../bench/browser/server.ts";
import { findChromium } from "../../scripts/chromium.mjs";
import { isBuilt, npm, pack } from "./pack.ts";

const TRAINED = "slope 3.00 offset -1.00";
const chromium = findChromium();

/** Why npm could not reach its registry, if that is why it failed. */
function networkProblem(error: unknown): string | undefined {
  return /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ENOTCACHED)\b/.exec(
    String((error as { stderr?: unknown }).stderr),
  )?.[1];
}

describe.skipIf(!isBuilt)("a project that installs the package (skipped until `npm run build`)", () => {
  const project = mkdtempSync(join(tmpdir(), "tailgrad-consumer-"));
  let offline: string | undefined;
  let browser: Browser | undefined;
  let site: Awaited<ReturnType<typeof serve>> | undefined;

  beforeAll(async () => {
    const { tarball } = pack(project);
    cpSync("test/package/consumer", project, { recursive: true });
    writeFileSync(join(project, "package.json"), JSON.stringify({ name: "consumer", private: true, type: "module" }));
    try {
      npm(project, "install", "--prefer-offline", "--no-audit", "--no-fund", "--ignore-scripts", tarball);
    } catch (error) {
      offline = networkProblem(error);
      if (!offline) throw error;
    }
    if (!chromium || offline) return;
    // Chromium's own software adapter needs Vulkan.
    browser = await launch(chromium, process.platform === "darwin" ? "default" : "swiftshader", []);
    site = await serve({ "/": project });
  }, 300_000);

  afterAll(async () => {
    await browser?.close();
    site?.close();
    rmSync(project, { recursive: true, force: true });
  });

  /** Skips by name what this machine cannot do. */
  const needs = (skip: (note: string) => never, what: "install" | "browser") => {
    if (offline) skip(`npm cannot reach its registry (${offline}), and its cache lacks a package`);
    if (what === "browser" && !chromium) skip(MISSING);
  };

  /** What a page of the project makes of its training. */
  async function titleOf(path: string): Promise<string> {
    const page = await browser!.newPage();
    const problems: string[] = [];
    page.on("pageerror", (error) => problems.push(error.message));
    await page.goto(`${site!.url}${path}`);
    await page.waitForFunction(() => document.title !== "training", undefined, { timeout: 120_000 });
    expect(problems).toEqual([]);
    return page.title();
  }

  test("trains in Node", { timeout: 120_000 }, ({ skip }) => {
    needs(skip, "install");
    const out = execFileSync(process.execPath, ["in_node.js"], { cwd: project, encoding: "utf8", stdio: "pipe" });
    expect(out).toBe(`${TRAINED}\n`);
  });

  test("has the command", ({ skip }) => {
    needs(skip, "install");
    const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
    expect(npm(project, "exec", "--no", "tailgrad", "--", "--version")).toBe(`${version}\n`);
  });

  test.for([
    ["nodenext", "nodenext"],
    ["esnext", "bundler"],
  ])(
    "has declarations that TypeScript takes as they are: %s, %s",
    { timeout: 120_000 },
    ([module, moduleResolution], { skip }) => {
      needs(skip, "install");
      const compilerOptions = { target: "es2022", strict: true, skipLibCheck: false, types: [], noEmit: true };
      const config = { compilerOptions: { ...compilerOptions, module, moduleResolution }, files: ["typed.ts"] };
      writeFileSync(join(project, "tsconfig.json"), JSON.stringify(config));
      const tsc = resolve("node_modules/typescript/bin/tsc");
      const out = execFileSync(process.execPath, [tsc, "--project", "."], { cwd: project, encoding: "utf8" });
      expect(out).toBe("");
    },
  );

  test("trains in a page that Vite builds, without Dawn or Node in it", { timeout: 240_000 }, async ({ skip }) => {
    needs(skip, "install");
    const outDir = join(project, "built");
    const input = join(project, "bundled.html");
    const built = { target: "es2022", outDir, minify: false, rolldownOptions: { input } };
    await build({ root: project, configFile: false, base: "./", logLevel: "error", build: built });
    const scripts = readdirSync(join(outDir, "assets")).filter((name) => name.endsWith(".js"));
    const code = scripts.map((name) => readFileSync(join(outDir, "assets", name), "utf8")).join("\n");
    expect(code).toContain("@compute");
    expect(/["']webgpu["']|["']node:|__vite-browser-external|\.node["']/.exec(code)?.[0]).toBeUndefined();
    // Chunks that the page does not use are left out: the core has no side effects.
    expect(code).not.toContain("safetensors");
    needs(skip, "browser");
    expect(await titleOf("built/bundled.html")).toBe(TRAINED);
  });

  test("trains from a plain script in a page", { timeout: 240_000 }, async ({ skip }) => {
    needs(skip, "browser");
    expect(await titleOf("plain.html")).toBe(TRAINED);
  });
});
